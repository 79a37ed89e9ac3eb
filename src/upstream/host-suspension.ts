import { CallbackTimer, type Timers } from '../base/timers.ts';
import { HealthFlag, type Host } from './host.ts';

/**
 * Takes a healthy host out of the rotation for so many milliseconds, for whoever has judged it elsewhere. False when it is not in it. The
 * time runs whether or not anybody still knows of it.
 */
export function suspendHost(host: Host, forMs: number, timers: Timers): boolean {
  if (!host.healthy) return false;
  host.setHealthFlag(HealthFlag.suspended);
  timers.schedule(new CallbackTimer(() => host.clearHealthFlag(HealthFlag.suspended)), forMs);
  return true;
}
