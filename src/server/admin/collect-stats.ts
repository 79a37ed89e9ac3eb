import type { Cluster } from '../../upstream/cluster.ts';
import type { UpstreamCount, UpstreamCounts } from '../../upstream/counts.ts';
import type { HealthChecker } from '../../upstream/health/health-checker.ts';
import { HealthFlag, type Host } from '../../upstream/host.ts';
import type { OutlierDetector } from '../../upstream/outlier/outlier-detector.ts';
import { EJECTION_REASONS, type EjectionReason } from '../../upstream/outlier/settings.ts';
import type { Stat, StatHistogram, StatKind, StatsGroup } from './stats-group.ts';

/** What the requests of one listener have come to. Times in milliseconds. */
export interface RequestCounts {
  readonly connectionRefused: number;
  readonly requestTotal: number;
  readonly requestActive: number;
  readonly requestReset: number;
  readonly requestTime: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Copies of requests for another cluster, and those of them that got no whole answer. */
  readonly mirrorTotal: number;
  readonly mirrorFailed: number;
  /** Responses with a status from 100 to 199 at 1, from 200 to 299 at 2, and so on. */
  readonly statusClass: readonly number[];
  /** Requests that took up to each bound, and at the end those that took longer. */
  readonly durations: readonly number[];
}

/** What the connections of one listener have come to. */
export interface ConnectionCounts {
  readonly connectionTotal: number;
  readonly connectionActive: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

export interface ListenerCounts {
  readonly name: string;
  readonly requests: RequestCounts;
  readonly connections: ConnectionCounts;
}

const NANOSECONDS = 1e6;

/** MOSN's names for the counts of clusters and hosts; where it has none, ours in the same manner. */
const UPSTREAM: Readonly<Record<UpstreamCount, readonly [name: string, kind: StatKind]>> = {
  connectionTotal: ['connection_total', 'counter'],
  connectionActive: ['connection_active', 'gauge'],
  connectionClosed: ['connection_close', 'counter'],
  connectionFailed: ['connection_con_fail', 'counter'],
  connectionTimeout: ['connection_timeout', 'counter'],
  requestTotal: ['request_total', 'counter'],
  requestActive: ['request_active', 'gauge'],
  requestRetry: ['request_retry', 'counter'],
  requestRetryOverflow: ['request_retry_overflow', 'counter'],
  requestOverflow: ['request_overflow', 'counter'],
  requestPendingOverflow: ['request_pending_overflow', 'counter'],
  requestTimeout: ['request_timeout', 'counter'],
  requestLocalReset: ['request_local_reset', 'counter'],
  requestRemoteReset: ['request_remote_reset', 'counter'],
  responseSuccess: ['response_success', 'counter'],
  responseFailed: ['response_failed', 'counter'],
  healthChanges: ['health_changes', 'counter'],
  bytesSent: ['connection_bytes_write', 'counter'],
  bytesReceived: ['connection_bytes_read_total', 'counter'],
};

const UPSTREAM_COUNTS = Object.keys(UPSTREAM) as readonly UpstreamCount[];

/**
 * The stats of a whole proxy: of all listeners together (`proxy: global`, as MOSN has it), of each listener, each cluster and each host.
 * `durationBounds` are those of `RequestCounts.durations`, in milliseconds.
 */
export function collectStats(
  listeners: Iterable<ListenerCounts>,
  durationBounds: readonly number[],
  clusters: Iterable<Cluster>,
): readonly StatsGroup[] {
  const each = [...listeners];
  const groups: StatsGroup[] = [downstream({ proxy: 'global' }, each, durationBounds)];
  for (const listener of each) groups.push(downstream({ listener: listener.name }, [listener], durationBounds));
  for (const cluster of clusters) {
    groups.push(upstream({ cluster: cluster.name }, cluster.counts, membership(cluster.hosts)));
    for (const host of cluster.hosts) {
      const healthy: Stat = { name: 'healthy', kind: 'gauge', value: host.healthy ? 1 : 0 };
      groups.push(upstream({ cluster: cluster.name, host: host.address }, host.counts, [healthy]));
    }
    if (cluster.healthChecker !== undefined) groups.push(healthChecks(cluster.name, cluster.healthChecker));
    if (cluster.outlierDetector !== undefined) groups.push(outliers(cluster.name, cluster.outlierDetector));
  }
  return groups;
}

function upstream(labels: StatsGroup['labels'], counts: UpstreamCounts, more: readonly Stat[]): StatsGroup {
  const stats = UPSTREAM_COUNTS.map((count): Stat => {
    const [name, kind] = UPSTREAM[count];
    return { name, kind, value: counts[count] };
  });
  return { type: 'upstream', labels, stats: [...stats, ...more] };
}

/** Under Envoy's names, for MOSN has none. */
function membership(hosts: readonly Host[]): readonly Stat[] {
  return [
    { name: 'membership_total', kind: 'gauge', value: hosts.length },
    { name: 'membership_healthy', kind: 'gauge', value: hosts.filter(({ healthy }) => healthy).length },
  ];
}

/** MOSN's type and names, the last of which it misspells. */
function healthChecks(cluster: string, { name: service, counts, hosts }: HealthChecker): StatsGroup {
  const passing = Array.from(hosts).filter((host) => !host.hasHealthFlag(HealthFlag.activeCheck));
  return {
    type: 'healthcheck',
    labels: { cluster, service },
    stats: [
      { name: 'attempt', kind: 'counter', value: counts.attempt },
      { name: 'success', kind: 'counter', value: counts.success },
      { name: 'failure', kind: 'counter', value: counts.failure },
      { name: 'active_failure', kind: 'counter', value: counts.activeFailure },
      { name: 'network_failure', kind: 'counter', value: counts.networkFailure },
      { name: 'healthy', kind: 'gauge', value: passing.length },
    ],
  };
}

/** Envoy's names, but for its prefix. */
const EJECTIONS: Readonly<Record<EjectionReason, string>> = {
  consecutive5xx: 'consecutive_5xx',
  consecutiveGatewayFailure: 'consecutive_gateway_failure',
  consecutiveLocalOriginFailure: 'consecutive_local_origin_failure',
  successRate: 'success_rate',
  localOriginSuccessRate: 'local_origin_success_rate',
  failurePercentage: 'failure_percentage',
  localOriginFailurePercentage: 'local_origin_failure_percentage',
};

function outliers(cluster: string, { counts, ejected }: OutlierDetector): StatsGroup {
  const counter = (name: string, value: number): Stat => ({ name, kind: 'counter', value });
  return {
    type: 'outlier_detection',
    labels: { cluster },
    stats: [
      { name: 'ejections_active', kind: 'gauge', value: ejected },
      counter('ejections_enforced_total', counts.enforcedTotal),
      counter('ejections_overflow', counts.overflow),
      ...EJECTION_REASONS.flatMap((reason) => [
        counter(`ejections_detected_${EJECTIONS[reason]}`, counts.detected[reason]),
        counter(`ejections_enforced_${EJECTIONS[reason]}`, counts.enforced[reason]),
      ]),
    ],
  };
}

function downstream(labels: StatsGroup['labels'], listeners: readonly ListenerCounts[], durationBounds: readonly number[]): StatsGroup {
  const sum = (read: (listener: ListenerCounts) => number): number => listeners.reduce((total, listener) => total + read(listener), 0);
  const counter = (name: string, read: (listener: ListenerCounts) => number): Stat => ({ name, kind: 'counter', value: sum(read) });
  const gauge = (name: string, read: (listener: ListenerCounts) => number): Stat => ({ name, kind: 'gauge', value: sum(read) });
  const milliseconds = sum(({ requests }) => requests.requestTime);
  const durations: StatHistogram = {
    name: 'request_duration_seconds',
    bounds: durationBounds.map((bound) => bound / 1000),
    counts: Array.from({ length: durationBounds.length + 1 }, (_, at) => sum(({ requests }) => requests.durations[at] ?? 0)),
    sum: milliseconds / 1000,
  };
  return {
    type: 'downstream',
    labels,
    stats: [
      counter('connection_total', ({ connections }) => connections.connectionTotal),
      gauge('connection_active', ({ connections }) => connections.connectionActive),
      counter('bytes_read_total', ({ connections }) => connections.bytesRead),
      counter('bytes_write_total', ({ connections }) => connections.bytesWritten),
      counter('connection_destroy', ({ connections }) => connections.connectionTotal - connections.connectionActive),
      counter('connection_refused', ({ requests }) => requests.connectionRefused),
      counter('request_total', ({ requests }) => requests.requestTotal),
      gauge('request_active', ({ requests }) => requests.requestActive),
      counter('request_reset', ({ requests }) => requests.requestReset),
      // MOSN's unit is the nanosecond.
      { name: 'request_time_total', kind: 'counter', value: Math.round(milliseconds * NANOSECONDS) },
      counter('request_body_bytes_total', ({ requests }) => requests.requestBytes),
      counter('response_body_bytes_total', ({ requests }) => requests.responseBytes),
      counter('request_mirror_total', ({ requests }) => requests.mirrorTotal),
      counter('request_mirror_failed', ({ requests }) => requests.mirrorFailed),
      ...[1, 2, 3, 4, 5].map((digit) => counter(`request_${digit}xx_total`, ({ requests }) => requests.statusClass[digit] ?? 0)),
    ],
    histograms: [durations],
  };
}
