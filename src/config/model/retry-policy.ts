import { converted, either, list } from '../../base/schema/collections.ts';
import { duration } from '../../base/schema/duration.ts';
import { defaulted, optional, required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { regularExpression } from '../../base/schema/regular-expression.ts';
import { boolean, enumeration, integer, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';

/** Envoy's words, and nothing else: those that it has for HTTP/3 mean nothing here. */
const word = enumeration(
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'refused-stream',
  'envoy-ratelimited',
  'retriable-4xx',
  'retriable-status-codes',
  'retriable-headers',
  'cancelled',
  'deadline-exceeded',
  'resource-exhausted',
  'unavailable',
  'internal',
);

/** Envoy writes them in one text, with commas between. */
const words = converted(either(Array.isArray, list(text({ atLeast: 1 })), text({ atLeast: 1 })), (written, report) => {
  const each = typeof written === 'string' ? written.split(',') : written;
  const known = each.map((one) => word.read(one.trim(), report));
  return known.filter((one) => one !== undefined);
});

const backOff = converted(
  object('Retry back-off', 'How long to wait before a request is tried again: at random, up to an interval that doubles.', {
    baseInterval: required(duration(), 'What the interval begins with.'),
    maxInterval: optional(duration(), "What it grows to at most. Absent: ten times `base_interval`. The default is Envoy's."),
  }),
  ({ baseInterval, maxInterval = baseInterval * 10 }, report) => {
    if (baseInterval === 0) report.at('base_interval').error('must be more than nothing');
    if (maxInterval < baseInterval) report.at('max_interval').error('is less than `base_interval`');
    return { baseInterval, maxInterval };
  },
);

const resetHeader = object('Reset header', 'A header of an answer that says when to come back.', {
  name: required(
    converted(text({ atLeast: 1 }), (name) => name.toLowerCase()),
    'Its name, such as `Retry-After`.',
  ),
  format: defaulted(enumeration('SECONDS', 'UNIX_TIMESTAMP'), 'SECONDS', 'Whether its number is seconds from now, or seconds since 1970.'),
});

const rateLimitedBackOff = object('Rate-limited back-off', 'Waits as long as the answer says that is tried again.', {
  resetHeaders: required(list(resetHeader, 1), 'The headers that say it, of which the first with a usable number counts.'),
  maxInterval: defaulted(duration(), '300s', "A longer time is not believed. The default is Envoy's."),
});

const retriableHeader = converted(
  object('Retriable header', 'A header of an answer that is retried.', {
    name: required(
      converted(text({ atLeast: 1 }), (name) => name.toLowerCase()),
      'Its name.',
    ),
    value: defaulted(text(), '', 'What it must be, letter for letter, or as `regex` says. Nothing: whatever it is.'),
    regex: defaulted(boolean(), false, 'Whether `value` is a regular expression, which is found anywhere in it.'),
  }),
  (match, report) => {
    if (match.regex) regularExpression.read(match.value, report.at('value'));
    return match;
  },
);

export type RetryPolicy = Read<typeof retryPolicy>;

const writtenPolicy = object(
  'Retry policy',
  'When a request is tried again, at a host that has not been tried, if there is one. What a host cannot have acted upon is always tried again; what it may have, only where doing it twice is doing it once.',
  {
    retryOn: defaulted(
      either((value) => typeof value === 'boolean', boolean(), words),
      false,
      "`true`, as in MOSN: answers by their status, and tries that broke off or took too long. `false`: tries that broke off or took too long. Or Envoy's words, as a list or with commas between: `5xx`, `gateway-error`, `reset`, `reset-before-request`, `connect-failure`, `refused-stream`, `envoy-ratelimited`, `retriable-4xx`, `retriable-status-codes`, `retriable-headers`, and for gRPC `cancelled`, `deadline-exceeded`, `resource-exhausted`, `unavailable`, `internal`.",
    ),
    retryTimeout: defaulted(duration(), '0s', 'How long one try may take. `0s`: as long as the whole request.', {
      aliases: ['per_try_timeout'],
    }),
    numRetries: defaulted(
      integer(0, 1000),
      3,
      'How often a request is tried again at most. The default is the number that MOSN never goes below.',
    ),
    statusCodes: defaulted(
      list(integer(100, 599)),
      [],
      'The statuses that are retried. None: all from 500 on, or what the words of `retry_on` say.',
      { aliases: ['retriable_status_codes'] },
    ),
    retriableHeaders: defaulted(list(retriableHeader), [], 'For `retriable-headers`: headers of answers that are retried.'),
    idempotent: defaulted(
      boolean(),
      false,
      'Whether doing a request of this route twice is doing it once, whatever its method. Without it only methods of HTTP that are so by definition are, and no call of RPC is.',
    ),
    retryBackOff: optional(backOff, 'How long to wait before trying again. Absent: not at all.'),
    rateLimitedRetryBackOff: optional(rateLimitedBackOff, 'For answers that say when to come back.'),
  },
);

export const retryPolicy = converted(writtenPolicy, (policy, report) => {
  const { retryOn, statusCodes, retriableHeaders } = policy;
  if (typeof retryOn === 'boolean') return policy;
  const has = (needed: (typeof retryOn)[number]): boolean => retryOn.includes(needed);
  if (has('retriable-status-codes') && statusCodes.length === 0) {
    report.at('retry_on').warn('names `retriable-status-codes`, of which there are none', 'list them in `status_codes`');
  }
  if (has('retriable-headers') && retriableHeaders.length === 0) {
    report.at('retry_on').warn('names `retriable-headers`, of which there are none', 'list them in `retriable_headers`');
  }
  if (statusCodes.length > 0 && !has('retriable-status-codes')) {
    report.at('status_codes').warn('has no effect without the word `retriable-status-codes` in `retry_on`');
  }
  return policy;
});
