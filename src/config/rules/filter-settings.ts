import type { Report } from '../../base/schema/report.ts';
import type { FilterSettings } from '../model/filter-settings.ts';
import type { Listener } from '../model/listener.ts';
import type { Server } from '../model/server.ts';

/** Settings for a filter that no listener has are for nobody. */
export function checkFilterSettings({ listeners, routers }: Server, report: Report): void {
  for (const { routerConfigName, virtualHosts } of routers) {
    const types = new Set(
      listeners
        .filter((listener) => uses(listener, routerConfigName))
        .flatMap(({ streamFilters }) => streamFilters.map(({ type }) => type)),
    );
    for (const virtualHost of virtualHosts) {
      check(virtualHost.perFilterConfig, types, report);
      for (const route of virtualHost.routes) check(route.perFilterConfig, types, report);
    }
  }
}

function uses({ filterChain }: Listener, routerConfigName: string): boolean {
  return filterChain.filters.some(({ type, config }) => type === 'proxy' && config.routerConfigName === routerConfigName);
}

function check(settings: FilterSettings | undefined, types: ReadonlySet<string>, report: Report): void {
  if (settings === undefined) return;
  for (const type of settings.keys()) {
    if (types.has(type)) continue;
    const remedy = `put a { "type": ${JSON.stringify(type)} } there, too`;
    report.where(settings).at(type).warn('has no effect: no listener with this router has such a filter in its `stream_filters`', remedy);
  }
}
