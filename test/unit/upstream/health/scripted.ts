import type { Fault } from '../../../../src/base/fault.ts';
import { ManualTimers } from '../../../../src/base/manual-timers.ts';
import { HealthChecker } from '../../../../src/upstream/health/health-checker.ts';
import type { CheckFailure, CheckListener, HostCheck, RunningCheck } from '../../../../src/upstream/health/host-check.ts';
import type { HealthCheckSettings } from '../../../../src/upstream/health/host-checker.ts';
import type { Host } from '../../../../src/upstream/host.ts';

/** A check whose end the test says. */
export class ScriptedCheck implements HostCheck {
  /** Of checks under way, by address. */
  readonly running = new Map<string, CheckListener>();
  readonly journal: string[] = [];

  begin({ address }: Host, listener: CheckListener): RunningCheck {
    this.running.set(address, listener);
    this.journal.push(`${address} begins`);
    return {
      cancel: (why: Fault) => {
        this.running.delete(address);
        this.journal.push(`${address} cancelled: ${why.detail}`);
      },
    };
  }

  /** The check of that host has come to this. */
  end(address: string, failure?: CheckFailure): void {
    const listener = this.running.get(address);
    if (listener === undefined) throw new Error(`${address} is not being checked`);
    this.running.delete(address);
    listener.onChecked(failure);
  }
}

export const BAD: CheckFailure = { kind: 'active', detail: 'the status of the answer is 500' };
export const GONE: CheckFailure = { kind: 'network', detail: 'connection refused' };

export interface CheckerScene {
  readonly checker: HealthChecker;
  readonly check: ScriptedCheck;
  readonly timers: ManualTimers;
  /** One line for each result: `a passed`, `a failed changed`. */
  readonly results: string[];
}

export const SETTINGS: HealthCheckSettings = {
  timeoutMs: 100,
  intervalMs: 1000,
  unhealthyIntervalMs: 1000,
  unhealthyEdgeIntervalMs: 1000,
  healthyEdgeIntervalMs: 1000,
  jitterMs: 0,
  initialDelayMs: 500,
  healthyThreshold: 2,
  unhealthyThreshold: 3,
};

export function checkerScene(changes: Partial<HealthCheckSettings> = {}, random = () => 0): CheckerScene {
  const timers = new ManualTimers();
  const check = new ScriptedCheck();
  const results: string[] = [];
  const checker = new HealthChecker({
    name: 'service',
    settings: { ...SETTINGS, ...changes },
    check,
    timers,
    random,
    onResult: ({ address }, failure, changed) =>
      results.push(`${address} ${failure === undefined ? 'passed' : 'failed'}${changed ? ' changed' : ''}`),
  });
  return { checker, check, timers, results };
}
