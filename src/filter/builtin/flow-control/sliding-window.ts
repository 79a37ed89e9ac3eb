/** Sentinel's own numbers, in milliseconds. */
const PART_MS = 500;
const LONGEST_IN_PARTS_MS = 10_000;

/** How many steps an interval moves on in, as in Sentinel: of half a second, where it is made of those and not too long; else it jumps. */
function partsOf(intervalMs: number): number {
  return intervalMs % PART_MS === 0 && intervalMs <= LONGEST_IN_PARTS_MS ? intervalMs / PART_MS : 1;
}

/** Counts what happened in the latest interval, which moves on in steps. Costs no timer. */
export class SlidingWindow {
  private readonly partMs: number;
  private readonly counts: number[];
  private part = 0;

  constructor(intervalMs: number) {
    const parts = partsOf(intervalMs);
    this.partMs = intervalMs / parts;
    this.counts = new Array<number>(parts).fill(0);
  }

  /** In the interval that ends now. */
  sum(now: number): number {
    this.moveOn(now);
    let sum = 0;
    for (const count of this.counts) sum += count;
    return sum;
  }

  add(now: number): void {
    this.moveOn(now);
    this.counts[this.part % this.counts.length]!++;
  }

  private moveOn(now: number): void {
    const part = Math.floor(now / this.partMs);
    const parts = this.counts.length;
    if (part - this.part >= parts) this.counts.fill(0);
    else for (let at = this.part + 1; at <= part; at++) this.counts[at % parts] = 0;
    this.part = part;
  }
}
