import type { Logger } from '../base/log.ts';
import type { LineSink } from '../base/log-file.ts';
import type { Timers } from '../base/timers.ts';
import { type Listener as ListenerEntry, type Proxy as ProxyEntry, RAW_PROTOCOL, type Router as RouterEntry } from '../config/index.ts';
import { accessLog } from '../filter/builtin/access-log/index.ts';
import { FilterChain } from '../filter/chain.ts';
import type { Exchange, Filter } from '../filter/filter.ts';
import type { FilterKind } from '../filter/filter-kind.ts';
import { fieldValue } from '../filter/format/field-value.ts';
import { NORMALIZED_PATH } from '../filter/normalized-path.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { ProxyCounts } from '../proxy/counts.ts';
import type { Route, TimeoutHeaders } from '../proxy/route.ts';
import type { ProxySettings } from '../proxy/settings.ts';
import type { Router } from '../router/router.ts';
import type { ClusterManager } from '../upstream/cluster-manager.ts';
import { buildEntrance } from './build-entrance.ts';
import type { BuildHashPolicy } from './build-hash-policy.ts';
import { buildNetworkFilters, readingDelay } from './build-network-filters.ts';
import { buildListenerRouter, buildTcpRouter } from './build-router.ts';
import { buildStreamFilters } from './build-stream-filters.ts';
import type { buildTlsAcceptor, TlsSurroundings } from './build-tls.ts';
import type { Serving, ServingStage } from './served-listener.ts';

/** What a listener is built from. */
export interface ListenerSurroundings {
  readonly timers: Timers;
  readonly clusters: ClusterManager;
  readonly routers: ReadonlyMap<string, RouterEntry>;
  readonly protocols: ReadonlyMap<string, Protocol>;
  readonly filterKinds: ReadonlyMap<string, FilterKind>;
  readonly logger: Logger;
  readonly counts: ProxyCounts;
  readonly tls: TlsSurroundings;
  lineSink(path: string): LineSink;
  /** See FilterSurroundings.rebuild. */
  rebuild(why: string): void;
}

/** What few listeners have need of. */
interface Loaded {
  readonly buildTlsAcceptor: typeof buildTlsAcceptor | undefined;
  readonly buildHashPolicy: BuildHashPolicy | undefined;
}

/**
 * What a listener of the configuration does with connections, and with requests.
 * @throws StartError when its certificates cannot be used, or a filter cannot be made.
 */
export async function buildServing(entry: ListenerEntry, surroundings: ListenerSurroundings): Promise<Serving> {
  const protocolOf = byName(surroundings.protocols);
  const { folder } = surroundings.tls;
  const filters = await buildStreamFilters(entry, { ...surroundings, folder, protocolOf });
  try {
    return servingWith(filters, protocolOf, await load(entry, surroundings), entry, surroundings);
  } catch (error) {
    for (const filter of filters) filter.retire?.();
    throw error;
  }
}

async function load({ filterChain }: ListenerEntry, { routers }: ListenerSurroundings): Promise<Loaded> {
  const hashing = [...routers.values()].some(({ virtualHosts }) =>
    virtualHosts.some(({ routes }) => routes.some(({ route }) => route !== undefined && route.hashPolicy.length > 0)),
  );
  return {
    buildTlsAcceptor: filterChain.tlsContexts.length > 0 ? (await import('./build-tls.ts')).buildTlsAcceptor : undefined,
    buildHashPolicy: hashing ? (await import('./build-hash-policy.ts')).buildHashPolicy : undefined,
  };
}

function servingWith(
  streamFilters: readonly Filter[],
  protocolOf: (name: string) => Protocol,
  loaded: Loaded,
  entry: ListenerEntry,
  surroundings: ListenerSurroundings,
): Serving {
  const { timers, clusters, protocols, counts } = surroundings;
  const named = (name: string): Protocol => protocols.get(name)!;
  const logs = entry.accessLogs.map(({ path, format }) => accessLog(format, surroundings.lineSink(path)));
  const common: Omit<ProxySettings, 'router' | 'filters'> = {
    listenerName: entry.name,
    timers,
    clusters,
    protocolOf,
    clientTimeouts: { bodyMs: entry.requestBodyTimeout, drainMs: entry.sendTimeout },
    requestBufferBytes: entry.perConnectionBufferLimitBytes,
    counts,
  };
  const { filters } = entry.filterChain;
  // What stands behind the one that takes every connection never sees any.
  const last = filters.findIndex((filter) => filter.type === 'tcp_proxy' || !filter.config.fallbackForUnknownProtocol);
  const ofConnections = new FilterChain(logs);
  // The log comes last: it is to show what filters have done.
  const ofRequests = new FilterChain([...streamFilters, ...logs]);
  const stages = filters.slice(0, last < 0 ? filters.length : last + 1).map((filter): ServingStage => {
    if (filter.type === 'tcp_proxy') {
      return { protocols: [named(RAW_PROTOCOL)], settings: { ...common, router: buildTcpRouter(filter.config), filters: ofConnections } };
    }
    return {
      protocols: downstreamProtocols(filter.config, named),
      settings: {
        ...common,
        router: proxyRouter(filter.config, named, loaded, surroundings),
        filters: filter.config.normalizePath ? new FilterChain([NORMALIZED_PATH, ...ofRequests.filters]) : ofRequests,
      },
    };
  });
  const looking = buildNetworkFilters(entry, timers);
  const spoken = stages.flatMap((stage) => stage.protocols);
  return {
    stages,
    timeouts: { headMs: entry.requestHeadTimeout, idleMs: entry.connectionIdleTimeout, probeMs: entry.probeInterval },
    counts,
    filters: ofRequests,
    entrance: buildEntrance(entry, looking, counts, surroundings.logger, loaded.buildTlsAcceptor?.(entry, spoken, surroundings.tls)),
    readingDelayMs: readingDelay(looking),
  };
}

function downstreamProtocols(entry: ProxyEntry, named: (name: string) => Protocol): readonly Protocol[] {
  return entry.downstreamProtocols.map((name) => {
    const protocol = named(name);
    const settings = entry.protocolSettings.get(name);
    return settings === undefined ? protocol : (protocol.configure?.(settings) ?? protocol);
  });
}

function proxyRouter(
  entry: ProxyEntry,
  named: (name: string) => Protocol,
  { buildHashPolicy }: Loaded,
  { routers }: ListenerSurroundings,
): Router<Route, Exchange> {
  return buildListenerRouter(routers.get(entry.routerConfigName)!, {
    upstreamProtocol: entry.upstreamProtocol === undefined ? undefined : named(entry.upstreamProtocol),
    timeoutHeaders: timeoutHeadersOf(entry),
    buildHashPolicy,
    protocol: named,
    fieldValue,
  });
}

function timeoutHeadersOf({ timeoutHeaders }: ProxyEntry): TimeoutHeaders | undefined {
  if (timeoutHeaders === undefined) return undefined;
  const { timeout, perTryTimeout, expected } = timeoutHeaders;
  return { whole: timeout, perTry: perTryTimeout, expected };
}

/**
 * Requests carry the name that their protocol gives itself, which need not be the one that the configuration knows it by. Filters that ask
 * somebody go by names of ALPN, for they know no protocol.
 */
function byName(protocols: ReadonlyMap<string, Protocol>): (name: string) => Protocol {
  const own = new Map(Array.from(protocols.values(), (protocol) => [protocol.name, protocol]));
  for (const protocol of protocols.values()) {
    for (const name of protocol.alpn ?? []) if (!own.has(name)) own.set(name, protocol);
  }
  // Requests come in protocols that are loaded; whoever asks in another one is told that there is none.
  return (name) => own.get(name)!;
}
