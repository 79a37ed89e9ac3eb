import { converted, list } from '../../base/schema/collections.ts';
import { ignored, required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import type { Report } from '../../base/schema/report.ts';
import { text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import type { Catalogue } from '../catalogue.ts';
import { networkFilter, type Taking } from './network-filter.ts';
import { listenerContexts, tlsContextField, tlsContextSetField } from './tls.ts';

/** What is done with the bytes of a connection. */
export type NetworkFilter = FilterChain['filters'][number];

export type FilterChain = Read<ReturnType<typeof filterChain>>;

export function filterChain(catalogue: Catalogue) {
  const chain = object('Filter chain', 'What is done with the bytes of a connection.', {
    filters: required(
      list(networkFilter(catalogue), 1),
      'The network filters. Some look at each connection, in order; the first behind them that can takes it.',
    ),
    tlsContext: tlsContextField(catalogue),
    tlsContextSet: tlsContextSetField(catalogue),
    match: ignored(text(), 'there is but one filter chain, here as in MOSN, which does not look at it', 'Which connections it is for.'),
  });
  return converted(chain, ({ filters, tlsContext, tlsContextSet }, report) => {
    const routers = filters.flatMap((filter) => (filter.is === 'routes' ? [filter.config] : []));
    const takers = filters.flatMap((filter) => (filter.is === 'taking' ? [filter.filter] : []));
    const datagrams = filters.flatMap((filter) => (filter.is === 'datagrams' ? [filter.config] : []));
    const first = filters.findIndex(({ is }) => is === 'taking' || is === 'datagrams');
    const looking = filters.filter((filter, at) => filter.is === 'looking' && (first < 0 || at < first));
    if (first < 0 && filters.length > 0)
      report.at('filters').error('has no filter that takes the connection', 'add a "proxy" or a "tcp_proxy"');
    for (const [at, { is }] of filters.entries()) {
      const place = report.at('filters').at(at);
      // MOSN still reads routes from there, and says that one had better not.
      if (is === 'routes') place.warn('is a deprecated place for routes', 'put its config in `routers` of the server');
      else if (is === 'looking' && first >= 0 && at > first) place.error('comes too late: the connection is taken before', 'put it first');
    }
    warnOfTakers(takers, report);
    return {
      /** Those that take connections. */
      filters: takers,
      /** The one that takes datagrams. */
      udpProxy: datagrams[0],
      /** Those that look at connections before. */
      connectionFilters: looking.flatMap((filter) => (filter.is === 'looking' ? [filter.filter] : [])),
      routers,
      tlsContexts: listenerContexts(tlsContext, tlsContextSet, report),
    };
  });
}

/** Only a connection that the filter before it does not know comes to a filter. */
function warnOfTakers(takers: readonly Taking[], report: Report): void {
  const last = takers.findIndex(({ type, config }) => type !== 'proxy' || !config.fallbackForUnknownProtocol);
  if (last >= 0 && last < takers.length - 1) {
    const remedy = takers[last]?.type === 'proxy' ? 'set its `fallback_for_unknown_protocol`' : undefined;
    report.where(takers[last + 1]!).warn('has no effect: the filter before it takes every connection', remedy);
  } else if (last < 0 && takers.length > 0) {
    const place = report.where(takers.at(-1)!.config).at('fallback_for_unknown_protocol');
    place.warn('has no effect: no filter follows', 'add a "tcp_proxy" behind it');
  }
}
