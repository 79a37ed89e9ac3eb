import type { Report } from '../../base/schema/report.ts';
import type { Configuration } from '../model/configuration.ts';
import { checkTwice } from './twice.ts';

export function checkClusters({ clusterManager }: Configuration, report: Report): void {
  checkTwice(clusterManager.clusters, ({ name }) => name, 'name', report);
  for (const cluster of clusterManager.clusters) {
    if (cluster.hosts.length === 0) report.where(cluster).at('hosts').warn('is empty: requests to this cluster fail');
  }
}
