import { Timer, type Timers } from '../../../base/timers.ts';
import type { FaultToleranceSettings } from './settings.ts';

/** A host that had no request for so many windows is forgotten; it may be gone. */
const MAX_IDLE_WINDOWS = 6;

/** What one host has answered since it was last compared. */
class HostCalls {
  calls = 0;
  failures = 0;
  idleWindows = 0;
}

/** The hosts of one cluster. */
class ClusterCalls {
  readonly hosts = new Map<string, HostCalls>();
  /** When each of the suspensions under way is over, on the timers' clock. */
  suspendedUntil: number[] = [];
}

/**
 * Compares the hosts of each cluster by their share of failures, each window, in MOSN's way: hosts with requests enough are compared with
 * all of these together. As a timer it is the end of a window; none runs while nothing is counted.
 */
export class Regulator extends Timer {
  private readonly settings: FaultToleranceSettings;
  private readonly timers: Timers;
  /** Takes a host out of the rotation for so long; false when it is not in it. */
  private readonly suspend: (cluster: string, host: string, forMs: number) => boolean;
  private readonly clusters = new Map<string, ClusterCalls>();

  constructor(settings: FaultToleranceSettings, timers: Timers, suspend: (cluster: string, host: string, forMs: number) => boolean) {
    super();
    this.settings = settings;
    this.timers = timers;
    this.suspend = suspend;
  }

  count(cluster: string, host: string, failed: boolean): void {
    const calls = this.callsOf(cluster, host);
    calls.calls++;
    if (failed) calls.failures++;
    if (!this.scheduled) this.timers.schedule(this, this.settings.timeWindow);
  }

  override expire(): void {
    for (const [cluster, { hosts }] of this.clusters) {
      this.compare(cluster);
      if (hosts.size === 0) this.clusters.delete(cluster);
    }
    if (this.clusters.size > 0) this.timers.schedule(this, this.settings.timeWindow);
  }

  private compare(cluster: string): void {
    const all = this.clusters.get(cluster)!;
    all.suspendedUntil = all.suspendedUntil.filter((until) => until > this.timers.now);
    for (const [host, calls] of all.hosts) {
      if (calls.calls > 0) calls.idleWindows = 0;
      else if (++calls.idleWindows >= MAX_IDLE_WINDOWS) all.hosts.delete(host);
    }
    const { leastWindowCount, exceptionRateMultiple } = this.settings;
    const enough = [...all.hosts].filter(([, { calls }]) => calls >= leastWindowCount);
    // What is too little goes on to the next window.
    if (enough.length === 0) return;
    const sum = (read: (calls: HostCalls) => number): number => enough.reduce((total, [, calls]) => total + read(calls), 0);
    const average = sum(({ failures }) => failures) / sum(({ calls }) => calls);
    for (const [host, { calls, failures }] of enough) {
      if (average > 0 && failures / calls >= exceptionRateMultiple * average) this.maybeSuspend(cluster, all, host);
    }
    for (const calls of all.hosts.values()) {
      calls.calls = 0;
      calls.failures = 0;
    }
  }

  private maybeSuspend(cluster: string, all: ClusterCalls, host: string): void {
    const { maxIpCount, recoverTime } = this.settings;
    if (all.suspendedUntil.length >= maxIpCount || !this.suspend(cluster, host, recoverTime)) return;
    all.suspendedUntil.push(this.timers.now + recoverTime);
  }

  private callsOf(cluster: string, host: string): HostCalls {
    let all = this.clusters.get(cluster);
    if (all === undefined) {
      all = new ClusterCalls();
      this.clusters.set(cluster, all);
    }
    let calls = all.hosts.get(host);
    if (calls === undefined) {
      calls = new HostCalls();
      all.hosts.set(host, calls);
    }
    return calls;
  }
}
