import { type HostChoice, type LoadBalancer, NOTHING, type Picker } from '../balancer.ts';
import type { Host } from '../host.ts';
import { eligible } from './pick.ts';
import type { BalancerSettings } from './settings.ts';

/** How often one is drawn, before it is counted who is left: of hosts of which half are ill, seldom. */
const DRAWS = 8;

class RandomPicker implements Picker {
  private readonly hosts: readonly Host[];
  private readonly random: () => number;

  constructor(hosts: readonly Host[], random: () => number) {
    this.hosts = hosts;
    this.random = random;
  }

  pick(_choice: HostChoice, tried: readonly Host[], overlook = NOTHING): Host | undefined {
    const { hosts } = this;
    for (let draw = 0; draw < DRAWS && hosts.length > 0; draw++) {
      const host = hosts[Math.floor(this.random() * hosts.length)]!;
      if (eligible(host, tried, overlook)) return host;
    }
    return this.pickAmongRest(tried, overlook);
  }

  /** Evenly among those that are left: going on to the next one would give the neighbour of a sick host twice its share. */
  private pickAmongRest(tried: readonly Host[], overlook: number): Host | undefined {
    const { hosts } = this;
    let left = 0;
    for (const host of hosts) if (eligible(host, tried, overlook)) left++;
    if (left === 0) return undefined;
    let skip = Math.floor(this.random() * left);
    for (const host of hosts) if (eligible(host, tried, overlook) && skip-- === 0) return host;
    return undefined;
  }
}

/** Any host, each as likely as the other. */
export function random({ random = Math.random }: Partial<BalancerSettings> = {}): LoadBalancer {
  return { name: 'LB_RANDOM', build: (hosts) => new RandomPicker(hosts, random) };
}
