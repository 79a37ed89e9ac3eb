import type { Logger } from '../base/log.ts';
import type { Timers } from '../base/timers.ts';
import type { Listener as ListenerEntry, UdpProxy } from '../config/index.ts';
import { parseAddress } from '../net/address.ts';
import { DatagramSocket } from '../net/datagram/datagram-socket.ts';
import type { ProxyCounts } from '../proxy/counts.ts';
import type { DatagramSettings } from '../proxy/datagram/datagram-proxy.ts';
import type { ClusterManager } from '../upstream/cluster-manager.ts';
import { buildNetworkFilters, firstRefusal } from './build-network-filters.ts';
import { clusterByEnds } from './build-router.ts';
import type { ListenerPlan } from './listener-plan.ts';
import { ServedDatagrams } from './served-datagrams.ts';

export interface DatagramSurroundings {
  readonly timers: Timers;
  readonly logger: Logger;
  readonly clusters: ClusterManager;
  readonly counts: ProxyCounts;
}

/** What a listener of UDP is to do. */
export function planDatagrams(entry: ListenerEntry, surroundings: DatagramSurroundings): ListenerPlan {
  const { address: place } = entry;
  if ('path' in place) throw new Error(`${place.path} is no address of UDP`);
  // The configuration has made sure that there is one.
  const settings = datagramSettings(entry, entry.filterChain.udpProxy!, surroundings);
  return {
    open: () => new ServedDatagrams(entry.name, place, surroundings.logger, settings),
    handTo(served) {
      if (!(served instanceof ServedDatagrams)) throw new Error(`${served.address} is no listener of UDP`);
      served.serve(settings);
    },
    discard() {},
  };
}

function datagramSettings(entry: ListenerEntry, config: UdpProxy, { timers, clusters, counts }: DatagramSurroundings): DatagramSettings {
  const filters = buildNetworkFilters(entry, timers);
  return {
    timers,
    clusters,
    counts,
    clusterName: clusterByEnds(config),
    admit: firstRefusal(filters),
    idleMs: config.idleTimeout,
    maxSessions: config.maxSessions,
    connect(host, owner) {
      const address = parseAddress(host.address);
      if (typeof address === 'string' || 'path' in address) return UNREACHABLE;
      return DatagramSocket.connect(address, owner);
    },
  };
}

/** A Unix socket takes no datagrams. */
const UNREACHABLE = { send() {}, close() {} };
