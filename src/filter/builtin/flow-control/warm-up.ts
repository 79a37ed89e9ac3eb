const SECOND_MS = 1000;

/** Counts what happens by whole seconds. */
export class SecondCount {
  private second = 0;
  private count = 0;
  private before = 0;

  add(now: number): void {
    this.moveOn(now);
    this.count++;
  }

  /** In the second before the present one. */
  previous(now: number): number {
    this.moveOn(now);
    return this.before;
  }

  private moveOn(now: number): void {
    const second = Math.floor(now / SECOND_MS);
    if (second === this.second) return;
    this.before = second === this.second + 1 ? this.count : 0;
    this.count = 0;
    this.second = second;
  }
}

/**
 * Sentinel's threshold for a service that has to warm up. Tokens gather while few requests come: with many of them the service is cold, and
 * fewer requests a second are let through, down to the threshold divided by the cold factor. Each request that passes uses one up.
 */
export class WarmUp {
  private readonly threshold: number;
  private readonly coldFactor: number;
  /** With fewer tokens than this the service is warm. */
  private readonly warningTokens: number;
  private readonly maxTokens: number;
  /** Seconds for each request that one token more costs. */
  private readonly slope: number;
  private tokens: number;
  private filledAt: number | undefined;

  constructor(threshold: number, periodSeconds: number, coldFactor: number) {
    this.threshold = threshold;
    this.coldFactor = coldFactor;
    this.warningTokens = (periodSeconds * threshold) / (coldFactor - 1);
    this.maxTokens = this.warningTokens + (2 * periodSeconds * threshold) / (1 + coldFactor);
    this.slope = (coldFactor - 1) / threshold / (this.maxTokens - this.warningTokens);
    // Nothing has come yet: it is as cold as it can be.
    this.tokens = this.maxTokens;
  }

  /** How many requests may come in a second now. `passed`: how many were let through in the second before. */
  allowed(now: number, passed: number): number {
    this.fill(now, passed);
    if (this.tokens < this.warningTokens) return this.threshold;
    return 1 / ((this.tokens - this.warningTokens) * this.slope + 1 / this.threshold);
  }

  /** Once a second. */
  private fill(now: number, passed: number): void {
    const second = now - (now % SECOND_MS);
    const last = this.filledAt ?? second;
    this.filledAt = second;
    if (second === last) return;
    const cooling = this.tokens < this.warningTokens || passed < this.threshold / this.coldFactor;
    const filled = cooling ? this.tokens + ((second - last) * this.threshold) / SECOND_MS : this.tokens;
    this.tokens = Math.max(0, Math.min(filled, this.maxTokens) - passed);
  }
}
