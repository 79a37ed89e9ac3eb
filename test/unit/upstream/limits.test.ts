import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_MAX_PENDING_REQUESTS, Limit, Limits } from '../../../src/upstream/limits.ts';

function taken(limit: Limit, most: number): number {
  let count = 0;
  while (count < most && limit.take()) count++;
  return count;
}

test('as many as the limit can be taken, and one more is refused and counted', () => {
  const limit = new Limit(3);
  assert.equal(taken(limit, 10), 3);
  assert.deepEqual([limit.current, limit.refused], [3, 1]);
  limit.release();
  assert.equal(limit.take(), true);
  assert.equal(limit.take(), false);
  assert.equal(limit.refused, 2);
});

test('0 is no limit', () => {
  assert.equal(taken(new Limit(0), 100_000), 100_000);
});

test('releasing what was not taken is a bug of ours', () => {
  assert.throws(() => new Limit(1).release());
});

test('without thresholds only waiting requests are limited', () => {
  const { connections, pending, requests, retries } = new Limits();
  for (const limit of [connections, requests, retries]) assert.equal(limit.max, Number.POSITIVE_INFINITY);
  assert.equal(taken(pending, DEFAULT_MAX_PENDING_REQUESTS + 1), DEFAULT_MAX_PENDING_REQUESTS);
});

test('each threshold limits its own', () => {
  const limits = new Limits({ maxConnections: 1, maxPendingRequests: 2, maxRequests: 3, maxRetries: 4 });
  assert.deepEqual([limits.connections.max, limits.pending.max, limits.requests.max, limits.retries.max], [1, 2, 3, 4]);
  assert.equal(new Limits({ maxPendingRequests: 0 }).pending.max, Number.POSITIVE_INFINITY);
});

test('a retry budget is a share of the requests under way, and never less than its minimum', () => {
  const { requests, retries } = new Limits({ maxRetries: 1, retryBudget: { percent: 20, minConcurrency: 3 } });
  assert.equal(taken(retries, 10), 3);
  assert.equal(taken(requests, 15), 15);
  assert.equal(retries.take(), false);
  assert.equal(taken(requests, 5), 5);
  assert.equal(retries.take(), true);
  assert.equal(retries.take(), false);
  requests.release();
  retries.release();
  assert.equal(retries.take(), true, 'a fifth of 19 lets one begin while 3 are under way');
  assert.equal(retries.take(), false);
});

test('a retry budget of nothing allows no retry', () => {
  const { requests, retries } = new Limits({ retryBudget: { percent: 0, minConcurrency: 0 } });
  assert.equal(taken(requests, 5), 5);
  assert.equal(retries.take(), false);
});
