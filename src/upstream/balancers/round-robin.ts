import { type HostChoice, type LoadBalancer, NOTHING, type Picker } from '../balancer.ts';
import type { Host } from '../host.ts';
import { STEADY_WEIGHTS } from '../weights.ts';
import { EdfPicker } from './edf-picker.ts';
import { eligible } from './pick.ts';
import type { BalancerSettings } from './settings.ts';

class RoundRobinPicker implements Picker {
  private readonly hosts: readonly Host[];
  private next: number;

  constructor(hosts: readonly Host[], start: number) {
    this.hosts = hosts;
    this.next = start;
  }

  pick(_choice: HostChoice, tried: readonly Host[], overlook = NOTHING): Host | undefined {
    const { hosts } = this;
    for (let step = 0; step < hosts.length; step++) {
      const host = hosts[this.next]!;
      // Whoever is passed over has had its turn: its neighbour does not get twice the share.
      this.next = this.next + 1 === hosts.length ? 0 : this.next + 1;
      if (eligible(host, tried, overlook)) return host;
    }
    return undefined;
  }
}

/** Each host in turn, whatever its weight; of one that warms up, fewer turns. It starts anywhere, lest a fleet starts at one host. */
export function roundRobin({ weights = STEADY_WEIGHTS, random = Math.random }: Partial<BalancerSettings> = {}): LoadBalancer {
  return {
    name: 'LB_ROUNDROBIN',
    build: (hosts) =>
      weights.changing
        ? new EdfPicker(hosts, (host) => weights.of(host) / host.weight, random)
        : new RoundRobinPicker(hosts, Math.floor(random() * hosts.length)),
  };
}
