import { fault } from '../../base/fault.ts';
import { Timer, type Timers } from '../../base/timers.ts';
import { HealthFlag, type Host } from '../host.ts';
import type { HealthCheckCounts } from './counts.ts';
import type { CheckFailure, CheckListener, HostCheck, RunningCheck } from './host-check.ts';

/** MOSN's keys of `health_check`, and Envoy's for the intervals. Times in milliseconds. */
export interface HealthCheckSettings {
  readonly timeoutMs: number;
  /** From the end of a check to the next, of a host that is healthy. */
  readonly intervalMs: number;
  readonly unhealthyIntervalMs: number;
  /** After the check that made it unhealthy, and after the one that made it healthy again. */
  readonly unhealthyEdgeIntervalMs: number;
  readonly healthyEdgeIntervalMs: number;
  /** What is added to each interval at random, at most, so that checks of many hosts do not fall on one moment. */
  readonly jitterMs: number;
  readonly initialDelayMs: number;
  /** Checks in a row that must go well before an unhealthy host is healthy again. */
  readonly healthyThreshold: number;
  /** Checks in a row that must fail before a healthy host is unhealthy. */
  readonly unhealthyThreshold: number;
}

/** What checkers of all hosts of a cluster have in common. */
export interface CheckerSurroundings {
  readonly settings: HealthCheckSettings;
  readonly check: HostCheck;
  readonly timers: Timers;
  readonly random: () => number;
  readonly counts: HealthCheckCounts;
  /** `changed`: the host is healthy now and was not, or the other way round. */
  onResult(host: Host, failure: CheckFailure | undefined, changed: boolean): void;
}

/** Checks one host again and again. A host counts as healthy until it has failed. As a timer it is the next check, or the end of its time. */
export class HostChecker extends Timer implements CheckListener {
  readonly host: Host;
  private readonly surroundings: CheckerSurroundings;
  private running: RunningCheck | undefined;
  /** Checks in a row that speak against what the host counts as. */
  private contrary = 0;

  constructor(host: Host, surroundings: CheckerSurroundings) {
    super();
    this.host = host;
    this.surroundings = surroundings;
    const { timers, settings } = surroundings;
    timers.schedule(this, settings.initialDelayMs + this.jitter());
  }

  /** The host has left. */
  stop(): void {
    this.surroundings.timers.cancel(this);
    this.running?.cancel(fault('cancelled', 'local', 'maybe', 'the host has left the cluster'));
    this.running = undefined;
  }

  override expire(): void {
    const { timers, settings, check, counts } = this.surroundings;
    if (this.running === undefined) {
      counts.attempt++;
      this.running = check.begin(this.host, this);
      timers.schedule(this, settings.timeoutMs);
      return;
    }
    const detail = `no answer within ${settings.timeoutMs} ms`;
    this.running.cancel(fault('timeout', 'upstream', 'maybe', detail));
    this.onChecked({ kind: 'network', detail });
  }

  onChecked(failure: CheckFailure | undefined): void {
    const { timers, counts } = this.surroundings;
    this.running = undefined;
    if (failure === undefined) counts.success++;
    else {
      counts.failure++;
      counts[failure.kind === 'network' ? 'networkFailure' : 'activeFailure']++;
    }
    const changed = failure === undefined ? this.passed() : this.failed();
    timers.schedule(this, this.restMs(changed) + this.jitter());
    this.surroundings.onResult(this.host, failure, changed);
  }

  private passed(): boolean {
    const { host, surroundings } = this;
    host.passiveCheck?.onCheckPassed();
    if (!host.hasHealthFlag(HealthFlag.activeCheck)) {
      this.contrary = 0;
      return false;
    }
    if (++this.contrary < surroundings.settings.healthyThreshold) return false;
    this.contrary = 0;
    host.clearHealthFlag(HealthFlag.activeCheck);
    return true;
  }

  private failed(): boolean {
    const { host, surroundings } = this;
    if (host.hasHealthFlag(HealthFlag.activeCheck)) {
      this.contrary = 0;
      return false;
    }
    if (++this.contrary < surroundings.settings.unhealthyThreshold) return false;
    this.contrary = 0;
    host.setHealthFlag(HealthFlag.activeCheck);
    return true;
  }

  private restMs(changed: boolean): number {
    const { settings } = this.surroundings;
    if (this.host.hasHealthFlag(HealthFlag.activeCheck)) return changed ? settings.unhealthyEdgeIntervalMs : settings.unhealthyIntervalMs;
    return changed ? settings.healthyEdgeIntervalMs : settings.intervalMs;
  }

  private jitter(): number {
    return this.surroundings.random() * this.surroundings.settings.jitterMs;
  }
}
