import { regex } from '../base/regex.ts';
import type { RetryPolicy as RetryEntry } from '../config/index.ts';
import { type Backoff, ExponentialBackoff, RateLimitedBackoff } from '../proxy/backoff.ts';
import { type ResponseTest, type RetryWord, responseTest, retriesFaults } from '../proxy/retry-conditions.ts';
import type { RetryPolicy } from '../proxy/route.ts';

/** MOSN never goes below. Only what cannot have been acted on, or may be done twice, is tried again. */
const DEFAULT_RETRIES = 3;

/** Turns the retry policy of a route into one that the proxy follows. */
export function buildRetry(entry: RetryEntry | undefined, hedgeOnTimeout: boolean): RetryPolicy {
  if (entry === undefined) return { retries: DEFAULT_RETRIES, onFault: true };
  const { retryOn, numRetries, statusCodes, idempotent } = entry;
  const words = wordsOf(retryOn, statusCodes);
  return {
    retries: numRetries,
    onFault: typeof retryOn === 'boolean' || retriesFaults(words),
    onResponse: responseTest(words, statusCodes, entry.retriableHeaders.map(headerTest)),
    idempotent,
    hedgeOnTimeout,
    backoff: backoffOf(entry),
  };
}

/** MOSN's `true` goes by the status codes where there are any, and otherwise by 5xx. */
function wordsOf(retryOn: boolean | readonly RetryWord[], statusCodes: readonly number[]): ReadonlySet<RetryWord> {
  if (typeof retryOn !== 'boolean') return new Set(retryOn);
  if (!retryOn) return new Set();
  return new Set([statusCodes.length > 0 ? 'retriable-status-codes' : '5xx']);
}

function headerTest({ name, value, regex: isPattern }: RetryEntry['retriableHeaders'][number]): ResponseTest {
  if (value === '') return ({ fields }) => fields.has(name);
  if (!isPattern) return ({ fields }) => fields.get(name) === value;
  const pattern = regex(value);
  // The configuration has made sure that it compiles.
  return ({ fields }) => typeof pattern !== 'string' && pattern.test(fields.get(name) ?? '');
}

function backoffOf({ retryBackOff, rateLimitedRetryBackOff: limited }: RetryEntry): Backoff | undefined {
  const backoff = retryBackOff === undefined ? undefined : new ExponentialBackoff(retryBackOff.baseInterval, retryBackOff.maxInterval);
  if (limited === undefined) return backoff;
  const fields = limited.resetHeaders.map(({ name, format }) => ({
    name,
    format: format === 'SECONDS' ? ('seconds' as const) : ('unix-timestamp' as const),
  }));
  return new RateLimitedBackoff(fields, limited.maxInterval, backoff);
}
