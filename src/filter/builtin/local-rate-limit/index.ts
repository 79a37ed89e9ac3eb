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

/** The bucket that has the fewest tokens left, of those that a request took from. */
const SCARCEST = slot<{ readonly bucket: TokenBucket; readonly limit: number }>();

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
    const { now } = this.surroundings.timers;
    const buckets = limits.of(exchange, now);
    let fewest: (typeof buckets)[number] | undefined;
    for (const each of buckets) {
      if (fewest === undefined || each.bucket.left(now) < fewest.bucket.left(now)) fewest = each;
    }
    if (fewest === undefined) return undefined;
    if (limits.settings.enableXRatelimitHeaders !== 'OFF') exchange.set(SCARCEST, fewest);
    // All of them or none: a request that is refused takes no tokens.
    if (fewest.bucket.left(now) >= 1) for (const { bucket } of buckets) bucket.take();
    else answer(exchange, limits.settings.status.code, 'too many requests', 'RL');
    return undefined;
  }

  onResponse(exchange: Exchange): Verdict {
    const scarcest = exchange.get(SCARCEST);
    const fields = exchange.response?.fields;
    if (scarcest === undefined || fields === undefined) return undefined;
    const { now } = this.surroundings.timers;
    fields.set('x-ratelimit-limit', String(scarcest.limit));
    fields.set('x-ratelimit-remaining', String(scarcest.bucket.left(now)));
    fields.set('x-ratelimit-reset', String(Math.ceil(scarcest.bucket.wait(now) / 1000)));
    return undefined;
  }
}
