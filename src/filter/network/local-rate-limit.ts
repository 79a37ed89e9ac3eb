import { converted } from '../../base/schema/collections.ts';
import { duration } from '../../base/schema/duration.ts';
import { defaulted, ignored, required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { integer, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import { TokenBucket } from '../token-bucket.ts';
import type { NetworkFilterKind } from './network-filter.ts';

const bucket = converted(
  object('Connection bucket', 'A bucket of tokens, of which each connection takes one. It begins full.', {
    maxTokens: required(integer(1, 2 ** 32 - 1), 'How many connections may come at once after a quiet time.'),
    tokensPerFill: defaulted(integer(1, 2 ** 32 - 1), 1, 'How many tokens come back each interval.'),
    fillInterval: required(duration(), 'The interval, of a millisecond at least.'),
  }),
  ({ maxTokens, tokensPerFill, fillInterval }, report) => {
    if (fillInterval < 1) report.at('fill_interval').error('must be a millisecond at least');
    return { maxTokens, tokensPerFill, fillInterval };
  },
);

const settings = object('Connection rate limit', 'Lets only so many connections in for each interval. All others are refused at once.', {
  tokenBucket: required(bucket, 'How many.'),
  statPrefix: ignored(text(), 'statistics go by listener', 'A name for statistics.'),
});

/** Envoy's filter of that name for connections. A new configuration begins with a full bucket. */
const localRateLimit: NetworkFilterKind<Read<typeof settings>> = {
  type: 'local_ratelimit',
  settings,
  build({ tokenBucket }, { timers }) {
    const tokens = new TokenBucket(tokenBucket, timers.now);
    return {
      admit() {
        if (tokens.left(timers.now) === 0) return 'too many connections in that time';
        tokens.take();
        return undefined;
      },
    };
  },
};
export default localRateLimit;
