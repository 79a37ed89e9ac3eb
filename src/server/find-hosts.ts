import type { Logger } from '../base/log.ts';
import type { Timers } from '../base/timers.ts';
import type { Cluster as ClusterEntry } from '../config/index.ts';
import { formatAddress } from '../net/address.ts';
import type { Cluster } from '../upstream/cluster.ts';
import { DnsDiscovery } from '../upstream/discoveries/dns.ts';
import { type AddressFamily, dnsResolver, systemResolver } from '../upstream/discoveries/resolver.ts';
import type { HostSpec } from '../upstream/host.ts';
import { goesToOriginalDestination } from './build-balancer.ts';

const FAMILIES: Readonly<Record<'V4_ONLY' | 'V6_ONLY', AddressFamily>> = { V4_ONLY: 'ipv4', V6_ONLY: 'ipv6' };

/** Gives a cluster the hosts of its entry: those that stand there, or what DNS says of their names for as long as the cluster lives. */
export function findHosts(cluster: Cluster, entry: ClusterEntry, timers: Timers, logger: Logger): void {
  // Its balancer finds them.
  if (goesToOriginalDestination(entry)) return;
  if (entry.type !== 'STRICT_DNS') {
    cluster.updateHosts(hostSpecs(entry));
    return;
  }
  const { dnsResolvers, dnsRefreshRate, respectDnsTtl, dnsLookupFamily } = entry;
  const servers = dnsResolvers?.servers ?? [];
  cluster.follow(
    new DnsDiscovery({
      hosts: hostSpecs(entry),
      timers,
      // The system's own way knows the hosts file, but no time to live.
      resolver: servers.length > 0 || respectDnsTtl ? dnsResolver(servers) : systemResolver,
      refreshMs: dnsRefreshRate,
      respectTtl: respectDnsTtl,
      family: dnsLookupFamily === undefined ? undefined : FAMILIES[dnsLookupFamily],
      onFailure: (name, reason) =>
        logger.warn(`cluster "${entry.name}": ${name} cannot be looked up: ${reason instanceof Error ? reason.message : String(reason)}`),
    }),
  );
}

function hostSpecs(entry: ClusterEntry): readonly HostSpec[] {
  return entry.hosts.map(({ address, hostname, weight, metadata, priority, locality, tlsDisable }) => ({
    address: formatAddress(address),
    hostname,
    weight,
    metadata: Object.fromEntries(metadata),
    priority,
    locality,
    tlsDisable,
  }));
}
