import type { Timers } from '../../base/timers.ts';
import type { Host } from '../host.ts';
import { HealthCheckCounts } from './counts.ts';
import type { CheckFailure, HostCheck } from './host-check.ts';
import { type CheckerSurroundings, type HealthCheckSettings, HostChecker } from './host-checker.ts';

export interface HealthCheckerOptions {
  /** What its counts go by: the `service_name` of the configuration. */
  readonly name: string;
  readonly settings: HealthCheckSettings;
  readonly check: HostCheck;
  readonly timers: Timers;
  /** From 0 to 1. Default: Math.random. */
  readonly random?: () => number;
  /** Hears of each check. `changed`: it made the host healthy, or unhealthy. */
  onResult(host: Host, failure: CheckFailure | undefined, changed: boolean): void;
}

/** Checks the hosts of one cluster, each in its own time, for as long as they belong to it. */
export class HealthChecker {
  readonly name: string;
  readonly counts = new HealthCheckCounts();
  private readonly surroundings: CheckerSurroundings;
  private checkers: ReadonlyMap<Host, HostChecker> = new Map();

  constructor({ name, settings, check, timers, random = Math.random, onResult }: HealthCheckerOptions) {
    this.name = name;
    this.surroundings = { settings, check, timers, random, counts: this.counts, onResult };
  }

  onHosts(hosts: readonly Host[]): void {
    const before = this.checkers;
    const after = new Map(hosts.map((host) => [host, before.get(host) ?? new HostChecker(host, this.surroundings)]));
    this.checkers = after;
    for (const [host, checker] of before) if (!after.has(host)) checker.stop();
  }

  /** Those that are checked. */
  get hosts(): Iterable<Host> {
    return this.checkers.keys();
  }
}
