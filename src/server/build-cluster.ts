import type { Timers } from '../base/timers.ts';
import type { Cluster as ClusterEntry } from '../config/index.ts';
import type { Connection } from '../net/connection.ts';
import { dial } from '../net/dialer.ts';
import { writeProxyHeader } from '../net/proxy-protocol/write-header.ts';
import type { ConnectionEnds } from '../net/socket-acceptor.ts';
import type { TlsDialer } from '../net/tls/tls-dialer.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { ConnectionPool } from '../stream/connection-pool.ts';
import { loadBalancer } from '../upstream/balancers/index.ts';
import { Cluster } from '../upstream/cluster.ts';
import type { Host } from '../upstream/host.ts';
import { HostEnding } from '../upstream/host-ending.ts';
import { nameOfHost } from './build-tls.ts';

/** Turns a cluster of the configuration into one that requests can be sent to, once it has hosts. `tls`: how to reach its hosts, where it has TLS. */
export function buildCluster(entry: ClusterEntry, timers: Timers, tls: TlsDialer | undefined): Cluster {
  const cluster: Cluster = new Cluster({
    name: entry.name,
    balancer: loadBalancer(entry.loadBalancer, () => {}),
    thresholds: entry.circuitBreakers,
    // Whoever is told by the connection whose request it is must be asked by a connection of that client's.
    connectionPerDownstream: entry.proxyProtocol !== undefined || entry.connectionPerDownstream,
    createPool(host, protocol, bound) {
      const calledBack = bound !== undefined && (entry.proxyProtocol === undefined || entry.connectionPerDownstream === true);
      const ending = new HostEnding(host, cluster, timers);
      return new ConnectionPool({
        protocol,
        dial: () => connectTo(host, protocol, entry, timers, tls, bound?.ends),
        timers,
        connections: cluster.limits.connections,
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
  return cluster;
}

function connectTo(
  host: Host,
  { alpn = [] }: Protocol,
  { connectTimeout, connectionBufferLimitBytes, proxyProtocol }: ClusterEntry,
  timers: Timers,
  tls: TlsDialer | undefined,
  client: ConnectionEnds | undefined,
): Connection {
  const greeting = proxyProtocol === undefined ? undefined : writeProxyHeader(proxyProtocol, client);
  host.count('connectionTotal');
  return dial({
    address: host.address,
    connectTimeoutMs: connectTimeout,
    highWatermark: connectionBufferLimitBytes,
    timers,
    greeting,
    secure:
      tls === undefined || host.tlsDisable
        ? undefined
        : (address) => tls.connect(address, nameOfHost(host.hostname, host.address), alpn, greeting),
  });
}
