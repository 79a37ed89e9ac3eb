import type { Cluster as ClusterEntry, HealthCheck as HealthCheckEntry } from '../config/index.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { connectCheck } from '../upstream/health/connect-check.ts';
import { HealthChecker } from '../upstream/health/health-checker.ts';
import { healthEvent } from '../upstream/health/health-event.ts';
import type { CheckFailure, DialForCheck, HostCheck } from '../upstream/health/host-check.ts';
import { lifeCheck } from '../upstream/health/life-check.ts';
import { questionCheck } from '../upstream/health/question-check.ts';
import { statusQuestion } from '../upstream/health/status-question.ts';
import type { Host } from '../upstream/host.ts';
import type { ClusterSurroundings, HealthCallback, HealthResult } from './cluster-surroundings.ts';

/** Who checks the hosts of a cluster; undefined where nobody does. `secure`: they are spoken to by TLS. */
export function buildHealthChecker(
  { name: cluster, healthCheck }: ClusterEntry,
  surroundings: ClusterSurroundings,
  dial: DialForCheck,
  secure: boolean,
  onUnhealthy: (host: Host) => void,
): HealthChecker | undefined {
  if (healthCheck === undefined) return undefined;
  const { logger, timers } = surroundings;
  const { eventLogPath } = healthCheck;
  const events = eventLogPath === undefined ? undefined : surroundings.lineSink(eventLogPath);
  const callbacks = healthCheck.commonCallbacks.flatMap((name) => {
    const callback = surroundings.healthCallbacks.get(name);
    if (callback === undefined) logger.warn(`cluster "${cluster}": health_check: there is no callback "${name}"`);
    return callback ?? [];
  });
  const check = buildCheck(healthCheck, surroundings, dial, secure);
  return new HealthChecker({
    name: healthCheck.serviceName,
    settings: {
      timeoutMs: timeoutOf(healthCheck),
      intervalMs: healthCheck.interval,
      unhealthyIntervalMs: healthCheck.unhealthyInterval,
      unhealthyEdgeIntervalMs: healthCheck.unhealthyEdgeInterval,
      healthyEdgeIntervalMs: healthCheck.healthyEdgeInterval,
      jitterMs: healthCheck.intervalJitter,
      initialDelayMs: healthCheck.initialDelaySeconds,
      healthyThreshold: healthCheck.healthyThreshold,
      unhealthyThreshold: healthCheck.unhealthyThreshold,
    },
    check,
    timers,
    onResult(host, failure, changed) {
      events?.write(`${healthEvent(timers.wallClock, host, failure === undefined, changed)}\n`);
      if (changed && failure !== undefined) onUnhealthy(host);
      if (changed) logger.info(changeOf(cluster, host, failure));
      if (callbacks.length > 0) tell(callbacks, resultOf(cluster, host, failure, changed), surroundings);
    },
  });
}

function buildCheck(
  { way, protocol: name }: HealthCheckEntry,
  surroundings: ClusterSurroundings,
  dial: DialForCheck,
  secure: boolean,
): HostCheck {
  if (way.is === 'connect') {
    const bytes = (digits: string): Buffer => Buffer.from(digits, 'hex');
    return connectCheck({ port: way.port, send: bytes(way.send), receive: way.receive.map(bytes) }, dial);
  }
  // The configuration has made sure that the other ways have a protocol, and the kind that they name.
  const protocol = surroundings.protocols.get(name!)!;
  const schemeOf = (host: Host): string => (secure && !host.tlsDisable ? 'https' : 'http');
  const { timers } = surroundings;
  switch (way.is) {
    case 'life':
      return lifeCheck(protocol, dial);
    case 'request': {
      const settings = { method: way.method, path: way.path, fields: way.headers, statuses: way.statuses };
      const questionFor = (host: Host) => statusQuestion(settings, way.authority ?? authorityOf(host), schemeOf(host));
      return questionCheck({ protocol, port: way.port, questionFor }, timers, dial);
    }
    case 'own': {
      const kind = kindOf(protocol, way.kind);
      const questionFor = (host: Host) => kind.question(way.settings, authorityOf(host), schemeOf(host));
      return questionCheck({ protocol, questionFor }, timers, dial);
    }
  }
}

function kindOf(protocol: Protocol, name: string) {
  return protocol.healthChecks!.find((kind) => kind.name === name)!;
}

/** A Unix socket's path is none (RFC 3986 section 3.2). */
function authorityOf({ hostname, address }: Host): string {
  if (hostname !== '') return hostname;
  return address.startsWith('/') || address.startsWith('unix:') ? 'localhost' : address;
}

/** MOSN's `http_check_config` has a time of its own; whichever is over first ends the check. */
function timeoutOf({ way, timeout }: HealthCheckEntry): number {
  return way.is === 'request' && way.timeout ? Math.min(way.timeout, timeout) : timeout;
}

function changeOf(cluster: string, host: Host, failure: CheckFailure | undefined): string {
  const what = failure === undefined ? 'healthy again' : `unhealthy: ${failure.detail}`;
  return `cluster "${cluster}": host ${host.address} is ${what}`;
}

function resultOf(cluster: string, host: Host, failure: CheckFailure | undefined, changed: boolean): HealthResult {
  return { cluster, host: host.address, passed: failure === undefined, detail: failure?.detail, changed, healthy: host.healthy };
}

/** What others have written must not end the checks. */
function tell(callbacks: readonly HealthCallback[], result: HealthResult, { logger }: ClusterSurroundings): void {
  for (const callback of callbacks) {
    try {
      callback(result);
    } catch (error) {
      logger.error(`cluster "${result.cluster}": a health callback failed`, { error });
    }
  }
}
