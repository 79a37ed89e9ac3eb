import type { Timers } from '../base/timers.ts';
import type { Cluster as ClusterEntry } from '../config/index.ts';
import type { Connection } from '../net/connection.ts';
import { dial } from '../net/dialer.ts';
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
    connectionPerDownstream: entry.connectionPerDownstream,
    createPool(host, protocol, takeRequest) {
      const ending = new HostEnding(host, cluster, timers);
      return new ConnectionPool({
        protocol,
        dial: () => connectTo(host, protocol, entry, timers, tls),
        timers,
        connections: cluster.limits.connections,
        pending: cluster.limits.pending,
        // A connection that the host calls back on is one, and lives as long as the client that it belongs to.
        maxConnections: takeRequest === undefined ? 0 : 1,
        spreadOver: takeRequest === undefined ? entry.connectionsPerHost : 1,
        maxStreamsPerConnection: takeRequest === undefined ? entry.maxRequestsPerConnection : 0,
        idleMs: takeRequest === undefined ? entry.idleTimeout : 0,
        takeRequest,
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
  { connectTimeout, connectionBufferLimitBytes }: ClusterEntry,
  timers: Timers,
  tls: TlsDialer | undefined,
): Connection {
  host.count('connectionTotal');
  return dial({
    address: host.address,
    connectTimeoutMs: connectTimeout,
    highWatermark: connectionBufferLimitBytes,
    timers,
    secure:
      tls === undefined || host.tlsDisable ? undefined : (address) => tls.connect(address, nameOfHost(host.hostname, host.address), alpn),
  });
}
