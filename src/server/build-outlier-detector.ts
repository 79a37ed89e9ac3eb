import type { Cluster as ClusterEntry, OutlierDetection as OutlierEntry } from '../config/index.ts';
import type { Host } from '../upstream/host.ts';
import { OutlierDetector } from '../upstream/outlier/outlier-detector.ts';
import { outlierLine, outlierMessage } from '../upstream/outlier/outlier-log.ts';
import type { OutlierSettings } from '../upstream/outlier/settings.ts';
import type { ClusterSurroundings } from './cluster-surroundings.ts';

/** Who finds outliers among the hosts of a cluster; undefined where nobody does. */
export function buildOutlierDetector(
  { name, outlierDetection }: ClusterEntry,
  surroundings: ClusterSurroundings,
  onUnhealthy: (host: Host) => void,
): OutlierDetector | undefined {
  if (outlierDetection === undefined) return undefined;
  const { timers, logger } = surroundings;
  const { eventLogPath } = outlierDetection;
  const events = eventLogPath === undefined ? undefined : surroundings.lineSink(eventLogPath);
  return new OutlierDetector({
    settings: settingsOf(outlierDetection),
    timers,
    onEvent(event) {
      if (event.action === 'eject' && event.enforced) onUnhealthy(event.host);
      events?.write(`${outlierLine(timers.wallClock, name, event)}\n`);
      // What is not enforced may be found with every few requests.
      if (event.action === 'return' || event.enforced) logger.info(outlierMessage(name, event));
    },
  });
}

function settingsOf(entry: OutlierEntry): OutlierSettings {
  return {
    ...entry,
    intervalMs: entry.interval,
    baseEjectionMs: entry.baseEjectionTime,
    maxEjectionMs: entry.maxEjectionTime,
    maxEjectionJitterMs: entry.maxEjectionTimeJitter,
    enforcing: {
      consecutive5xx: entry.enforcingConsecutive5xx,
      consecutiveGatewayFailure: entry.enforcingConsecutiveGatewayFailure,
      consecutiveLocalOriginFailure: entry.enforcingConsecutiveLocalOriginFailure,
      successRate: entry.enforcingSuccessRate,
      localOriginSuccessRate: entry.enforcingLocalOriginSuccessRate,
      failurePercentage: entry.enforcingFailurePercentage,
      localOriginFailurePercentage: entry.enforcingFailurePercentageLocalOrigin,
    },
    endedByHealthCheck: entry.successfulActiveHealthCheckUnejectHost,
  };
}
