import type { Discovery } from '../discovery.ts';
import type { HostSpec } from '../host.ts';

/** The hosts that the configuration lists. A name among them is looked up whenever a connection is made. */
export class StaticDiscovery implements Discovery {
  private readonly hosts: readonly HostSpec[];

  constructor(hosts: readonly HostSpec[]) {
    this.hosts = hosts;
  }

  start(onHosts: (hosts: readonly HostSpec[]) => void): void {
    onHosts(this.hosts);
  }

  /** There is nothing to stop: it spoke once, in `start`. */
  stop(): void {}
}
