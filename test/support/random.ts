/** Numbers that look random and are the same for the same seed (mulberry32), so that what failed once fails again. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** From 0 up to but without 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to but without `bound`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** True with that probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }
}
