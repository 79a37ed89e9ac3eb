import { converted, list } from '../../../base/schema/collections.ts';
import { duration } from '../../../base/schema/duration.ts';
import { defaulted, optional, required } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { boolean, enumeration, integer, text } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';
import { rateLimitActions } from './actions.ts';

const tokenBucket = converted(
  object('Token bucket', 'A request takes a token. Where none is left it is refused.', {
    maxTokens: required(integer(1), 'How many tokens there are at most, and at first: how many requests may come at once.'),
    tokensPerFill: defaulted(integer(1), 1, 'How many tokens come back in an interval, evenly.'),
    fillInterval: required(duration(), 'How long the interval is: `1s`.'),
  }),
  (rate, report) => {
    if (rate.fillInterval > 0) return rate;
    report.at('fill_interval').error('must be longer than nothing');
    return undefined;
  },
);

const entry = object('Descriptor entry', 'A key of a descriptor, with a value or any.', {
  key: required(text({ atLeast: 1 }), 'The key, as the actions give it.'),
  value: defaulted(text(), '', 'Its value. Empty: whatever it is, and each value has a bucket of its own.'),
});

export type Descriptor = Read<typeof descriptor>;

const descriptor = object('Rate limit descriptor', 'A limit of its own for the requests whose actions give these entries.', {
  entries: required(list(entry, 1), 'The entries, in the order of the actions.'),
  tokenBucket: required(tokenBucket, 'The limit.'),
});

const status = object('Rate limit status', 'What refused requests are told.', {
  code: defaulted(integer(400, 599), 429, 'The status.'),
});

export type LocalRateLimitSettings = Read<typeof settings>;

export const settings = object('Local rate limit', 'Bounds how many requests come in a time: `local_rate_limit`.', {
  tokenBucket: optional(tokenBucket, 'The limit for all requests together. Absent: only the descriptors have limits.'),
  rateLimits: defaulted(
    list(rateLimitActions),
    [],
    'What a request is told apart by. Each item makes a list of entries of a request, or nothing where a part of it is missing.',
  ),
  descriptors: defaulted(list(descriptor), [], 'Limits of their own, for requests with these entries.'),
  maxDynamicDescriptors: defaulted(
    integer(1),
    10_000,
    'How many buckets a descriptor with open values may have, and how many connections of clients may have one of their own. When there are more, the one that was used least recently goes, and is full when its value comes again. The default keeps a descriptor within about two megabytes.',
  ),
  status: defaulted(status, {}, 'What refused requests are told.'),
  localRateLimitPerDownstreamConnection: defaulted(
    boolean(),
    false,
    'Whether each connection of a client has a bucket of its own, in place of one for all together. Not for descriptors.',
  ),
  enableXRatelimitHeaders: defaulted(
    enumeration('OFF', 'DRAFT_VERSION_03'),
    'OFF',
    'Whether answers say how many requests are left, in `x-ratelimit-limit`, `-remaining` and `-reset` (seconds until there is one).',
    { key: 'enable_x_ratelimit_headers' },
  ),
});
