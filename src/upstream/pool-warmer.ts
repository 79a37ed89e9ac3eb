import { Timer, type Timers } from '../base/timers.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { Host } from './host.ts';

/** Between two looks at whether connections are missing, in milliseconds: a host that refuses them is asked no more often than that. */
export const WARM_INTERVAL_MS = 1_000;

export interface PoolWarmerOptions {
  /** That requests will be sent in. */
  readonly protocol: Protocol;
  /** To each host. */
  readonly connections: number;
  readonly timers: Timers;
}

/** Keeps connections to every healthy host ready before anybody asks for them. As a timer it is the next look. */
export class PoolWarmer extends Timer {
  private readonly options: PoolWarmerOptions;
  private hosts: readonly Host[] = [];

  constructor(options: PoolWarmerOptions) {
    super();
    this.options = options;
  }

  onHosts(hosts: readonly Host[]): void {
    this.hosts = hosts;
    this.options.timers.cancel(this);
    if (hosts.length > 0) this.expire();
  }

  override expire(): void {
    const { protocol, connections, timers } = this.options;
    for (const host of this.hosts) if (host.healthy) host.pool(protocol).warm(connections);
    timers.schedule(this, WARM_INTERVAL_MS);
  }
}
