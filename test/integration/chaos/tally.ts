/** What comes of an ordeal. */

/** What has come of the requests. */
export class Tally {
  /** Whole answers, every one checked. */
  good = 0;
  /** Failures in the proxy's own words. */
  refused = 0;
  /** Answers that broke off with their connection. */
  broken = 0;
  /** Requests whose client left. */
  left = 0;
  /** What must never happen, in words. */
  readonly wrongs: string[] = [];

  get total(): number {
    return this.good + this.refused + this.broken + this.left;
  }
}

/** What all upstreams have seen. */
export class Ledger {
  /** Requests that have arrived, whole or in part, and must not arrive twice. */
  private readonly once = new Set<number>();
  /** What must never happen, in words. */
  readonly wrongs: string[] = [];

  /** One that must not arrive twice is here. */
  enter(id: number): void {
    if (this.once.has(id)) this.wrongs.push(`request ${id} arrived twice`);
    this.once.add(id);
  }
}
