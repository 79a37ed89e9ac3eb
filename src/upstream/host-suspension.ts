import { Timer, type Timers } from '../base/timers.ts';
import { HealthFlag, type Host, type Suspension } from './host.ts';

/** As a timer it is its own end. */
class TimedSuspension extends Timer implements Suspension {
  private readonly hosts: Host[] = [];
  private over = false;

  hold(host: Host): void {
    if (this.over) return;
    this.hosts.push(host);
    host.suspension = this;
    host.setHealthFlag(HealthFlag.suspended);
  }

  override expire(): void {
    this.over = true;
    for (const host of this.hosts.splice(0)) {
      host.suspension = undefined;
      host.clearHealthFlag(HealthFlag.suspended);
    }
  }
}

/**
 * Takes a healthy host out of the rotation for so many milliseconds, for whoever has judged it elsewhere. False when it is not in it. The
 * time runs whether or not anybody still knows of it.
 */
export function suspendHost(host: Host, forMs: number, timers: Timers): boolean {
  if (!host.healthy) return false;
  const suspension = new TimedSuspension();
  suspension.hold(host);
  timers.schedule(suspension, forMs);
  return true;
}
