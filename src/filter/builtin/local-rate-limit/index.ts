import { answer } from '../../answer.ts';
import type { Exchange, Filter, Verdict } from '../../filter.ts';
import type { FilterKind, FilterSurroundings } from '../../filter-kind.ts';
import { Policies } from '../../policies.ts';
import { slot } from '../../slot.ts';
import type { TokenBucket } from '../../token-bucket.ts';
import { RateLimits } from './limits.ts';
import { type LocalRateLimitSettings, settings } from './settings.ts';

const kind: FilterKind<LocalRateLimitSettings> = {
  type: 'local_rate_limit',
  settings,
  build: (own, surroundings) => new LocalRateLimitFilter(own, surroundings),
};
export default kind;

/** What a request has taken tokens by, and of the buckets the one that has the fewest left. */
interface Taken {
  readonly limits: RateLimits;
  readonly scarcest: { readonly bucket: TokenBucket; readonly limit: number };
}

const TAKEN = slot<Taken>();

/** Bounds how many requests come in a time, by buckets of tokens. In Envoy's meaning. */
class LocalRateLimitFilter implements Filter {
  readonly name = kind.type;
  private readonly surroundings: FilterSurroundings;
  private readonly policies: Policies<LocalRateLimitSettings, RateLimits>;

  constructor(own: LocalRateLimitSettings, surroundings: FilterSurroundings) {
    this.surroundings = surroundings;
    this.policies = new Policies(kind, own, (each) => new RateLimits(each));
  }

  onRoute(exchange: Exchange): Verdict {
    const limits = this.policies.of(exchange);
    // A request that is routed anew has taken its tokens, unless the other route has buckets of its own.
    if (exchange.get(TAKEN)?.limits === limits) return undefined;
    const { now } = this.surroundings.timers;
    const buckets = limits.of(exchange, now);
    let fewest: (typeof buckets)[number] | undefined;
    for (const each of buckets) {
      if (fewest === undefined || each.bucket.left(now) < fewest.bucket.left(now)) fewest = each;
    }
    if (fewest === undefined) return undefined;
    exchange.set(TAKEN, { limits, scarcest: fewest });
    // All of them or none: a request that is refused takes no tokens.
    if (fewest.bucket.left(now) >= 1) for (const { bucket } of buckets) bucket.take();
    else answer(exchange, limits.settings.status.code, 'too many requests', 'RL');
    return undefined;
  }

  onResponse(exchange: Exchange): Verdict {
    const taken = exchange.get(TAKEN);
    const fields = exchange.response?.fields;
    if (taken === undefined || taken.limits.settings.enableXRatelimitHeaders === 'OFF' || fields === undefined) return undefined;
    const { scarcest } = taken;
    const { now } = this.surroundings.timers;
    fields.set('x-ratelimit-limit', String(scarcest.limit));
    fields.set('x-ratelimit-remaining', String(scarcest.bucket.left(now)));
    fields.set('x-ratelimit-reset', String(Math.ceil(scarcest.bucket.wait(now) / 1000)));
    return undefined;
  }
}
