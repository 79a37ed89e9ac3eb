import type { HostChoice, LoadBalancer, Picker } from '../balancer.ts';
import type { Host } from '../host.ts';
import { eligible } from './pick.ts';
import type { BalancerSettings } from './settings.ts';

class RandomPicker implements Picker {
  private readonly hosts: readonly Host[];
  private readonly random: () => number;

  constructor(hosts: readonly Host[], random: () => number) {
    this.hosts = hosts;
    this.random = random;
  }

  pick(_choice: HostChoice, tried: readonly Host[], panic = false): Host | undefined {
    const { hosts } = this;
    if (hosts.length === 0) return undefined;
    const host = hosts.length === 1 ? hosts[0]! : hosts[Math.floor(this.random() * hosts.length)]!;
    return eligible(host, tried, panic) ? host : this.pickAmongRest(tried, panic);
  }

  /** Evenly among those that are left: going on to the next one would give the neighbour of a sick host twice its share. */
  private pickAmongRest(tried: readonly Host[], panic: boolean): Host | undefined {
    const { hosts } = this;
    let left = 0;
    for (const host of hosts) if (eligible(host, tried, panic)) left++;
    if (left === 0) return undefined;
    let skip = Math.floor(this.random() * left);
    for (const host of hosts) if (eligible(host, tried, panic) && skip-- === 0) return host;
    return undefined;
  }
}

/** Any host, each as likely as the other. */
export function random({ random = Math.random }: Partial<BalancerSettings> = {}): LoadBalancer {
  return { name: 'LB_RANDOM', build: (hosts) => new RandomPicker(hosts, random) };
}
