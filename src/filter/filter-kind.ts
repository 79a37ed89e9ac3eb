import type { Logger } from '../base/log.ts';
import type { Timers } from '../base/timers.ts';
import type { Ask } from './ask.ts';
import type { Configurable, Filter } from './filter.ts';

/**
 * One kind of stream filter: what configurations call it, which settings it takes, and how a filter is made of them. A module has its
 * kind as its default export.
 */
export interface FilterKind<Settings = unknown> extends Configurable<Settings> {
  /**
   * For each place in a configuration where it stands, once. The settings have been read by `settings`.
   * @throws Error, or rejects with one, that says in a line why there can be no such filter: the configuration is not taken over.
   */
  build(settings: Settings, surroundings: FilterSurroundings): Filter | Promise<Filter>;
}

/** What a filter may use besides the exchanges that it is given. */
export interface FilterSurroundings {
  readonly timers: Timers;
  readonly log: Logger;
  /** Where relative paths of the configuration start from. */
  readonly folder: string;
  /** Has the configuration built anew, for what a filter was made of has changed. When that fails, the filters that there are stay. */
  rebuild(why: string): void;
  /** Makes requests of the filter's own to a cluster. */
  readonly ask: Ask;
  /** How many hosts a cluster has, and how many of them are healthy; undefined when there is no such cluster. */
  hostsOf(cluster: string): { readonly hosts: number; readonly healthy: number } | undefined;
  /**
   * Takes a host of a cluster, by its address, out of the rotation for so many milliseconds. False when there is no such host, or it is
   * not healthy anyway.
   */
  suspendHost(cluster: string, address: string, forMs: number): boolean;
  /** From 0 up to, but not including, 1. */
  random(): number;
}
