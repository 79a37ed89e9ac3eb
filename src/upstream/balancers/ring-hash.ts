import { hashOf } from '../../base/hash.ts';
import { NO_HASH } from '../../base/hash-bits.ts';
import { type HostChoice, type LoadBalancer, NOTHING, type Picker } from '../balancer.ts';
import type { Host } from '../host.ts';
import { eligible, firstFrom } from './pick.ts';
import type { BalancerSettings } from './settings.ts';

/** How many points for each host are walked past before any host will do: enough to have met nearly all of them. */
const WALK_PER_HOST = 4;

/**
 * Hosts have points on a ring, as many as their weight says, and a request belongs to the first one at or after its hash (Karger et al.,
 * "Consistent Hashing and Random Trees"). Few requests move when a host comes or goes; shares are less even than those of LB_MAGLEV.
 */
class RingPicker implements Picker {
  private readonly hosts: readonly Host[];
  /** Sorted. */
  private readonly points: Uint32Array;
  /** The index of the host of each point. */
  private readonly owners: Uint32Array;
  private readonly random: () => number;

  constructor(hosts: readonly Host[], settings: BalancerSettings) {
    const ring = ringOf(hosts, settings);
    this.hosts = hosts;
    this.points = ring.points;
    this.owners = ring.owners;
    this.random = settings.random;
  }

  pick({ hash }: HostChoice, tried: readonly Host[], overlook = NOTHING): Host | undefined {
    const { hosts, owners } = this;
    if (hosts.length === 0) return undefined;
    const wanted = hash === NO_HASH ? Math.floor(this.random() * 2 ** 32) : hash;
    const start = this.firstAt(wanted);
    const walk = Math.min(owners.length, WALK_PER_HOST * hosts.length);
    for (let step = 0; step < walk; step++) {
      const host = hosts[owners[(start + step) % owners.length]!]!;
      if (eligible(host, tried, overlook)) return host;
    }
    return firstFrom(hosts, wanted, tried, overlook);
  }

  /** The place of the first point at or after a hash; that of the first one of all when there is none. */
  private firstAt(hash: number): number {
    const { points } = this;
    let low = 0;
    let high = points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (points[middle]! < hash) low = middle + 1;
      else high = middle;
    }
    return low === points.length ? 0 : low;
  }
}

interface Ring {
  readonly points: Uint32Array;
  readonly owners: Uint32Array;
}

/** So many points that the lightest host has a whole number of them, as far as the ring may grow: Envoy's way to size it. */
function ringOf(hosts: readonly Host[], { minRingSize, maxRingSize }: BalancerSettings): Ring {
  const total = hosts.reduce((sum, { weight }) => sum + weight, 0);
  const lightest = Math.min(...hosts.map(({ weight }) => weight)) / total;
  const size = Math.min(Math.ceil(lightest * minRingSize) / lightest, maxRingSize);
  const copies = hosts.map(({ weight }) => Math.max(1, Math.round((size * weight) / total)));
  // Point and owner in one number each, so that numbers alone have to be sorted.
  const keys = new Float64Array(copies.reduce((sum, count) => sum + count, 0));
  let filled = 0;
  for (const [owner, { address }] of hosts.entries()) {
    for (let copy = 0; copy < copies[owner]!; copy++) keys[filled++] = hashOf(`${address}_${copy}`) * hosts.length + owner;
  }
  keys.sort();
  return {
    points: Uint32Array.from(keys, (key) => Math.floor(key / hosts.length)),
    owners: Uint32Array.from(keys, (key) => key % hosts.length),
  };
}

/** Keeps requests of equal hashes on one host. A request without a hash goes anywhere. */
export function ringHash(settings: BalancerSettings): LoadBalancer {
  return { name: 'LB_RINGHASH', build: (hosts) => new RingPicker(hosts, settings) };
}
