import type { Host } from './host.ts';
import type { Labels } from './labels.ts';

/** A policy. `build` runs whenever a cluster's hosts or their weights change; pickers read health live. */
export interface LoadBalancer {
  /** Name in the configuration, MOSN's where it has one. */
  readonly name: string;
  /** `health`: for pickers that go by how many hosts are well. Default: that never changes. */
  build(hosts: readonly Host[], health?: HealthChanges): Picker;
}

/** Whoever has reckoned with the health of hosts has to do so again when this number is another one. */
export interface HealthChanges {
  readonly healthChanges: number;
}

/** What a request says about the host that it wants. The exchange itself says so: nothing is made for a pick. */
export interface HostChoice {
  /** Of what keeps equal requests on one host: an unsigned integer of 32 bits; 0 where the route has no hash policy. */
  readonly hash: number;
  /** Which subset of the hosts; undefined where the route asks for none. */
  readonly labels: Labels | undefined;
  /** Where the client meant to go, `ip:port`, for clusters of type ORIGINAL_DST; undefined where nobody knows. */
  readonly destination: string | undefined;
  /** What is asked, where it is a request: a cluster of type ORIGINAL_DST may find the destination in its head. */
  readonly request?: { readonly authority: string; readonly fields: { get(name: string): string | undefined } };
}

/** Of a request that takes any host. */
export const ANY_HOST: HostChoice = { hash: 0, labels: undefined, destination: undefined };

/** One immutable set of hosts. Runs for each attempt and allocates nothing. */
export interface Picker {
  /**
   * A healthy host that is not in `tried`; undefined when there is none.
   * `overlook`: health flags that do not matter this time. Default: NOTHING, all of them do.
   */
  pick(choice: HostChoice, tried: readonly Host[], overlook?: number): Host | undefined;
}

/** The health flags that are overlooked in the usual case. */
export const NOTHING = 0;

export const NO_HOSTS_TRIED: readonly Host[] = [];
