import type { Timers } from '../base/timers.ts';
import type { FilterChain } from '../filter/chain.ts';
import type { Exchange } from '../filter/filter.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { Router } from '../router/router.ts';
import type { Cluster } from '../upstream/cluster.ts';
import type { ClientTimeouts } from './client-patience.ts';
import type { ProxyCounts } from './counts.ts';
import type { Route } from './route.ts';

/** What all requests of one listener share. An immutable snapshot: a new configuration makes another one. */
export interface ProxySettings {
  readonly listenerName: string;
  readonly timers: Timers;
  readonly router: Router<Route, Exchange>;
  readonly clusters: { get(name: string): Cluster | undefined };
  readonly filters: FilterChain;
  /** The protocol to speak with the upstream where the route says nothing, by the name of the one that the request came in. */
  protocolOf(name: string): Protocol;
  readonly clientTimeouts: ClientTimeouts;
  /** How many bytes of a request's body are held while it cannot be sent, and kept for another attempt. */
  readonly requestBufferBytes: number;
  readonly counts: ProxyCounts;
}
