import type { LoadBalancer, Picker } from '../balancer.ts';
import type { Host } from '../host.ts';
import { eligible } from './pick.ts';

class RandomPicker implements Picker {
  private readonly hosts: readonly Host[];
  private readonly random: () => number;

  constructor(hosts: readonly Host[], random: () => number) {
    this.hosts = hosts;
    this.random = random;
  }

  pick(_hash: number, tried: readonly Host[]): Host | undefined {
    const { hosts } = this;
    if (hosts.length === 0) return undefined;
    const host = hosts.length === 1 ? hosts[0]! : hosts[Math.floor(this.random() * hosts.length)]!;
    return eligible(host, tried) ? host : this.pickAmongRest(tried);
  }

  /** Evenly among those that are left: going on to the next one would give the neighbour of a sick host twice its share. */
  private pickAmongRest(tried: readonly Host[]): Host | undefined {
    const { hosts } = this;
    let healthy = 0;
    let untried = 0;
    for (const host of hosts) {
      if (!host.healthy) continue;
      healthy++;
      if (!tried.includes(host)) untried++;
    }
    if (healthy === 0) return undefined;
    let nth = Math.floor(this.random() * (untried || healthy));
    for (const host of hosts) {
      if (!host.healthy || (untried > 0 && tried.includes(host))) continue;
      if (nth-- === 0) return host;
    }
    return undefined;
  }
}

/** Any host, each as likely as the other. */
export function random(source: () => number = Math.random): LoadBalancer {
  return { name: 'LB_RANDOM', build: (hosts) => new RandomPicker(hosts, source) };
}
