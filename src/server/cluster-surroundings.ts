import type { Logger } from '../base/log.ts';
import type { LineSink } from '../base/log-file.ts';
import type { Timers } from '../base/timers.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { Plugins } from './plugins.ts';

/** What a check of a host has come to, for the program around the proxy. */
export interface HealthResult {
  readonly cluster: string;
  /** Its address. */
  readonly host: string;
  /** This check went well. */
  readonly passed: boolean;
  /** Why it did not. */
  readonly detail: string | undefined;
  /** The host counts as healthy now and did not before, or the other way round. */
  readonly changed: boolean;
  /** It gets requests, as far as anybody knows. */
  readonly healthy: boolean;
}

/** Called for each check of the clusters that name it in their `common_callbacks`. */
export type HealthCallback = (result: HealthResult) => void;

/** What clusters are built from, besides their entries in the configuration. */
export interface ClusterSurroundings {
  readonly timers: Timers;
  readonly logger: Logger;
  /** By the names that the configuration knows them by. */
  readonly protocols: ReadonlyMap<string, Protocol>;
  /** What plugins bring for clusters. */
  readonly plugins: Pick<Plugins, 'balancers' | 'discoveries'>;
  /** Where relative paths start from. */
  readonly folder: string;
  readonly healthCallbacks: ReadonlyMap<string, HealthCallback>;
  /** Whether this proxy itself listens there. */
  listensAt(host: string, port: number): boolean;
  /** The file at that path. */
  lineSink(path: string): LineSink;
}
