import type benchmark from 'benchmark';
import { ManualTimers } from '../../src/base/manual-timers.ts';
import { LocalResponse } from '../../src/protocol/local-response.ts';
import { UpstreamCounts } from '../../src/upstream/counts.ts';
import { Host } from '../../src/upstream/host.ts';
import { OutlierDetector } from '../../src/upstream/outlier/outlier-detector.ts';
import { EJECTION_REASONS, type EjectionReason, type OutlierSettings } from '../../src/upstream/outlier/settings.ts';

/** Envoy's defaults, but that no row of failures ever ejects. */
const SETTINGS: OutlierSettings = {
  consecutive5xx: 0,
  consecutiveGatewayFailure: 0,
  consecutiveLocalOriginFailure: 5,
  splitExternalLocalOriginErrors: false,
  intervalMs: 10_000,
  baseEjectionMs: 30_000,
  maxEjectionMs: 300_000,
  maxEjectionJitterMs: 0,
  maxEjectionPercent: 10,
  successRateMinimumHosts: 5,
  successRateRequestVolume: 1,
  successRateStdevFactor: 1_900,
  failurePercentageThreshold: 85,
  failurePercentageMinimumHosts: 5,
  failurePercentageRequestVolume: 1,
  enforcing: Object.fromEntries(EJECTION_REASONS.map((reason) => [reason, 100])) as Record<EjectionReason, number>,
  endedByHealthCheck: true,
};

function hosts(count: number): readonly Host[] {
  const noPool = () => {
    throw new Error('no connection is made here');
  };
  return Array.from({ length: count }, (_, index) => new Host({ address: `10.0.0.${index}:80` }, new UpstreamCounts(), noPool));
}

/** What one answer costs without outlier detection and with it, and what the end of an interval does. */
export default function addCases(suite: benchmark.Suite): void {
  const [good, bad] = [new LocalResponse(200), new LocalResponse(503)];
  const [plain] = hosts(1);
  suite.add('an answer, no outlier detection', () => plain!.passiveCheck?.onResponse(good, good.outcome));
  for (const count of [10, 1000]) {
    const timers = new ManualTimers();
    const judged = hosts(count);
    const detector = new OutlierDetector({ settings: SETTINGS, timers, onEvent() {} });
    detector.onHosts(judged);
    const [first] = judged;
    if (count === 10) {
      suite.add('a good answer', () => first!.passiveCheck?.onResponse(good, good.outcome));
      suite.add('a bad answer', () => first!.passiveCheck?.onResponse(bad, bad.outcome));
    }
    suite.add(`the end of an interval, ${count} hosts with an answer each`, () => {
      for (const host of judged) host.passiveCheck!.onResponse(good, good.outcome);
      timers.advance(SETTINGS.intervalMs);
    });
  }
}
