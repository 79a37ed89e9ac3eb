import type { HostChoice, LoadBalancer, Picker } from '../balancer.ts';
import type { Host } from '../host.ts';
import { eligible, firstFrom } from './pick.ts';

class RoundRobinPicker implements Picker {
  private readonly hosts: readonly Host[];
  private next: number;

  constructor(hosts: readonly Host[], start: number) {
    this.hosts = hosts;
    this.next = start;
  }

  pick(_choice: HostChoice, tried: readonly Host[]): Host | undefined {
    const { hosts } = this;
    if (hosts.length === 0) return undefined;
    const at = this.next;
    this.next = at + 1 === hosts.length ? 0 : at + 1;
    const host = hosts[at]!;
    return eligible(host, tried) ? host : firstFrom(hosts, at + 1, tried);
  }
}

/** Each host in turn. It starts anywhere, lest all proxies of a fleet send their first request to the same host. */
export function roundRobin(random: () => number = Math.random): LoadBalancer {
  return {
    name: 'LB_ROUNDROBIN',
    build: (hosts) => new RoundRobinPicker(hosts, Math.floor(random() * hosts.length)),
  };
}
