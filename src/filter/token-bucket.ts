/** How many tokens a bucket holds at most, and how fast they come back. */
export interface TokenRate {
  readonly maxTokens: number;
  readonly tokensPerFill: number;
  /** In milliseconds. */
  readonly fillInterval: number;
}

/**
 * Tokens that are taken one at a time, and come back evenly: half an interval brings back half of what it fills. Full at first. Costs no
 * timer: it is filled when it is asked.
 */
export class TokenBucket {
  private readonly rate: TokenRate;
  private tokens: number;
  private filledAt: number;

  constructor(rate: TokenRate, now: number) {
    this.rate = rate;
    this.tokens = rate.maxTokens;
    this.filledAt = now;
  }

  /** How many whole tokens are there. */
  left(now: number): number {
    this.fill(now);
    return Math.floor(this.tokens);
  }

  /** Only when one is `left`. */
  take(): void {
    this.tokens--;
  }

  /** Until there is a token, in milliseconds; 0 when there is one. */
  wait(now: number): number {
    this.fill(now);
    const { tokensPerFill, fillInterval } = this.rate;
    return this.tokens >= 1 ? 0 : ((1 - this.tokens) * fillInterval) / tokensPerFill;
  }

  private fill(now: number): void {
    const { maxTokens, tokensPerFill, fillInterval } = this.rate;
    this.tokens = Math.min(maxTokens, this.tokens + ((now - this.filledAt) * tokensPerFill) / fillInterval);
    this.filledAt = now;
  }
}
