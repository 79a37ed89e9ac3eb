import type { Ejection, OutlierEvent } from './outlier-detector.ts';
import type { EjectionReason } from './settings.ts';

/** Envoy's words. */
const TYPES: Readonly<Record<EjectionReason, string>> = {
  consecutive5xx: 'CONSECUTIVE_5XX',
  consecutiveGatewayFailure: 'CONSECUTIVE_GATEWAY_FAILURE',
  consecutiveLocalOriginFailure: 'CONSECUTIVE_LOCAL_ORIGIN_FAILURE',
  successRate: 'SUCCESS_RATE',
  localOriginSuccessRate: 'SUCCESS_RATE_LOCAL_ORIGIN',
  failurePercentage: 'FAILURE_PERCENTAGE',
  localOriginFailurePercentage: 'FAILURE_PERCENTAGE_LOCAL_ORIGIN',
};

/** A line of the event log: one object of JSON, with the names that Envoy gives. `wallClock` in milliseconds since 1970. */
export function outlierLine(wallClock: number, cluster: string, event: OutlierEvent): string {
  const { host, ejections, sinceLastMs } = event;
  const common = {
    timestamp: new Date(wallClock).toISOString(),
    cluster_name: cluster,
    upstream_url: host.address,
    num_ejections: ejections,
    ...(sinceLastMs === undefined ? {} : { secs_since_last_action: String(Math.floor(sinceLastMs / 1000)) }),
  };
  if (event.action === 'return') return JSON.stringify({ ...common, action: 'UNEJECT' });
  return JSON.stringify({ ...common, action: 'EJECT', type: TYPES[event.reason], enforced: event.enforced, ...detailOf(event) });
}

/** What a person reads of an ejection or a return. */
export function outlierMessage(cluster: string, event: OutlierEvent): string {
  const host = `cluster "${cluster}": host ${event.host.address}`;
  if (event.action === 'return') return `${host} returns from its ejection`;
  return `${host} is ejected: ${TYPES[event.reason]}`;
}

function detailOf({ rate, ofAll }: Ejection): object {
  if (rate === undefined) return { eject_consecutive_event: {} };
  const host = { host_success_rate: Math.round(rate) };
  if (ofAll === undefined) return { eject_failure_percentage_event: host };
  return {
    eject_success_rate_event: {
      ...host,
      cluster_average_success_rate: Math.round(ofAll.mean),
      cluster_success_rate_ejection_threshold: Math.round(ofAll.threshold),
    },
  };
}
