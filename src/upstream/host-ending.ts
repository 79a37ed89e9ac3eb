import { Timer, type Timers } from '../base/timers.ts';
import { HealthFlag, type Host } from './host.ts';

/** How long a host that is about to end is left alone, in milliseconds: Dubbo gives itself 10 s. By then it has gone, or is back. */
export const ENDING_MS = 10_000;

/**
 * A host has said that it is about to end. It may still accept connections, but only to close them with whatever was asked on them: what
 * is asked from now on goes to the others, as long as there are any.
 */
export class HostEnding extends Timer {
  private readonly host: Host;
  private readonly cluster: { readonly hosts: readonly Host[] };
  private readonly timers: Timers;

  constructor(host: Host, cluster: { readonly hosts: readonly Host[] }, timers: Timers) {
    super();
    this.host = host;
    this.cluster = cluster;
    this.timers = timers;
  }

  begin(): void {
    this.host.setHealthFlag(HealthFlag.ending);
    this.timers.schedule(this, ENDING_MS);
    const { hosts } = this.cluster;
    if (hosts.some((other) => other.healthy)) return;
    // Those that ended before this one are the first to be back: a rolling restart goes on from one to the next.
    for (const other of hosts) if (other !== this.host) other.clearHealthFlag(HealthFlag.ending);
  }

  override expire(): void {
    this.host.clearHealthFlag(HealthFlag.ending);
  }
}
