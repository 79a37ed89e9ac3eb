import { fault } from '../base/fault.ts';
import { CallbackTimer } from '../base/timers.ts';
import type { Cluster as ClusterEntry, Preconnect } from '../config/index.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { ConnectionPool } from '../stream/connection-pool.ts';
import { Cluster } from '../upstream/cluster.ts';
import type { Host } from '../upstream/host.ts';
import { HostConnections } from '../upstream/host-connections.ts';
import { HostEnding } from '../upstream/host-ending.ts';
import { PoolWarmer } from '../upstream/pool-warmer.ts';
import { buildBalancer, buildOriginalDestination, goesToOriginalDestination } from './build-balancer.ts';
import type { ClusterParts } from './cluster-parts.ts';
import type { ClusterSurroundings } from './cluster-surroundings.ts';
import { dialerOf } from './dial-host.ts';

/** What requests under way are told. */
const UNHEALTHY = fault('reset', 'local', 'maybe', 'the host has become unhealthy');

/** Turns a cluster of the configuration into one that requests can be sent to, once it has hosts. */
export function buildCluster(entry: ClusterEntry, surroundings: ClusterSurroundings, parts: ClusterParts): Cluster {
  const { timers } = surroundings;
  const { tls } = parts;
  const dial = dialerOf(entry, timers, tls);
  const leave = entry.closeConnectionsOnHostHealthFailure
    ? (host: Host) => host.interrupt(UNHEALTHY)
    : (host: Host) => host.renewConnections();
  // Later, for what speaks against the host may be the answer that one of these connections is just delivering.
  const onUnhealthy = (host: Host) => timers.schedule(new CallbackTimer(() => leave(host)), 0);
  const configured = configuredProtocols(entry, surroundings);
  const destinations = goesToOriginalDestination(entry) ? buildOriginalDestination(entry, surroundings) : undefined;
  const cluster: Cluster = new Cluster({
    name: entry.name,
    balancer: destinations ?? buildBalancer(entry, parts.makeBalancer, timers),
    thresholds: entry.circuitBreakers,
    // Whoever is told by the connection whose request it is must be asked by a connection of that client's.
    connectionPerDownstream: entry.proxyProtocol !== undefined || entry.connectionPerDownstream,
    healthChecker: parts.buildHealthChecker?.(
      entry,
      surroundings,
      (host, port, protocol) => dial(host, protocol, { port }),
      tls !== undefined,
      onUnhealthy,
    ),
    outlierDetector: parts.buildOutlierDetector?.(entry, surroundings, onUnhealthy),
    watchers: entry.preconnect === undefined ? [] : [buildWarmer(entry.preconnect, surroundings)],
    createPool(host, protocol, bound) {
      const calledBack = bound !== undefined && (entry.proxyProtocol === undefined || entry.connectionPerDownstream === true);
      const ending = new HostEnding(host, cluster, timers);
      return new ConnectionPool({
        protocol: configured.get(protocol) ?? protocol,
        dial() {
          host.count('connectionTotal');
          return dial(host, protocol, { client: bound?.ends });
        },
        timers,
        connections: new HostConnections(host, cluster.limits.connections),
        pending: cluster.limits.pending,
        // A connection that the host calls back on is one, and lives as long as the client that it belongs to.
        maxConnections: calledBack ? 1 : 0,
        spreadOver: bound === undefined ? entry.connectionsPerHost : 1,
        maxStreamsPerConnection: calledBack ? 0 : entry.maxRequestsPerConnection,
        idleMs: calledBack ? 0 : entry.idleTimeout,
        takeRequest: bound?.takeRequest,
        probeMs: entry.probeInterval,
        onHostEnding: () => ending.begin(),
      });
    },
  });
  if (destinations !== undefined) cluster.follow(destinations);
  return cluster;
}

/** Those that the cluster has settings for, by what they are without any: pools are asked for by that. */
function configuredProtocols({ protocolSettings }: ClusterEntry, { protocols }: ClusterSurroundings): ReadonlyMap<Protocol, Protocol> {
  const configured = new Map<Protocol, Protocol>();
  for (const [name, settings] of protocolSettings ?? []) {
    const protocol = protocols.get(name);
    if (protocol !== undefined) configured.set(protocol, protocol.configure?.(settings) ?? protocol);
  }
  return configured;
}

function buildWarmer({ protocol, connections }: Preconnect, { timers, protocols }: ClusterSurroundings): PoolWarmer {
  // The configuration has made sure that it is there.
  return new PoolWarmer({ protocol: protocols.get(protocol)!, connections, timers });
}
