import { type FaultCode, type FaultOrigin, fault } from '../../../../src/base/fault.ts';
import { ManualTimers } from '../../../../src/base/manual-timers.ts';
import { LocalResponse } from '../../../../src/protocol/local-response.ts';
import type { Host } from '../../../../src/upstream/host.ts';
import { OutlierDetector, type OutlierEvent } from '../../../../src/upstream/outlier/outlier-detector.ts';
import type { EjectionReason, OutlierSettings } from '../../../../src/upstream/outlier/settings.ts';
import { hostAt } from '../fixtures.ts';

/** Envoy's defaults, but that all hosts may be ejected, and that what is not enforced by default is. */
export const SETTINGS: OutlierSettings = {
  consecutive5xx: 5,
  consecutiveGatewayFailure: 0,
  consecutiveLocalOriginFailure: 5,
  splitExternalLocalOriginErrors: false,
  intervalMs: 10_000,
  baseEjectionMs: 30_000,
  maxEjectionMs: 300_000,
  maxEjectionJitterMs: 0,
  maxEjectionPercent: 100,
  successRateMinimumHosts: 5,
  successRateRequestVolume: 100,
  successRateStdevFactor: 1900,
  failurePercentageThreshold: 85,
  failurePercentageMinimumHosts: 5,
  failurePercentageRequestVolume: 50,
  enforcing: {
    consecutive5xx: 100,
    consecutiveGatewayFailure: 100,
    consecutiveLocalOriginFailure: 100,
    successRate: 100,
    localOriginSuccessRate: 100,
    failurePercentage: 100,
    localOriginFailurePercentage: 100,
  },
  endedByHealthCheck: true,
};

export interface OutlierScene {
  readonly detector: OutlierDetector;
  readonly timers: ManualTimers;
  readonly hosts: readonly Host[];
  readonly events: OutlierEvent[];
  /** Lets the host give so many answers of that status. */
  answer(host: number, status: number, times?: number): void;
  fail(host: number, code: FaultCode, times?: number, origin?: FaultOrigin): void;
  /** The indices of those that are ejected. */
  readonly ejected: readonly number[];
  /** Another detector with the same settings, which takes the place of the first one, or of that. */
  successor(of?: OutlierDetector): OutlierDetector;
}

export type SettingsChanges = Partial<Omit<OutlierSettings, 'enforcing'>> & { enforcing?: Partial<Record<EjectionReason, number>> };

export function outlierScene(count: number, changes: SettingsChanges = {}, random = () => 0): OutlierScene {
  const timers = new ManualTimers();
  const events: OutlierEvent[] = [];
  const newDetector = () =>
    new OutlierDetector({
      settings: { ...SETTINGS, ...changes, enforcing: { ...SETTINGS.enforcing, ...changes.enforcing } },
      timers,
      random,
      onEvent: (event) => events.push(event),
    });
  const detector = newDetector();
  const hosts = Array.from({ length: count }, (_, index) => hostAt(`10.0.0.${index}:80`));
  detector.onHosts(hosts);
  return {
    detector,
    timers,
    hosts,
    events,
    answer(host, status, times = 1) {
      for (let time = 0; time < times; time++) {
        const head = new LocalResponse(status);
        hosts[host]!.passiveCheck!.onResponse(head, head.outcome);
      }
    },
    fail(host, code, times = 1, origin = 'upstream') {
      for (let time = 0; time < times; time++) hosts[host]!.passiveCheck!.onFault(fault(code, origin, 'maybe', code));
    },
    successor(of = detector) {
      const successor = newDetector();
      successor.takeOver(of);
      of.onHosts([]);
      return successor;
    },
    get ejected() {
      return hosts.flatMap((host, index) => (host.healthy ? [] : [index]));
    },
  };
}
