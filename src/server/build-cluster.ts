import type { Timers } from '../base/timers.ts';
import type { Cluster as ClusterEntry } from '../config/index.ts';
import { formatAddress } from '../net/address.ts';
import type { Connection } from '../net/connection.ts';
import { dial } from '../net/dialer.ts';
import { ConnectionPool } from '../stream/connection-pool.ts';
import { loadBalancer } from '../upstream/balancers/index.ts';
import { Cluster } from '../upstream/cluster.ts';
import type { Host, HostSpec } from '../upstream/host.ts';

/** Turns a cluster of the configuration into one that requests can be sent to. */
export function buildCluster(entry: ClusterEntry, timers: Timers): Cluster {
  const cluster: Cluster = new Cluster({
    name: entry.name,
    balancer: loadBalancer(entry.loadBalancer, () => {}),
    thresholds: entry.circuitBreakers,
    createPool: (host, protocol) =>
      new ConnectionPool({
        protocol,
        dial: () => connectTo(host, entry, timers),
        timers,
        connections: cluster.limits.connections,
        pending: cluster.limits.pending,
        maxConnections: 0,
        maxStreamsPerConnection: entry.maxRequestsPerConnection,
        idleMs: entry.idleTimeout,
      }),
  });
  cluster.updateHosts(hostSpecs(entry));
  return cluster;
}

export function hostSpecs(entry: ClusterEntry): readonly HostSpec[] {
  return entry.hosts.map(({ address, hostname, weight }) => ({ address: formatAddress(address), hostname, weight }));
}

function connectTo(host: Host, { connectTimeout, connectionBufferLimitBytes }: ClusterEntry, timers: Timers): Connection {
  host.count('connectionTotal');
  return dial({ address: host.address, connectTimeoutMs: connectTimeout, highWatermark: connectionBufferLimitBytes, timers });
}
