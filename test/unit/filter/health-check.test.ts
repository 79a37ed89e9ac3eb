import assert from 'node:assert/strict';
import { test } from 'node:test';
import healthCheck from '../../../src/filter/builtin/health-check/index.ts';
import { took } from '../proxy/scripted.ts';
import { filterStage } from './filter-stage.ts';

const question = { head: { path: '/healthz?deep=1' } };
const first = (journal: string[]) => took(journal)[0];

test('whoever asks is told that all is well, and others pass', () => {
  const { request } = filterStage(healthCheck, { endpoint: '/healthz' });
  assert.deepEqual(took(request(question).journal), ['client head 200 end']);
  assert.deepEqual(took(request().journal), ['a head GET / end']);
  assert.deepEqual(took(filterStage(healthCheck).request(question).journal), ['a head GET /healthz?deep=1 end']);
});

test('nobody needs a route for it', () => {
  const { request } = filterStage(healthCheck, { endpoint: '/healthz' });
  assert.deepEqual(took(request({ ...question, route: null }).journal), ['client head 200 end']);
});

test('a cluster with too few healthy hosts is not well', () => {
  const asked = (hosts: number, healthy: number) =>
    first(
      filterStage(
        healthCheck,
        { endpoint: '/healthz', cluster_min_healthy_percentages: { c: 50 } },
        { surroundings: { hostsOf: (name) => (name === 'c' ? { hosts, healthy } : undefined) } },
      ).request(question).journal,
    );
  assert.deepEqual([asked(4, 2), asked(4, 4), asked(1, 1)], Array(3).fill('client head 200 end'));
  assert.deepEqual([asked(4, 1), asked(3, 1), asked(0, 0)], Array(3).fill('client head 503 end'));
  const missing = filterStage(healthCheck, { endpoint: '/healthz', cluster_min_healthy_percentages: { other: 1 } });
  assert.equal(first(missing.request(question).journal), 'client head 503 end');
});

test("the upstream's answer is given to others for a while", () => {
  const { request, timers } = filterStage(healthCheck, { endpoint: '/healthz', passthrough: true, cache_time: '5s' });
  const asked = request(question);
  asked.upstream().answer(500, true);
  assert.deepEqual(took(asked.journal), ['a head GET /healthz?deep=1 end', 'client head 500 end']);
  timers.advance(4999);
  assert.deepEqual(took(request(question).journal), ['client head 500 end']);
  timers.advance(1);
  assert.equal(first(request(question).journal), 'a head GET /healthz?deep=1 end');
});

test('without a time the upstream is asked each time', () => {
  const { request } = filterStage(healthCheck, { endpoint: '/healthz', passthrough: true });
  request(question).upstream().answer(200, true);
  assert.equal(first(request(question).journal), 'a head GET /healthz?deep=1 end');
});
