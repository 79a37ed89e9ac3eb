import type { Host } from '../host.ts';
import { eligible } from './pick.ts';

/** Deadlines are set back by so much when all have come to it: they stay small, and so exact. */
const HORIZON = 1 << 20;

/** How many turns of hosts that are not eligible are passed over before an eligible one is looked for among all. */
const PASSED_OVER = 8;

/**
 * Earliest deadline first: each host is due every 1/weight, and the one that is due first is picked. Shares come out exact, and a
 * heavy host's turns are spread among the others'. A binary heap in typed arrays: a pick costs O(log n).
 *
 * A weight is asked for when its host has had a turn, and only then: one that changes counts from the next turn on.
 */
export class EdfSchedule {
  private readonly hosts: readonly Host[];
  private readonly weightOf: (host: Host) => number;
  /** When each host is due. */
  private readonly deadlines: Float64Array;
  /** The turn in which each host was picked last: of those due at the same time the one that waits longest comes first. */
  private readonly turns: Float64Array;
  /** Indexes of hosts. */
  private readonly heap: Uint32Array;
  private turn: number;
  /** The deadline of the last turn. */
  private clock = 0;

  /** `skip`: how many turns are thought to be over, so that schedules of the same hosts need not begin with the same one. */
  constructor(hosts: readonly Host[], weightOf: (host: Host) => number, skip: number) {
    this.hosts = hosts;
    this.weightOf = weightOf;
    this.deadlines = Float64Array.from(hosts, (host) => 1 / weightOf(host));
    this.turns = Float64Array.from(hosts.keys());
    this.turn = hosts.length;
    this.heap = Uint32Array.from(hosts.keys());
    for (let at = (hosts.length >> 1) - 1; at >= 0; at--) this.sink(at);
    for (let skipped = 0; skipped < skip; skipped++) this.take(0);
  }

  /** The eligible host that is due first; undefined when none is eligible. */
  next(tried: readonly Host[], overlook: number): Host | undefined {
    if (this.hosts.length === 0) return undefined;
    for (let passed = 0; passed < PASSED_OVER; passed++) {
      const host = this.take(0);
      if (eligible(host, tried, overlook)) return host;
    }
    const first = this.firstEligible(tried, overlook);
    return first < 0 ? undefined : this.take(first);
  }

  /** Its place in the heap; -1 when there is none. */
  private firstEligible(tried: readonly Host[], overlook: number): number {
    const { heap, hosts } = this;
    let first = -1;
    for (let at = 0; at < heap.length; at++) {
      if (!eligible(hosts[heap[at]!]!, tried, overlook)) continue;
      if (first < 0 || this.before(heap[at]!, heap[first]!)) first = at;
    }
    return first;
  }

  /** Gives the host at that place in the heap its turn. */
  private take(at: number): Host {
    const index = this.heap[at]!;
    const host = this.hosts[index]!;
    // Whoever was passed over is not owed all the turns that it has missed.
    this.clock = Math.max(this.clock, this.deadlines[index]!);
    if (this.clock > HORIZON) this.setBack(this.clock);
    this.deadlines[index] = this.clock + 1 / this.weightOf(host);
    this.turns[index] = this.turn++;
    this.sink(at);
    return host;
  }

  private setBack(by: number): void {
    this.clock -= by;
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
