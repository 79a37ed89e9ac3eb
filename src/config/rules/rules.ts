import type { Report } from '../../base/schema/report.ts';
import type { Configuration } from '../model/configuration.ts';
import { checkClusters } from './clusters.ts';
import { checkFilterSettings } from './filter-settings.ts';
import { checkListeners } from './listeners.ts';
import { checkRouters } from './routers.ts';

/** What no part of the configuration can know by itself: names that must exist, and that must not exist twice. */
export function checkRules(configuration: Configuration, report: Report): void {
  checkClusters(configuration, report);
  checkListeners(configuration.server, report);
  checkFilterSettings(configuration.server, report);
  checkRouters(configuration.server, configuration.clusterManager.clusters, report);
}
