import type { Report } from '../../base/schema/report.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Configuration } from '../model/configuration.ts';
import { checkTwice } from './twice.ts';

export function checkClusters({ clusterManager }: Configuration, report: Report): void {
  checkTwice(clusterManager.clusters, ({ name }) => name, 'name', report);
  for (const cluster of clusterManager.clusters) {
    if (cluster.type === 'ORIGINAL_DST' || cluster.loadBalancer === 'LB_ORIGINAL_DST') {
      if (cluster.hosts.length > 0) report.where(cluster).at('hosts').warn('has no effect: requests go where their clients meant to go');
    } else if (cluster.hosts.length === 0 && cluster.discovery === undefined) checkEmpty(report.where(cluster).at('hosts'));
    checkLocalities(cluster, report);
    checkSlowStart(cluster, report);
  }
}

/** Hosts that were left out for what is wrong with them have been told of. */
function checkEmpty(place: Report): void {
  if (place.problems.some(({ path }) => path.startsWith(place.path))) return;
  place.warn('is empty: requests to this cluster fail');
}

/** A host whose locality has no weight would never be asked. */
function checkLocalities({ hosts, localityWeights }: Cluster, report: Report): void {
  if (localityWeights === undefined) return;
  const names = [...localityWeights.keys()].map((name) => JSON.stringify(name)).join(', ');
  for (const host of hosts) {
    const place = report.where(host).at('locality');
    if (host.locality === undefined) place.error('is missing, for the cluster has `locality_weights`');
    else if (!localityWeights.has(host.locality)) {
      place.error(`must be one that \`locality_weights\` of the cluster has (${names}), but is ${JSON.stringify(host.locality)}`);
    }
  }
}

/** They go by the request, or by nothing at all. */
const WITHOUT_SLOW_START: ReadonlySet<string> = new Set(['LB_RANDOM', 'LB_REQUEST_ROUNDROBIN', 'LB_MAGLEV', 'LB_RINGHASH']);

function checkSlowStart(cluster: Cluster, report: Report): void {
  if (cluster.slowStart?.mode === undefined || !WITHOUT_SLOW_START.has(cluster.loadBalancer)) return;
  report.where(cluster).at('slow_start').warn(`has no effect with ${cluster.loadBalancer}`);
}
