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
  /** Takes the place of `maxRetries`. */
  readonly retryBudget?: RetryBudget | undefined;
}

/** Envoy's `retry_budget`: retries as a share of what is under way, in place of a fixed number. */
export interface RetryBudget {
  /** Of a hundred requests under way so many may be retries. */
  readonly percent: number;
  /** So many retries are allowed however little is under way. */
  readonly minConcurrency: number;
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

/** Retries that grow with the traffic: a cluster that fails as a whole gets little more than its clients ask for. */
class BudgetedLimit extends Limit {
  private readonly budget: RetryBudget;
  private readonly requests: Limit;

  constructor(budget: RetryBudget, requests: Limit) {
    super(budget.minConcurrency);
    this.budget = budget;
    this.requests = requests;
  }

  override take(): boolean {
    this.max = Math.max(this.budget.minConcurrency, (this.requests.current * this.budget.percent) / 100);
    return super.take();
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
    const { retryBudget } = thresholds;
    this.retries = retryBudget === undefined ? new Limit(thresholds.maxRetries ?? 0) : new BudgetedLimit(retryBudget, this.requests);
  }
}
