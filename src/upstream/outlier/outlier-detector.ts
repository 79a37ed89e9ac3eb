import { Timer, type Timers } from '../../base/timers.ts';
import { HealthFlag, type Host } from '../host.ts';
import { OutlierCounts } from './counts.ts';
import { type EjectionHistory, HostMonitor, type MonitorOwner } from './host-monitor.ts';
import type { EjectionReason, OutlierSettings } from './settings.ts';
import { type Bucket, type RateOfAll, rateOfAll } from './success-rate.ts';

/** To whom something happened. */
export interface EventSubject {
  readonly host: Host;
  /** How often it has been ejected, this time included. */
  readonly ejections: number;
  /** Since it was last ejected or returned, in milliseconds; undefined when it never was. */
  readonly sinceLastMs: number | undefined;
}

export interface Ejection extends EventSubject {
  readonly action: 'eject';
  readonly reason: EjectionReason;
  /** False: it was only found to be an outlier. */
  readonly enforced: boolean;
  /** The host's, in percent, where that was judged. */
  readonly rate: number | undefined;
  /** Where it was compared with others. */
  readonly ofAll: RateOfAll | undefined;
}

export interface Return extends EventSubject {
  readonly action: 'return';
}

export type OutlierEvent = Ejection | Return;

export interface OutlierDetectorOptions {
  readonly settings: OutlierSettings;
  readonly timers: Timers;
  /** From 0 to 1. Default: Math.random. */
  readonly random?: () => number;
  onEvent(event: OutlierEvent): void;
}

/**
 * Finds the hosts of a cluster that fare worse than they should by what becomes of requests, ejects them for a while, and lets them return.
 * As a timer it is the end of an interval.
 */
export class OutlierDetector extends Timer implements MonitorOwner {
  readonly settings: OutlierSettings;
  readonly counts = new OutlierCounts();
  private readonly options: OutlierDetectorOptions;
  private readonly random: () => number;
  private monitors: ReadonlyMap<Host, HostMonitor> = new Map();
  /** Of hosts that have not come yet, by address. */
  private readonly inherited = new Map<string, EjectionHistory>();

  constructor(options: OutlierDetectorOptions) {
    super();
    this.options = options;
    this.settings = options.settings;
    this.random = options.random ?? Math.random;
  }

  /** How many hosts are ejected. */
  get ejected(): number {
    let count = 0;
    for (const { ejected } of this.monitors.values()) if (ejected) count++;
    return count;
  }

  /** It takes the place of another one: hosts that are ejected there will be here, for what is left of their time. */
  takeOver(before: OutlierDetector): void {
    for (const [address, history] of before.inherited) if (!this.isOver(history)) this.inherited.set(address, history);
    for (const { host, history } of before.monitors.values()) {
      if (history.backOff > 0) this.inherited.set(host.address, { ...history });
    }
  }

  onHosts(hosts: readonly Host[]): void {
    const before = this.monitors;
    const after = new Map(hosts.map((host) => [host, before.get(host) ?? this.monitor(host)]));
    this.monitors = after;
    for (const [host, monitor] of after) host.passiveCheck = monitor;
    for (const host of before.keys()) if (!after.has(host)) host.passiveCheck = undefined;
    const { timers } = this.options;
    if (after.size === 0) timers.cancel(this);
    else if (!this.scheduled) timers.schedule(this, this.settings.intervalMs);
  }

  private monitor(host: Host): HostMonitor {
    const monitor = new HostMonitor(host, this, this.inherited.get(host.address));
    this.inherited.delete(host.address);
    if (monitor.ejected) host.setHealthFlag(HealthFlag.outlier);
    return monitor;
  }

  onConsecutive(monitor: HostMonitor, reason: EjectionReason): void {
    this.detect(monitor, reason);
  }

  onCheckPassed(monitor: HostMonitor): void {
    if (this.settings.endedByHealthCheck && monitor.ejected) this.uneject(monitor);
  }

  /** An interval is over. */
  override expire(): void {
    this.options.timers.schedule(this, this.settings.intervalMs);
    for (const monitor of this.monitors.values()) this.maybeUneject(monitor);
    this.compare((monitor) => monitor.answers, 'successRate', 'failurePercentage');
    if (this.settings.splitExternalLocalOriginErrors) {
      this.compare((monitor) => monitor.connections, 'localOriginSuccessRate', 'localOriginFailurePercentage');
    }
    for (const { answers, connections } of this.monitors.values()) {
      answers.clear();
      connections.clear();
    }
  }

  private maybeUneject(monitor: HostMonitor): void {
    const { history } = monitor;
    if (monitor.ejected) {
      if (this.isOver(history)) this.uneject(monitor);
    } else if (history.backOff > 0) history.backOff--;
  }

  private isOver({ ejectedAt, jitterMs, backOff }: EjectionHistory): boolean {
    if (ejectedAt === undefined) return true;
    const { baseEjectionMs, maxEjectionMs } = this.settings;
    const lasts = Math.min(baseEjectionMs * backOff, Math.max(baseEjectionMs, maxEjectionMs)) + jitterMs;
    return this.options.timers.now - ejectedAt >= lasts;
  }

  /** Among the hosts that had requests enough, finds those that fare worse than the others, or than a fixed share. */
  private compare(bucketOf: (monitor: HostMonitor) => Bucket, byRate: EjectionReason, byPercentage: EjectionReason): void {
    const { settings } = this;
    const judged = (volume: number): readonly HostMonitor[] =>
      [...this.monitors.values()].filter((monitor) => !monitor.ejected && bucketOf(monitor).total >= Math.max(1, volume));
    const compared = judged(settings.successRateRequestVolume);
    if (compared.length > 0 && compared.length >= settings.successRateMinimumHosts) {
      const ofAll = rateOfAll(
        compared.map((monitor) => bucketOf(monitor).rate),
        settings.successRateStdevFactor,
      );
      for (const monitor of compared) {
        const { rate } = bucketOf(monitor);
        if (rate < ofAll.threshold) this.detect(monitor, byRate, rate, ofAll);
      }
    }
    const measured = judged(settings.failurePercentageRequestVolume);
    if (measured.length < settings.failurePercentageMinimumHosts) return;
    for (const monitor of measured) {
      const { rate } = bucketOf(monitor);
      if (100 - rate >= settings.failurePercentageThreshold) this.detect(monitor, byPercentage, rate);
    }
  }

  private detect(monitor: HostMonitor, reason: EjectionReason, rate?: number, ofAll?: RateOfAll): void {
    if (monitor.ejected) return;
    const { counts, settings } = this;
    counts.detected[reason]++;
    if (this.ejected * 100 >= settings.maxEjectionPercent * this.monitors.size) {
      counts.overflow++;
      return;
    }
    const enforced = this.random() * 100 < settings.enforcing[reason];
    if (enforced) this.eject(monitor, reason);
    this.report(monitor, (common) => ({ ...common, action: 'eject', reason, enforced, rate, ofAll }));
  }

  private eject(monitor: HostMonitor, reason: EjectionReason): void {
    const { history } = monitor;
    history.ejectedAt = this.options.timers.now;
    history.jitterMs = this.random() * this.settings.maxEjectionJitterMs;
    history.ejections++;
    history.backOff++;
    this.counts.enforced[reason]++;
    this.counts.enforcedTotal++;
    monitor.host.setHealthFlag(HealthFlag.outlier);
  }

  private uneject(monitor: HostMonitor): void {
    monitor.history.ejectedAt = undefined;
    monitor.forgive();
    monitor.host.clearHealthFlag(HealthFlag.outlier);
    this.report(monitor, (common) => ({ ...common, action: 'return' }));
  }

  private report(monitor: HostMonitor, eventOf: (common: EventSubject) => OutlierEvent): void {
    const { wallClock } = this.options.timers;
    const { host, history } = monitor;
    const sinceLastMs = history.lastAction === undefined ? undefined : wallClock - history.lastAction;
    const event = eventOf({ host, ejections: history.ejections, sinceLastMs });
    if (event.action === 'return' || event.enforced) history.lastAction = wallClock;
    this.options.onEvent(event);
  }
}
