import { type HostChoice, type LoadBalancer, NOTHING, type Picker } from '../balancer.ts';
import type { Host } from '../host.ts';
import { equalWeights } from '../weights.ts';
import { EdfPicker } from './edf-picker.ts';
import { eligible } from './pick.ts';
import type { BalancerSettings } from './settings.ts';

/** How much a host has to do: more than 0, and less is better. */
export type LoadOf = (host: Host) => number;

/**
 * Draws some hosts and takes the least loaded of them. Two are enough to keep the fullest host nearly as empty as if all had been looked at
 * (Mitzenmacher, "The Power of Two Random Choices"), and do not send everybody to the one host that has just become free.
 */
class LeastLoadedPicker implements Picker {
  private readonly hosts: readonly Host[];
  private readonly loadOf: LoadOf;
  private readonly choiceCount: number;
  private readonly random: () => number;

  constructor(hosts: readonly Host[], loadOf: LoadOf, { choiceCount, random }: BalancerSettings) {
    this.hosts = hosts;
    this.loadOf = loadOf;
    this.choiceCount = choiceCount;
    this.random = random;
  }

  pick(_choice: HostChoice, tried: readonly Host[], overlook = NOTHING): Host | undefined {
    const { length } = this.hosts;
    if (length === 0) return undefined;
    return (length > this.choiceCount ? this.leastOfDrawn(tried, overlook) : undefined) ?? this.leastOfAll(tried, overlook);
  }

  private leastOfDrawn(tried: readonly Host[], overlook: number): Host | undefined {
    const { hosts, random } = this;
    let least: Host | undefined;
    let leastLoad = Number.POSITIVE_INFINITY;
    let at = Math.floor(random() * hosts.length);
    for (let drawn = 0; drawn < this.choiceCount; drawn++) {
      const host = hosts[at]!;
      if (eligible(host, tried, overlook)) {
        const load = this.loadOf(host);
        if (load < leastLoad) {
          least = host;
          leastLoad = load;
        }
      }
      // Any other than this one: two that are drawn are never the same.
      at = (at + 1 + Math.floor(random() * (hosts.length - 1))) % hosts.length;
    }
    return least;
  }

  /** Of hosts that are equally loaded, any. */
  private leastOfAll(tried: readonly Host[], overlook: number): Host | undefined {
    const { hosts } = this;
    let least: Host | undefined;
    let leastLoad = Number.POSITIVE_INFINITY;
    let equals = 0;
    for (const host of hosts) {
      if (!eligible(host, tried, overlook)) continue;
      const load = this.loadOf(host);
      if (load > leastLoad) continue;
      equals = load < leastLoad ? 1 : equals + 1;
      leastLoad = load;
      if (equals === 1 || this.random() * equals < 1) least = host;
    }
    return least;
  }
}

/** Hosts of equal weights are drawn; those of unequal ones get turns by their weight divided by their load, as in MOSN and Envoy. */
export function leastLoaded(name: string, loadOf: LoadOf, settings: BalancerSettings): LoadBalancer {
  const { weights, random } = settings;
  return {
    name,
    build: (hosts) =>
      equalWeights(hosts, weights)
        ? new LeastLoadedPicker(hosts, loadOf, settings)
        : new EdfPicker(hosts, (host) => weights.of(host) / loadOf(host), random),
  };
}

/** A value as it counts: not at all with a bias of 0, as it is with 1. The power, which costs more than the rest of a pick, is left out where it changes nothing. */
export function biased(value: number, bias: number): number {
  return bias === 1 ? value : value ** bias;
}
