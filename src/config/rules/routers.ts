import type { Report } from '../../base/schema/report.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Listener } from '../model/listener.ts';
import type { RouteAction } from '../model/route.ts';
import type { VirtualHost } from '../model/router.ts';
import type { Server } from '../model/server.ts';
import type { Destinations } from '../model/tcp-proxy.ts';
import { ClusterNames } from './cluster-names.ts';
import { checkTwice } from './twice.ts';

export function checkRouters({ listeners, routers }: Server, clusters: readonly Cluster[], report: Report): void {
  const names = new ClusterNames(clusters);
  checkTwice(routers, ({ routerConfigName }) => routerConfigName, 'router_config_name', report);
  const strict = validatedRouters(listeners);
  for (const router of routers) {
    const mustExist = strict.has(router.routerConfigName);
    checkDomains(router.virtualHosts, report);
    for (const virtualHost of router.virtualHosts) {
      for (const { route, requestMirrorPolicies: mirror } of virtualHost.routes) {
        if (route !== undefined) checkClusters(route, names, report, mustExist);
        if (mirror !== undefined) names.check(mirror.cluster, report.where(mirror).at('cluster'), mustExist);
      }
    }
  }
  for (const { filterChain } of listeners) {
    for (const filter of filterChain.filters) if (filter.type === 'tcp_proxy') checkDestinations(filter.config, names, report);
    if (filterChain.udpProxy !== undefined) checkDestinations(filterChain.udpProxy, names, report);
  }
}

function checkDestinations(settings: Destinations, names: ClusterNames, report: Report): void {
  const { cluster, weightedClusters, routes } = settings;
  if (cluster !== undefined) names.check(cluster, report.where(settings).at('cluster'));
  else if (weightedClusters.length > 0) {
    for (const weighted of weightedClusters) names.check(weighted.name, report.where(weighted).at('cluster').at('name'));
  } else for (const route of routes) names.check(route.cluster, report.where(route).at('cluster'));
}

/** The names of those whose clusters must exist, as some listener says. */
function validatedRouters(listeners: readonly Listener[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { filterChain } of listeners) {
    for (const { type, config } of filterChain.filters) if (type === 'proxy' && config.validateClusters) names.add(config.routerConfigName);
  }
  return names;
}

function checkClusters(action: RouteAction, names: ClusterNames, report: Report, mustExist: boolean): void {
  for (const weighted of action.weightedClusters) names.check(weighted.name, report.where(weighted).at('cluster').at('name'), mustExist);
  if (action.weightedClusters.length > 0 || action.clusterName === undefined) return;
  names.check(action.clusterName, report.where(action).at('cluster_name'), mustExist);
}

/** A domain belongs to one virtual host of a router. */
function checkDomains(virtualHosts: readonly VirtualHost[], report: Report): void {
  const first = new Map<string, string>();
  for (const virtualHost of virtualHosts) {
    const place = report.where(virtualHost).at('domains');
    if (virtualHost.domains.length === 0) place.warn('is empty: no request ever comes to this virtual host', 'write ["*"] for all');
    for (const [index, written] of virtualHost.domains.entries()) {
      const domain = sameDomain(written);
      const earlier = first.get(domain);
      if (earlier === undefined) first.set(domain, place.at(index).path);
      else place.at(index).error(`is ${JSON.stringify(written)}, which ${earlier} is already`);
    }
  }
}

function sameDomain(domain: string): string {
  const lower = domain.toLowerCase();
  return lower === '*:*' ? '*' : lower;
}
