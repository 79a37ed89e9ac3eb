import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldList } from '../../../src/protocol/fields.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import { ExponentialBackoff, RateLimitedBackoff } from '../../../src/proxy/backoff.ts';

const response = (fields: Record<string, string>) => new LocalResponse(429, new FieldList(Object.entries(fields)));

test('the interval is 1, 3, 7, 15 times the base, and never more than the maximum', () => {
  const backoff = new ExponentialBackoff(10, 100, () => 1);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((retry) => backoff.delayMs(retry)),
    [10, 30, 70, 100, 100],
  );
  assert.equal(backoff.delayMs(5_000), 100, 'not even after more retries than a number can count');
});

test('the delay is any part of the interval', () => {
  const drawn = [0, 0.25, 0.5];
  const backoff = new ExponentialBackoff(10, 100, () => drawn.shift()!);
  assert.deepEqual([backoff.delayMs(2), backoff.delayMs(2), backoff.delayMs(2)], [0, 7.5, 15]);
});

test('a response that says how many seconds is waited for so long, and half as long again at most', () => {
  const fields = [{ name: 'retry-after', format: 'seconds' }] as const;
  const soonest = new RateLimitedBackoff(fields, 10_000, undefined, undefined, () => 0);
  assert.equal(soonest.delayMs(1, response({ 'retry-after': '2' })), 2_000);
  const latest = new RateLimitedBackoff(fields, 10_000, undefined, undefined, () => 1);
  assert.equal(latest.delayMs(1, response({ 'retry-after': '2' })), 3_000);
});

test('a response may name the second when to come back', () => {
  const fields = [{ name: 'x-ratelimit-reset', format: 'unix-timestamp' }] as const;
  const backoff = new RateLimitedBackoff(
    fields,
    10_000,
    undefined,
    () => 1_700_000_000_500,
    () => 0,
  );
  assert.equal(backoff.delayMs(1, response({ 'x-ratelimit-reset': '1700000005' })), 4_500);
  assert.equal(backoff.delayMs(1, response({ 'x-ratelimit-reset': '1700000000' })), 0, 'a time that is past asks for nothing');
});

test('a time past the maximum is not believed, nor one that is no number, and the next field or the other back-off says', () => {
  const fields = [
    { name: 'retry-after', format: 'seconds' },
    { name: 'x-retry', format: 'seconds' },
  ] as const;
  const backoff = new RateLimitedBackoff(fields, 5_000, new ExponentialBackoff(40, 400, () => 1), undefined, () => 0);
  assert.equal(backoff.delayMs(1, response({ 'retry-after': '5' })), 5_000);
  assert.equal(backoff.delayMs(1, response({ 'retry-after': '6' })), 40);
  assert.equal(backoff.delayMs(2, response({ 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' })), 120);
  assert.equal(backoff.delayMs(1, response({ 'retry-after': '6', 'x-retry': '1' })), 1_000);
  assert.equal(backoff.delayMs(3, undefined), 280);
  assert.equal(new RateLimitedBackoff(fields, 5_000, undefined).delayMs(1, response({})), 0);
});
