import type { HostChoice, LoadBalancer, Picker } from '../balancer.ts';
import type { Host } from '../host.ts';
import { eligible, firstFrom } from './pick.ts';
import { roundRobin } from './round-robin.ts';

/** Deadlines are set back by so much when all have come to it: they stay small, and so exact. */
const HORIZON = 1 << 20;

/**
 * Earliest deadline first: each host is due every 1/weight, and the one that is due first is picked. Shares come out exact, and a
 * heavy host's turns are spread among the others'. A binary heap in typed arrays: a pick costs O(log n).
 */
class WeightedRoundRobinPicker implements Picker {
  private readonly hosts: readonly Host[];
  /** When each host is due. */
  private readonly deadlines: Float64Array;
  /** The turn in which each host was picked last: of those due at the same time the one that waits longest comes first. */
  private readonly turns: Float64Array;
  /** Indexes of hosts. */
  private readonly heap: Uint32Array;
  private turn: number;

  constructor(hosts: readonly Host[], skip: number) {
    this.hosts = hosts;
    this.deadlines = Float64Array.from(hosts, (host) => 1 / host.weight);
    this.turns = Float64Array.from(hosts.keys());
    this.turn = hosts.length;
    this.heap = Uint32Array.from(hosts.keys());
    for (let at = (hosts.length >> 1) - 1; at >= 0; at--) this.sink(at);
    for (let skipped = 0; skipped < skip; skipped++) this.next();
  }

  pick(_choice: HostChoice, tried: readonly Host[]): Host | undefined {
    const { hosts } = this;
    for (let step = 0; step < hosts.length; step++) {
      const host = this.next();
      if (eligible(host, tried)) return host;
    }
    // Heavy hosts that are not eligible have had all the turns.
    return firstFrom(hosts, 0, tried);
  }

  private next(): Host {
    const index = this.heap[0]!;
    const host = this.hosts[index]!;
    if (this.deadlines[index]! > HORIZON) this.setBack(this.deadlines[index]!);
    this.deadlines[index]! += 1 / host.weight;
    this.turns[index] = this.turn++;
    this.sink(0);
    return host;
  }

  private setBack(by: number): void {
    for (let index = 0; index < this.deadlines.length; index++) this.deadlines[index]! -= by;
  }

  private sink(at: number): void {
    const { heap } = this;
    const index = heap[at]!;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.before(heap[child + 1]!, heap[child]!)) child++;
      if (!this.before(heap[child]!, index)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = index;
  }

  private before(one: number, other: number): boolean {
    const difference = this.deadlines[one]! - this.deadlines[other]!;
    return difference < 0 || (difference === 0 && this.turns[one]! < this.turns[other]!);
  }
}

/** Each host as often as its weight says. It starts anywhere, lest all proxies of a fleet start at the same host. */
export function weightedRoundRobin(random: () => number = Math.random): LoadBalancer {
  const evenly = roundRobin(random);
  return {
    name: 'LB_WEIGHTED_ROUNDROBIN',
    build(hosts) {
      if (hosts.every((host) => host.weight === hosts[0]!.weight)) return evenly.build(hosts);
      return new WeightedRoundRobinPicker(hosts, Math.floor(random() * hosts.length));
    },
  };
}
