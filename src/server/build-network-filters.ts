import type { Timers } from '../base/timers.ts';
import type { Listener as ListenerEntry } from '../config/index.ts';
import { NETWORK_FILTER_KINDS } from '../filter/network/kinds.ts';
import type { NetworkFilter, NetworkSurroundings } from '../filter/network/network-filter.ts';
import type { Ends } from '../filter/place.ts';

/** The network filters of a listener that look at connections, in order. */
export function buildNetworkFilters({ filterChain }: ListenerEntry, timers: Timers): readonly NetworkFilter[] {
  const surroundings: NetworkSurroundings = { timers, random: Math.random };
  return filterChain.connectionFilters.map(({ type, config }) => NETWORK_FILTER_KINDS.get(type)!.build(config, surroundings));
}

/** Why the first of them that does refuses a connection; undefined: it may come in. */
export function firstRefusal(filters: readonly NetworkFilter[]): (ends: Ends) => string | undefined {
  return (ends) => {
    for (const filter of filters) {
      const why = filter.admit?.(ends);
      if (why !== undefined) return why;
    }
    return undefined;
  };
}

/** How long all of them together hold back what a client says; undefined when none of them does. */
export function readingDelay(filters: readonly NetworkFilter[]): (() => number) | undefined {
  const delaying = filters.filter(({ delayMs }) => delayMs !== undefined);
  return delaying.length === 0 ? undefined : () => delaying.reduce((sum, filter) => sum + (filter.delayMs?.() ?? 0), 0);
}
