import type { Exchange } from '../../filter.ts';
import { TokenBucket, type TokenRate } from '../../token-bucket.ts';
import type { Action } from './actions.ts';
import type { Descriptor, LocalRateLimitSettings } from './settings.ts';

/** A bucket, and how many tokens it holds at most. */
export interface LimitedBucket {
  readonly bucket: TokenBucket;
  readonly limit: number;
}

/** The buckets of one place in a configuration. */
export class RateLimits {
  readonly settings: LocalRateLimitSettings;
  private readonly rates: readonly DescribedRate[];
  private shared: LimitedBucket | undefined;
  /** By the connection's number. */
  private readonly ofConnections: BucketsByKey | undefined;

  constructor(settings: LocalRateLimitSettings) {
    this.settings = settings;
    const { rateLimits, descriptors, maxDynamicDescriptors, tokenBucket } = settings;
    this.rates = rateLimits.flatMap(({ actions }) =>
      descriptors
        .filter((descriptor) => isOf(descriptor, actions))
        .map((descriptor) => new DescribedRate(actions, descriptor, maxDynamicDescriptors)),
    );
    if (tokenBucket !== undefined && settings.localRateLimitPerDownstreamConnection) {
      this.ofConnections = new BucketsByKey(tokenBucket, maxDynamicDescriptors);
    }
  }

  /** All that a request has to take a token of. */
  of(exchange: Exchange, now: number): readonly LimitedBucket[] {
    const buckets: LimitedBucket[] = [];
    for (const rate of this.rates) {
      const bucket = rate.of(exchange, now);
      if (bucket !== undefined) buckets.push(bucket);
    }
    const { tokenBucket } = this.settings;
    if (tokenBucket === undefined) return buckets;
    if (this.ofConnections !== undefined) buckets.push(this.ofConnections.of(String(exchange.downstream.id), now));
    else {
      this.shared ??= { bucket: new TokenBucket(tokenBucket, now), limit: tokenBucket.maxTokens };
      buckets.push(this.shared);
    }
    return buckets;
  }
}

/** Whether these actions make entries with the keys of the descriptor. */
function isOf({ entries }: Descriptor, actions: readonly Action[]): boolean {
  return entries.length === actions.length && entries.every(({ key }, at) => key === actions[at]?.key);
}

/** The limit of a descriptor, for the requests that have its entries. */
class DescribedRate {
  private readonly actions: readonly Action[];
  private readonly descriptor: Descriptor;
  private readonly buckets: BucketsByKey;

  constructor(actions: readonly Action[], descriptor: Descriptor, most: number) {
    this.actions = actions;
    this.descriptor = descriptor;
    this.buckets = new BucketsByKey(descriptor.tokenBucket, most);
  }

  of(exchange: Exchange, now: number): LimitedBucket | undefined {
    let open = '';
    for (const [at, { value: wanted }] of this.descriptor.entries.entries()) {
      const value = this.actions[at]!.value(exchange);
      if (value === undefined || (wanted !== '' && value !== wanted)) return undefined;
      if (wanted === '') open += `${value.length}:${value}`;
    }
    return this.buckets.of(open, now);
  }
}

/** Buckets of the same rate, by a key that requests choose: bounded, for they may choose a new one each time. */
class BucketsByKey {
  private readonly rate: TokenRate;
  private readonly most: number;
  private readonly buckets = new Map<string, LimitedBucket>();

  constructor(rate: TokenRate, most: number) {
    this.rate = rate;
    this.most = most;
  }

  of(key: string, now: number): LimitedBucket {
    const found = this.buckets.get(key);
    if (found !== undefined && this.buckets.size === 1) return found;
    // A Map keeps its keys in the order in which they were put there: the first is the one that was not used for the longest time.
    if (found !== undefined) this.buckets.delete(key);
    else if (this.buckets.size >= this.most) this.buckets.delete(this.buckets.keys().next().value!);
    const bucket = found ?? { bucket: new TokenBucket(this.rate, now), limit: this.rate.maxTokens };
    this.buckets.set(key, bucket);
    return bucket;
  }
}
