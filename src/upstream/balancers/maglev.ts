import { hashOf } from '../../base/hash.ts';
import { mixHash, NO_HASH } from '../../base/hash-bits.ts';
import { type HostChoice, type LoadBalancer, NOTHING, type Picker } from '../balancer.ts';
import type { Host } from '../host.ts';
import { eligible, firstFrom } from './pick.ts';
import type { BalancerSettings } from './settings.ts';

/** Makes two hash functions of one. */
const SKIP_SEED = 1;

/** How many places are looked at for a host that can be asked, before any will do. Of hosts of which half are ill, all but one in 65,536. */
const LOOKS = 16;

/**
 * A table whose places belong to hosts (Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer", section 3.4): equal
 * hashes go to the same host, shares are even, and few of the others move when a host comes or goes.
 */
class MaglevPicker implements Picker {
  private readonly hosts: readonly Host[];
  /** Indexes of hosts. */
  private readonly table: Uint32Array;
  private readonly random: () => number;

  constructor(hosts: readonly Host[], { tableSize, random }: BalancerSettings) {
    this.hosts = hosts;
    this.table = maglevTable(hosts, tableSize);
    this.random = random;
  }

  pick({ hash }: HostChoice, tried: readonly Host[], overlook = NOTHING): Host | undefined {
    const { hosts, table } = this;
    if (hosts.length === 0) return undefined;
    let place = hash === NO_HASH ? Math.floor(this.random() * 2 ** 32) : hash;
    for (let look = 0; look < LOOKS; look++) {
      const host = hosts[table[place % table.length]!]!;
      if (eligible(host, tried, overlook)) return host;
      // Another place for each hash: what an ill host leaves behind spreads over all the others.
      place = mixHash(place + 1);
    }
    return firstFrom(hosts, place, tried, overlook);
  }
}

/** Which host each place belongs to. The order of the hosts makes no difference. */
export function maglevTable(hosts: readonly Host[], size: number): Uint32Array {
  const table = new Uint32Array(size);
  if (hosts.length === 0) return table;
  const order = Array.from(hosts.keys()).sort((one, other) => (hosts[one]!.address < hosts[other]!.address ? -1 : 1));
  const heaviest = Math.max(...hosts.map(({ weight }) => weight));
  const next = Int32Array.from(hosts, ({ address }) => hashOf(address) % size);
  const skips = Int32Array.from(hosts, ({ address }) => (hashOf(address, SKIP_SEED) % (size - 1)) + 1);
  /** The round in which each host may choose again: the heaviest in every one. */
  const rounds = new Float64Array(hosts.length);
  const taken = new Uint8Array(size);
  let left = size;
  for (let round = 1; left > 0; round++) {
    for (const index of order) {
      const { weight } = hosts[index]!;
      if (round * weight < rounds[index]!) continue;
      rounds[index]! += heaviest;
      let place = next[index]!;
      const skip = skips[index]!;
      // Both are less than the size, of which a remainder would cost more than all the rest.
      while (taken[place] === 1) place = place + skip < size ? place + skip : place + skip - size;
      taken[place] = 1;
      table[place] = index;
      next[index] = (place + skip) % size;
      if (--left === 0) break;
    }
  }
  return table;
}

/** Keeps requests of equal hashes on one host. A request without a hash goes anywhere. */
export function maglev(settings: BalancerSettings): LoadBalancer {
  return { name: 'LB_MAGLEV', build: (hosts) => new MaglevPicker(hosts, settings) };
}
