import { didYouMean } from '../../base/nearest.ts';
import { converted, list } from '../../base/schema/collections.ts';
import { ignored, required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import type { Report } from '../../base/schema/report.ts';
import { text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import { variants } from '../../base/schema/variants.ts';
import type { Catalogue } from '../catalogue.ts';
import { type Proxy as ProxySettings, proxy } from './proxy.ts';
import { router } from './router.ts';
import { type TcpProxy, tcpProxy } from './tcp-proxy.ts';
import { listenerContexts, tlsContextField, tlsContextSetField } from './tls.ts';

/** Network filters of MOSN's that are not there. */
const NOT_YET: readonly string[] = ['udp_proxy', 'grpc', 'tunnel', 'fault_inject', 'transcoder', 'rpc_proxy', 'x_proxy'];

/** What is done with the bytes of a connection. */
export type NetworkFilter = FilterChain['filters'][number];

export type FilterChain = Read<ReturnType<typeof filterChain>>;

export function filterChain(catalogue: Catalogue) {
  const types = { proxy: proxy(catalogue), tcp_proxy: tcpProxy, connection_manager: router(catalogue) };
  const there = (type: string) => catalogue.networkFilters.has(type) || type === 'connection_manager';
  const networkFilter = variants('Network filter', 'What is done with the bytes of a connection.', types, (type, report) =>
    report.error(...absentType(type, catalogue)),
  );
  const present = converted(networkFilter, (filter, report) => {
    if (there(filter.type)) return filter;
    report.at('type').error(...absentType(filter.type, catalogue));
    return undefined;
  });
  const chain = object('Filter chain', 'What is done with the bytes of a connection.', {
    filters: required(list(present, 1), 'The network filters. The first takes the connection.'),
    tlsContext: tlsContextField(catalogue),
    tlsContextSet: tlsContextSetField(catalogue),
    match: ignored(text(), 'there is but one filter chain', 'Which connections it is for.'),
  });
  return converted(chain, ({ filters, tlsContext, tlsContextSet }, report) => {
    const routers = filters.flatMap((filter) => (filter.type === 'connection_manager' ? [filter.config] : []));
    const proxies = filters.flatMap((filter) => (filter.type === 'connection_manager' ? [] : [filter]));
    if (proxies.length === 0 && routers.length > 0)
      report.at('filters').error('has no filter that takes the connection', 'add a "proxy" or a "tcp_proxy"');
    warnOfRouters(filters, report);
    warnOfFilters(proxies, report);
    return { filters: proxies, routers, tlsContexts: listenerContexts(tlsContext, tlsContextSet, report) };
  });
}

function absentType(type: string, catalogue: Catalogue): [message: string, remedy: string | undefined] {
  if (NOT_YET.includes(type)) return [`is not supported by Meshloom: there is no network filter ${type} yet`, undefined];
  return [`names no network filter: there is none called ${JSON.stringify(type)}`, didYouMean(type, catalogue.networkFilters)];
}

/** Only a connection that the filter before it does not know comes to a filter. */
function warnOfFilters(proxies: readonly Taking[], report: Report): void {
  const last = proxies.findIndex(({ type, config }) => type === 'tcp_proxy' || !config.fallbackForUnknownProtocol);
  if (last >= 0 && last < proxies.length - 1) {
    const remedy = proxies[last]?.type === 'proxy' ? 'set its `fallback_for_unknown_protocol`' : undefined;
    report.where(proxies[last + 1]!).warn('has no effect: the filter before it takes every connection', remedy);
  } else if (last < 0 && proxies.length > 0) {
    const place = report.where(proxies.at(-1)!.config).at('fallback_for_unknown_protocol');
    place.warn('has no effect: no filter follows', 'add a "tcp_proxy" behind it');
  }
}

/** A network filter that takes connections. */
type Taking = { readonly type: 'proxy'; readonly config: ProxySettings } | { readonly type: 'tcp_proxy'; readonly config: TcpProxy };

/** MOSN still reads routes from a `connection_manager`, and says that one had better not. */
function warnOfRouters(filters: readonly { readonly type: string }[], report: Report): void {
  const index = filters.findIndex(({ type }) => type === 'connection_manager');
  if (index >= 0) report.at('filters').at(index).warn('is a deprecated place for routes', 'put its config in `routers` of the server');
}
