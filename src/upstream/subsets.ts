import { type HostChoice, type LoadBalancer, NO_HOSTS_TRIED, NOTHING, type Picker } from './balancer.ts';
import type { Host } from './host.ts';
import { Labels } from './labels.ts';

/** What becomes of a request for whose labels there is no host. */
export type SubsetFallback =
  /** There is no host for it. */
  | 'none'
  /** Any host of the cluster will do. */
  | 'any'
  /** It goes to the hosts with the labels of `defaultSubset`. */
  | 'default';

export interface SubsetSettings {
  readonly fallback: SubsetFallback;
  /** No labels: all hosts. */
  readonly defaultSubset: Labels;
  /** For each list of names: hosts that have all of them are a subset with those that have the same values. */
  readonly selectors: readonly (readonly string[])[];
}

class SubsetPicker implements Picker {
  private readonly all: Picker;
  /** By the keys of their labels. */
  private readonly subsets: ReadonlyMap<string, Picker>;
  private readonly fallback: Picker | undefined;

  constructor(all: Picker, subsets: ReadonlyMap<string, Picker>, fallback: Picker | undefined) {
    this.all = all;
    this.subsets = subsets;
    this.fallback = fallback;
  }

  pick(choice: HostChoice, tried: readonly Host[], overlook = NOTHING): Host | undefined {
    const { labels } = choice;
    if (labels === undefined) return this.all.pick(choice, tried, overlook);
    const subset = this.subsets.get(labels.key);
    if (subset === undefined) return this.fallback?.pick(choice, tried, overlook);
    const host = subset.pick(choice, tried, overlook);
    if (host !== undefined || this.fallback === undefined) return host;
    // A subset all of whose hosts have been tried is no subset without hosts: another attempt does not leave it.
    return subset.pick(choice, NO_HOSTS_TRIED, overlook) === undefined ? this.fallback.pick(choice, tried, overlook) : undefined;
  }
}

/**
 * Divides hosts by their labels, each subset with a balancer of its own. A request gets the subset whose names and values are exactly
 * its labels; it gets the fallback where there is no such subset, and where none of its hosts is well. As in MOSN, a request without
 * labels goes to any host.
 */
export function withSubsets(balancer: LoadBalancer, { fallback, defaultSubset, selectors }: SubsetSettings): LoadBalancer {
  return {
    name: balancer.name,
    build(hosts, health) {
      const all = balancer.build(hosts, health);
      const members = new Map<string, Host[]>();
      for (const host of hosts) {
        for (const key of new Set(selectors.map((names) => keyOf(host, names)))) {
          if (key === undefined) continue;
          const subset = members.get(key);
          if (subset === undefined) members.set(key, [host]);
          else subset.push(host);
        }
      }
      const subsets = new Map(Array.from(members, ([key, subset]) => [key, balancer.build(subset, health)]));
      const pickers = {
        none: () => undefined,
        any: () => all,
        default: () =>
          balancer.build(
            hosts.filter((host) => has(host, defaultSubset)),
            health,
          ),
      };
      return new SubsetPicker(all, subsets, pickers[fallback]());
    },
  };
}

/** The key of the labels of these names; undefined when there are none, or when the host does not have all of them. */
function keyOf({ metadata }: Host, names: readonly string[]): string | undefined {
  if (names.length === 0 || !names.every((name) => Object.hasOwn(metadata, name))) return undefined;
  return new Labels(Object.fromEntries(names.map((name) => [name, metadata[name]!]))).key;
}

function has({ metadata }: Host, labels: Labels): boolean {
  return labels.pairs.every(([name, value]) => metadata[name] === value);
}
