import { readFileSync } from 'node:fs';
import type { Logger } from '../base/log.ts';
import type { Cluster as ClusterEntry } from '../config/index.ts';
import { formatAddress } from '../net/address.ts';
import type { Cluster } from '../upstream/cluster.ts';
import { DnsDiscovery } from '../upstream/discoveries/dns.ts';
import { parseResolvConf, serverAt } from '../upstream/discoveries/resolv-conf.ts';
import {
  type AddressFamily,
  dnsResolver,
  MACHINE_NAME_SERVERS,
  type NameServers,
  type Resolver,
  systemResolver,
} from '../upstream/discoveries/resolver.ts';
import type { HostSpec } from '../upstream/host.ts';
import { goesToOriginalDestination } from './build-balancer.ts';
import type { ClusterSurroundings } from './cluster-surroundings.ts';

const FAMILIES: Readonly<Record<'V4_ONLY' | 'V6_ONLY', AddressFamily>> = { V4_ONLY: 'ipv4', V6_ONLY: 'ipv6' };

/** Gives a cluster the hosts of its entry: those that stand there, or what DNS or a discovery says for as long as the cluster lives. */
export function findHosts(cluster: Cluster, entry: ClusterEntry, surroundings: ClusterSurroundings): void {
  const { timers, logger, folder, plugins } = surroundings;
  // Its balancer finds them.
  if (goesToOriginalDestination(entry)) return;
  const kind = entry.discovery && plugins.discoveries.get(entry.discovery.type);
  if (kind !== undefined) {
    // What an earlier discovery has found stays until this one has found something.
    if (cluster.hosts.length === 0) cluster.updateHosts(hostSpecs(entry));
    try {
      cluster.follow(kind.build(entry.discovery?.config, { cluster: entry.name, timers, log: logger, folder }));
    } catch (error) {
      logger.error(`cluster "${entry.name}": its discovery ${kind.type} failed`, { error });
    }
    return;
  }
  if (entry.type !== 'STRICT_DNS') {
    cluster.updateHosts(hostSpecs(entry));
    return;
  }
  const { dnsRefreshRate, respectDnsTtl, dnsLookupFamily } = entry;
  cluster.follow(
    new DnsDiscovery({
      hosts: hostSpecs(entry),
      timers,
      resolver: resolverOf(entry, logger),
      refreshMs: dnsRefreshRate,
      respectTtl: respectDnsTtl,
      family: dnsLookupFamily === undefined ? undefined : FAMILIES[dnsLookupFamily],
      onFailure: (name, reason) =>
        logger.warn(`cluster "${entry.name}": ${name} cannot be looked up: ${reason instanceof Error ? reason.message : String(reason)}`),
    }),
  );
}

/** The system's own way knows the hosts file, but no time to live. */
function resolverOf(entry: ClusterEntry, logger: Logger): Resolver {
  const nameServers = nameServersOf(entry, logger) ?? (entry.respectDnsTtl ? MACHINE_NAME_SERVERS : undefined);
  return nameServers === undefined ? systemResolver : dnsResolver(nameServers);
}

/** undefined when nobody says whom to ask. */
function nameServersOf({ name, dnsResolvers, dnsResolverFile, dnsResolverPort }: ClusterEntry, logger: Logger): NameServers | undefined {
  if (dnsResolvers?.servers !== undefined && dnsResolvers.servers.length > 0) {
    const { servers, port, search, ndots, timeout, attempts } = dnsResolvers;
    return {
      servers: servers.map((server) => serverAt(server, port)),
      search,
      ndots,
      timeoutMs: timeout === 0 ? undefined : timeout * 1000,
      attempts: attempts === 0 ? undefined : attempts,
    };
  }
  if (dnsResolverFile === undefined) return undefined;
  try {
    return parseResolvConf(readFileSync(dnsResolverFile, 'utf8'), dnsResolverPort);
  } catch (error) {
    logger.warn(`cluster "${name}": ${dnsResolverFile} cannot be read, the system is asked in its place: ${String(error)}`);
    return undefined;
  }
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
