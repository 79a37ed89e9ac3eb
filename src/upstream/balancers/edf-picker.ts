import { type HostChoice, NOTHING, type Picker } from '../balancer.ts';
import type { Host } from '../host.ts';
import { EdfSchedule } from './edf-schedule.ts';

/** Picks by a schedule. It starts anywhere, lest all proxies of a fleet send their first request to the same host. */
export class EdfPicker implements Picker {
  private readonly schedule: EdfSchedule;

  constructor(hosts: readonly Host[], weightOf: (host: Host) => number, random: () => number) {
    this.schedule = new EdfSchedule(hosts, weightOf, Math.floor(random() * hosts.length));
  }

  pick(_choice: HostChoice, tried: readonly Host[], overlook = NOTHING): Host | undefined {
    return this.schedule.next(tried, overlook);
  }
}
