import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldList } from '../../../src/protocol/fields.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import { RETRY_WORDS, type RetryWord, responseTest, retriesFaults } from '../../../src/proxy/retry-conditions.ts';

const STATUSES = [200, 302, 400, 409, 429, 499, 500, 501, 502, 503, 504, 505, 599];

function retried(words: readonly RetryWord[], codes: readonly number[] = []): readonly number[] {
  const test = responseTest(new Set(words), codes, []);
  return STATUSES.filter((status) => test?.(new LocalResponse(status)));
}

const withField = (name: string, value: string) => new LocalResponse(200, new FieldList([[name, value]]));

test('5xx are all statuses from 500 on', () => {
  assert.deepEqual(retried(['5xx']), [500, 501, 502, 503, 504, 505, 599]);
});

test('a gateway-error is 502, 503 or 504', () => {
  assert.deepEqual(retried(['gateway-error']), [502, 503, 504]);
  assert.deepEqual(retried(['gateway-error', '5xx']), retried(['5xx']));
});

test('retriable-4xx is 409 alone', () => {
  assert.deepEqual(retried(['retriable-4xx']), [409]);
});

test('retriable-status-codes are those that are listed, and without the word the list says nothing', () => {
  assert.deepEqual(retried(['retriable-status-codes'], [200, 429]), [200, 429]);
  assert.deepEqual(retried(['retriable-4xx'], [200, 429]), [409]);
});

test('words add up', () => {
  assert.deepEqual(retried(['retriable-4xx', 'gateway-error', 'retriable-status-codes'], [400]), [400, 409, 502, 503, 504]);
});

test('statuses of gRPC are looked for in the head', () => {
  const numbers: Partial<Record<RetryWord, string>> = {
    cancelled: '1',
    'deadline-exceeded': '4',
    'resource-exhausted': '8',
    internal: '13',
    unavailable: '14',
  };
  for (const [word, number] of Object.entries(numbers)) {
    const test = responseTest(new Set([word as RetryWord]), [], []);
    for (let status = 0; status <= 16; status++) {
      assert.equal(test?.(withField('grpc-status', String(status))), String(status) === number, `${word} ${status}`);
    }
    assert.equal(test?.(new LocalResponse(200)), false);
  }
  const both = responseTest(new Set(['unavailable', 'cancelled']), [], []);
  assert.deepEqual(
    ['1', '14', '13'].map((status) => both?.(withField('grpc-status', status))),
    [true, true, false],
  );
});

test('retriable-headers and envoy-ratelimited go by fields', () => {
  const headers = responseTest(new Set(['retriable-headers']), [], [({ fields }) => fields.get('busy') === 'yes']);
  assert.deepEqual([headers?.(withField('busy', 'yes')), headers?.(withField('busy', 'no'))], [true, false]);
  const limited = responseTest(new Set(['envoy-ratelimited']), [], []);
  assert.deepEqual([limited?.(withField('x-envoy-ratelimited', 'true')), limited?.(new LocalResponse(429))], [true, false]);
});

test('words that are about connections say nothing about responses, so that none is looked at', () => {
  assert.equal(responseTest(new Set(['reset', 'connect-failure', 'refused-stream', 'reset-before-request']), [200], []), undefined);
});

test('what broke off is retried by reset, and by words for the answers that would stand for it', () => {
  const those = RETRY_WORDS.filter((word) => retriesFaults(new Set([word])));
  assert.deepEqual(those, ['5xx', 'gateway-error', 'reset']);
});
