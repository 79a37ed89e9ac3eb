import type { ResponseHead } from '../protocol/head.ts';

/** Envoy's words for what is tried again (`retry_on`). */
export const RETRY_WORDS = [
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
] as const;

export type RetryWord = (typeof RETRY_WORDS)[number];

/** What one response must be like to be thrown away for another. */
export type ResponseTest = (head: ResponseHead) => boolean;

/** Statuses of gRPC (https://grpc.io/docs/guides/status-codes), in a response that has nothing but a head. */
const GRPC_STATUS: Readonly<Partial<Record<RetryWord, string>>> = {
  cancelled: '1',
  'deadline-exceeded': '4',
  'resource-exhausted': '8',
  internal: '13',
  unavailable: '14',
};

/** What a set of words means for one response; undefined where it says nothing about responses. */
export function responseTest(
  words: ReadonlySet<RetryWord>,
  statusCodes: readonly number[],
  headerTests: readonly ResponseTest[],
): ResponseTest | undefined {
  const tests: ResponseTest[] = [];
  if (words.has('5xx')) tests.push(({ status }) => status >= 500);
  else if (words.has('gateway-error')) tests.push(({ status }) => status >= 502 && status <= 504);
  // Envoy's one: 409, after which a client may well succeed.
  if (words.has('retriable-4xx')) tests.push(({ status }) => status === 409);
  if (words.has('retriable-status-codes')) tests.push(({ status }) => statusCodes.includes(status));
  if (words.has('retriable-headers')) tests.push(...headerTests);
  if (words.has('envoy-ratelimited')) tests.push(({ fields }) => fields.has('x-envoy-ratelimited'));
  const grpc = new Set([...words].map((word) => GRPC_STATUS[word]).filter((status) => status !== undefined));
  if (grpc.size > 0) tests.push(({ fields }) => grpc.has(fields.get('grpc-status') ?? ''));
  const [only] = tests;
  return tests.length < 2 ? only : (head) => tests.some((test) => test(head));
}

/**
 * Whether an attempt that was broken off, or took too long, is tried again when the host may have acted upon the request. (What it has
 * certainly not acted upon, as after `connect-failure` or `refused-stream`, is tried again without any word.)
 */
export function retriesFaults(words: ReadonlySet<RetryWord>): boolean {
  return words.has('5xx') || words.has('gateway-error') || words.has('reset');
}
