/** How many of something may be done in what time. */
export interface TokenBucketSettings {
  /** What may be done at once after a quiet time. */
  readonly maxTokens: number;
  /** What comes back each interval, at its end. */
  readonly tokensPerFill: number;
  /** In milliseconds. */
  readonly fillIntervalMs: number;
}

/** A bucket of tokens that begins full and is filled from time to time, up to its brim. Filled when it is looked at: it needs no timer. */
export class TokenBucket {
  private readonly settings: TokenBucketSettings;
  private tokens: number;
  private filledAt: number;

  /** `now`: as `Timers.now`. */
  constructor(settings: TokenBucketSettings, now: number) {
    this.settings = settings;
    this.tokens = settings.maxTokens;
    this.filledAt = now;
  }

  /** Takes one token; false when there is none. */
  take(now: number): boolean {
    this.fill(now);
    if (this.tokens === 0) return false;
    this.tokens--;
    return true;
  }

  private fill(now: number): void {
    const { maxTokens, tokensPerFill, fillIntervalMs } = this.settings;
    const intervals = Math.floor((now - this.filledAt) / fillIntervalMs);
    if (intervals <= 0) return;
    this.filledAt += intervals * fillIntervalMs;
    this.tokens = Math.min(maxTokens, this.tokens + intervals * tokensPerFill);
  }
}
