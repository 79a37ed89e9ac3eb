import type { Timers } from '../../base/timers.ts';
import type { Configurable } from '../filter.ts';
import type { Ends } from '../place.ts';

/** Looks at the connections of a listener, before anything that takes them (`proxy`, `tcp_proxy`) does. One serves them all. */
export interface NetworkFilter {
  /** Why a connection is refused, as one line for the log; undefined: it may come in. Before TLS. */
  admit?(ends: Ends): string | undefined;
  /** How long what a client has just said is held back, in milliseconds; 0: not at all. */
  delayMs?(): number;
}

/** One kind of network filter, as FilterKind is for stream filters. */
export interface NetworkFilterKind<Settings = unknown> extends Configurable<Settings> {
  build(settings: Settings, surroundings: NetworkSurroundings): NetworkFilter;
}

export interface NetworkSurroundings {
  readonly timers: Timers;
  /** From 0 up to, but not including, 1. */
  random(): number;
}
