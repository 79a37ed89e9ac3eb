import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TokenBucket } from '../../../src/filter/token-bucket.ts';

test('a bucket is full at first, and tokens come back evenly', () => {
  const bucket = new TokenBucket({ maxTokens: 3, tokensPerFill: 2, fillInterval: 1000 }, 5_000);
  for (let left = 3; left > 0; left--) {
    assert.equal(bucket.left(5_000), left);
    bucket.take();
  }
  assert.equal(bucket.left(5_000), 0);
  assert.equal(bucket.wait(5_000), 500);
  assert.equal(bucket.left(5_499), 0);
  assert.equal(bucket.left(5_500), 1);
  assert.equal(bucket.wait(5_500), 0);
  assert.equal(bucket.left(60_000), 3);
});

test('in no interval more is taken than the bucket holds and what comes back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }),
      (maxTokens, tokensPerFill, gaps) => {
        const bucket = new TokenBucket({ maxTokens, tokensPerFill, fillInterval: 1000 }, 0);
        const taken: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          if (bucket.left(now) < 1) continue;
          bucket.take();
          taken.push(now);
        }
        for (const [first, from] of taken.entries()) {
          for (const [last, to] of taken.entries()) {
            if (last < first) continue;
            assert.ok(last - first + 1 <= maxTokens + ((to - from) * tokensPerFill) / 1000 + 1e-6);
          }
        }
      },
    ),
  );
});
