/**
 * A waiting request holds its head and some objects, one or two KiB: so many of them stay at about 100 MiB. MOSN knows no bound here
 * unless it is configured, and its memory then has none either.
 */
export const DEFAULT_MAX_PENDING_REQUESTS = 65_536;

/** MOSN's `circuit_breakers.thresholds`, in its terms: 0 is no limit. */
export interface Thresholds {
  /** Connections to the cluster's hosts together. Default: no limit. */
  readonly maxConnections?: number | undefined;
  /** Requests that wait for a connection. Default: DEFAULT_MAX_PENDING_REQUESTS. */
  readonly maxPendingRequests?: number | undefined;
  /** Requests under way. Default: no limit. */
  readonly maxRequests?: number | undefined;
  /** Retries under way. Default: no limit; the number of retries of one request has its own. */
  readonly maxRetries?: number | undefined;
}

/** How much of something may exist at once. Whoever takes releases, once. */
export class Limit {
  current = 0;
  /** How often it was refused. */
  refused = 0;
  max: number;

  /** 0 is no limit. */
  constructor(max: number) {
    this.max = max === 0 ? Number.POSITIVE_INFINITY : max;
  }

  take(): boolean {
    if (this.current >= this.max) {
      this.refused++;
      return false;
    }
    this.current++;
    return true;
  }

  release(): void {
    if (this.current === 0) throw new Error('released more than was taken');
    this.current--;
  }
}

/** The circuit breakers of one cluster. */
export class Limits {
  readonly connections: Limit;
  readonly pending: Limit;
  readonly requests: Limit;
  readonly retries: Limit;

  constructor(thresholds: Thresholds = {}) {
    this.connections = new Limit(thresholds.maxConnections ?? 0);
    this.pending = new Limit(thresholds.maxPendingRequests ?? DEFAULT_MAX_PENDING_REQUESTS);
    this.requests = new Limit(thresholds.maxRequests ?? 0);
    this.retries = new Limit(thresholds.maxRetries ?? 0);
  }
}
