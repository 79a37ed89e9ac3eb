import type { Host } from './host.ts';
import type { Limit } from './limits.ts';

/** The connections of one host: taken from what its whole cluster may have, and counted. */
export class HostConnections {
  private readonly host: Host;
  private readonly limit: Limit;

  constructor(host: Host, limit: Limit) {
    this.host = host;
    this.limit = limit;
  }

  take(): boolean {
    if (!this.limit.take()) return false;
    this.host.connectionOpened();
    return true;
  }

  release(): void {
    this.limit.release();
    this.host.connectionClosed();
  }
}
