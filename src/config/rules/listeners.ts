import { didYouMean } from '../../base/nearest.ts';
import type { Report } from '../../base/schema/report.ts';
import type { Listener } from '../model/listener.ts';
import type { Server } from '../model/server.ts';
import { checkTwice } from './twice.ts';

const NOWHERE_ELSE = 'routers stand in `routers` of the server; no control plane brings any yet';

export function checkListeners({ listeners, routers }: Server, report: Report): void {
  checkTwice(listeners, ({ name }) => name, 'name', report);
  checkTwice(listeners, boundAddress, 'address', report);
  const names = routers.map(({ routerConfigName }) => routerConfigName);
  for (const listener of listeners) {
    const { filterChain, streamFilters } = listener;
    if (streamFilters.length > 0 && !filterChain.filters.some(({ type }) => type === 'proxy')) {
      const place = report.where(listener).at('stream_filters');
      place.warn('have no effect: connections that are carried as they are have no requests', 'use a "proxy"');
    }
    for (const filter of filterChain.filters) {
      if (filter.type !== 'proxy' || names.includes(filter.config.routerConfigName)) continue;
      const wanted = filter.config.routerConfigName;
      const place = report.where(filter.config).at('router_config_name');
      place.error(`names no router: there is none called ${JSON.stringify(wanted)}`, didYouMean(wanted, names) ?? NOWHERE_ELSE);
    }
  }
}

/** The address that is listened on. Port 0 is another port each time. */
function boundAddress({ address, bindPort, datagrams }: Listener): string | undefined {
  if (!bindPort) return undefined;
  if ('path' in address) return address.path;
  return address.port === 0 ? undefined : `${datagrams ? 'udp ' : ''}${address.host}:${address.port}`;
}
