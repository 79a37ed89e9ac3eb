import type { ResponseHead } from '../protocol/head.ts';

/** How long to wait before a request is tried again. */
export interface Backoff {
  /** In milliseconds. `retry` counts from 1; `head` is the response that is tried again, undefined after a fault. */
  delayMs(retry: number, head: ResponseHead | undefined): number;
}

/**
 * Exponential, with full jitter: any time between nothing and `baseMs`, three times that, seven times that, ..., at most `maxMs`, so that
 * clients which failed together do not come back together. Envoy's `retry_back_off`.
 */
export class ExponentialBackoff implements Backoff {
  private readonly baseMs: number;
  private readonly maxMs: number;
  private readonly random: () => number;

  constructor(baseMs: number, maxMs: number, random: () => number = Math.random) {
    this.baseMs = baseMs;
    this.maxMs = maxMs;
    this.random = random;
  }

  delayMs(retry: number): number {
    return this.random() * Math.min(this.maxMs, (2 ** retry - 1) * this.baseMs);
  }
}

/** A field of a response that says when to come back. */
export interface ResetField {
  readonly name: string;
  /** `seconds`: so many from now. `unix-timestamp`: seconds since 1970. */
  readonly format: 'seconds' | 'unix-timestamp';
}

/**
 * The time that the response itself asks for, as a rate limit does with `Retry-After`, and up to half as much again, so that not all
 * come back at once. A time past `maxMs` is not believed, and without any another backoff says. Envoy's `rate_limited_retry_back_off`.
 */
export class RateLimitedBackoff implements Backoff {
  private readonly fields: readonly ResetField[];
  private readonly maxMs: number;
  private readonly otherwise: Backoff | undefined;
  private readonly wallClock: () => number;
  private readonly random: () => number;

  constructor(
    fields: readonly ResetField[],
    maxMs: number,
    otherwise: Backoff | undefined,
    wallClock: () => number = Date.now,
    random: () => number = Math.random,
  ) {
    this.fields = fields;
    this.maxMs = maxMs;
    this.otherwise = otherwise;
    this.wallClock = wallClock;
    this.random = random;
  }

  delayMs(retry: number, head: ResponseHead | undefined): number {
    const asked = head === undefined ? undefined : this.askedFor(head);
    if (asked === undefined) return this.otherwise?.delayMs(retry, head) ?? 0;
    return asked * (1 + this.random() / 2);
  }

  private askedFor(head: ResponseHead): number | undefined {
    for (const { name, format } of this.fields) {
      const text = head.fields.get(name);
      if (text === undefined || !/^[0-9]{1,15}$/.test(text)) continue;
      const delayMs = Number(text) * 1000 - (format === 'seconds' ? 0 : this.wallClock());
      if (delayMs >= 0 && delayMs <= this.maxMs) return delayMs;
    }
    return undefined;
  }
}
