import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TokenBucket } from '../../../src/base/token-bucket.ts';

const SETTINGS = { maxTokens: 3, tokensPerFill: 2, fillIntervalMs: 100 };

/** How many can be taken now. */
function drain(bucket: TokenBucket, now: number): number {
  let taken = 0;
  while (bucket.take(now)) taken++;
  return taken;
}

test('it begins full, and has no more than that after any time', () => {
  const bucket = new TokenBucket(SETTINGS, 1000);
  assert.equal(drain(bucket, 1000), 3);
  assert.equal(drain(bucket, 1_000_000), 3);
});

test('tokens come back at the end of each interval, and not before', () => {
  const bucket = new TokenBucket(SETTINGS, 0);
  drain(bucket, 0);
  assert.equal(drain(bucket, 99.9), 0);
  assert.equal(drain(bucket, 100), 2);
  assert.equal(drain(bucket, 199), 0);
  assert.equal(drain(bucket, 250), 2);
  assert.equal(drain(bucket, 300), 2);
});

test('however it is asked, it never gives more than its brim and what has come back since', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { maxLength: 200 }), (steps) => {
      const bucket = new TokenBucket(SETTINGS, 0);
      let now = 0;
      let taken = 0;
      for (const step of steps) {
        now += step;
        if (bucket.take(now)) taken++;
        assert.ok(taken <= SETTINGS.maxTokens + Math.floor(now / SETTINGS.fillIntervalMs) * SETTINGS.tokensPerFill);
      }
    }),
  );
});
