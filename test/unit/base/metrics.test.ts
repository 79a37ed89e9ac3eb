import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HISTOGRAM_BOUNDS, Metrics } from '../../../src/base/metrics.ts';

test('the same name and labels are the same metric, in whatever order the labels come', () => {
  const metrics = new Metrics();
  const counter = metrics.counter('request_total', { listener: 'a', route: 'b' });
  counter.value++;
  assert.equal(metrics.counter('request_total', { route: 'b', listener: 'a' }).value, 1);
  assert.equal(metrics.counter('request_total', { listener: 'b', route: 'a' }).value, 0);
  assert.equal(metrics.counter('request_total').value, 0);
  metrics.gauge('request_active').value -= 2;
  assert.deepEqual(
    [...metrics].map(({ name, labels }) => [name, labels]),
    [
      ['request_total', { listener: 'a', route: 'b' }],
      ['request_total', { listener: 'b', route: 'a' }],
      ['request_total', {}],
      ['request_active', {}],
    ],
  );
});

test('names and labels that look alike when strung together are kept apart', () => {
  const metrics = new Metrics();
  metrics.counter('a', { b: 'c","d' }).value++;
  assert.equal(metrics.counter('a', { b: 'c', d: '' }).value, 0);
});

test('a name cannot be two kinds of metric', () => {
  const metrics = new Metrics();
  metrics.counter('x');
  assert.throws(() => metrics.gauge('x'), /metric x is a counter, not a gauge/);
});

test('what was deleted begins anew', () => {
  const metrics = new Metrics();
  metrics.counter('x', { host: 'a' }).value = 5;
  metrics.delete('x', { host: 'a' });
  assert.deepEqual([...metrics], []);
  assert.equal(metrics.counter('x', { host: 'a' }).value, 0);
});

test('a duration falls into the first bucket that it does not exceed', () => {
  const histogram = new Metrics().histogram('request_duration');
  const bucketOf = (milliseconds: number): number => {
    histogram.counts.fill(0);
    histogram.record(milliseconds);
    return histogram.counts.indexOf(1);
  };
  assert.equal(bucketOf(0), 0);
  HISTOGRAM_BOUNDS.forEach((bound, at) => {
    assert.equal(bucketOf(bound), at, `${bound} ms`);
    assert.equal(bucketOf(bound * 1.001), at + 1, `just over ${bound} ms`);
  });
  assert.equal(bucketOf(1e12), HISTOGRAM_BOUNDS.length);
  assert.equal(histogram.counts.length, HISTOGRAM_BOUNDS.length + 1);
});

test('a histogram sums up', () => {
  const histogram = new Metrics().histogram('request_duration');
  for (const milliseconds of [1, 2.5, 4]) histogram.record(milliseconds);
  assert.deepEqual([histogram.count, histogram.sum], [3, 7.5]);
});
