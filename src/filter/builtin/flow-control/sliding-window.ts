/** Sentinel's own number: the window moves on by half of its length. */
const PARTS = 2;

/** Counts what happened in the latest interval, which moves on in two steps. Costs no timer. */
export class SlidingWindow {
  private readonly partMs: number;
  private readonly counts: number[] = new Array<number>(PARTS).fill(0);
  private part = 0;

  constructor(intervalMs: number) {
    this.partMs = intervalMs / PARTS;
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
    this.counts[this.part % PARTS]!++;
  }

  private moveOn(now: number): void {
    const part = Math.floor(now / this.partMs);
    if (part - this.part >= PARTS) this.counts.fill(0);
    else for (let at = this.part + 1; at <= part; at++) this.counts[at % PARTS] = 0;
    this.part = part;
  }
}
