import type { Logger } from '../base/log.ts';
import type { Timers } from '../base/timers.ts';
import type { Listener as ListenerEntry } from '../config/index.ts';
import type { Filter } from '../filter/filter.ts';
import type { FilterKind, FilterSurroundings } from '../filter/filter-kind.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { asking } from '../proxy/side-request.ts';
import type { ClusterManager } from '../upstream/cluster-manager.ts';
import { suspendHost } from '../upstream/host-suspension.ts';

/** What the stream filters of a listener are built from. */
export interface StreamFilterSurroundings {
  readonly timers: Timers;
  readonly clusters: ClusterManager;
  readonly filterKinds: ReadonlyMap<string, FilterKind>;
  readonly logger: Logger;
  protocolOf(name: string): Protocol;
}

/** The stream filters of a listener, in the order of the configuration. */
export function buildStreamFilters({ streamFilters }: ListenerEntry, surroundings: StreamFilterSurroundings): readonly Filter[] {
  const { timers, clusters, filterKinds, logger } = surroundings;
  const forFilters: FilterSurroundings = {
    timers,
    log: logger,
    ask: asking(surroundings),
    random: Math.random,
    suspendHost(name, address, forMs) {
      const host = clusters.get(name)?.hosts.find((each) => each.address === address);
      return host !== undefined && suspendHost(host, forMs, timers);
    },
    hostsOf(name) {
      const hosts = clusters.get(name)?.hosts;
      return hosts && { hosts: hosts.length, healthy: hosts.filter(({ healthy }) => healthy).length };
    },
  };
  return streamFilters.map(({ type, config }) => filterKinds.get(type)!.build(config, forFilters));
}
