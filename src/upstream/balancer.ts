import type { Host } from './host.ts';

/** A policy. `build` runs whenever a cluster's hosts or their weights change; pickers read health live. */
export interface LoadBalancer {
  /** Name in the configuration, MOSN's where it has one. */
  readonly name: string;
  build(hosts: readonly Host[]): Picker;
}

/** One immutable set of hosts. Runs for each attempt and allocates nothing. */
export interface Picker {
  /**
   * A healthy host that is not in `tried`; undefined when there is none.
   * `hash` is the request's, for policies that keep equal requests on one host.
   */
  pick(hash: number, tried: readonly Host[]): Host | undefined;
}

export const NO_HOSTS_TRIED: readonly Host[] = [];
