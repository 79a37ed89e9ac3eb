import assert from 'node:assert/strict';
import { test } from 'node:test';
import fault from '../../../src/filter/builtin/fault/index.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import { faultOf, took } from '../proxy/scripted.ts';
import { filterStage, problemsOf, rerouting } from './filter-stage.ts';

const PASSED = ['a head GET / end'];
const ABORTED = ['client head 503', 'client data "fault injected" end'];

test('with nothing to inject a request passes', () => {
  assert.deepEqual(took(filterStage(fault).request().journal), PASSED);
});

test('a request is answered with the status of the abort, and is flagged', () => {
  const { journal, exchange } = filterStage(fault, { abort: { status: 503, percentage: 100 } }).request();
  assert.deepEqual(took(journal), ABORTED);
  assert.deepEqual(exchange.flags, ['FI']);
});

test('as many of a hundred are aborted as the percentage says, and not one more', () => {
  const { request, draws } = filterStage(fault, { abort: { status: 503, percentage: 30 } });
  draws.push(0, 0.2999, 0.3, 0.9999);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => took(request().journal)),
    [ABORTED, ABORTED, PASSED, PASSED],
  );
  const never = filterStage(fault, { abort: { status: 503, percentage: 0 } });
  assert.deepEqual(took(never.request().journal), PASSED);
});

test('a request is held back for the delay, and not a moment less', () => {
  const { request, timers } = filterStage(fault, { delay: { fixed_delay: '200ms', percentage: 100 } });
  const { journal, exchange } = request();
  timers.advance(199);
  assert.deepEqual(took(journal), []);
  timers.advance(1);
  assert.deepEqual(took(journal), PASSED);
  assert.deepEqual(exchange.flags, ['DI']);
});

test('a request that is routed anew is not held back again', () => {
  const { request, timers, filter } = filterStage(fault, { delay: { fixed_delay: '1s', percentage: 100 } });
  const { journal } = request({ filters: [filter, rerouting()] });
  timers.advance(1000);
  assert.deepEqual(took(journal), PASSED);
});

test('a request may be held back and then aborted', () => {
  const { request, timers } = filterStage(fault, {
    delay: { fixed_delay: '1s', percentage: 100 },
    abort: { status: 503, percentage: 100 },
  });
  const { journal, exchange } = request();
  assert.deepEqual(took(journal), []);
  timers.advance(1000);
  assert.deepEqual(took(journal), ABORTED);
  assert.deepEqual(exchange.flags, ['DI', 'FI']);
});

test('nothing is left of a request that is held back when its client leaves', () => {
  const { request, timers } = filterStage(fault, { delay: { fixed_delay: '1s', percentage: 100 } });
  const { journal, exchange } = request();
  exchange.onReset(faultOf('closed', 'maybe', 'downstream'));
  assert.equal(timers.scheduled, 0);
  timers.advance(1000);
  assert.deepEqual(took(journal), []);
});

test('only requests with all of the headers are concerned', () => {
  const { request } = filterStage(fault, {
    abort: { status: 503, percentage: 100 },
    headers: [
      { name: 'User', value: 'tester' },
      { name: 'trace', value: '^a+$', regex: true },
    ],
  });
  assert.deepEqual(took(request({ fields: { user: 'tester', trace: 'aa' } }).journal), ABORTED);
  assert.deepEqual(took(request({ fields: { user: 'tester', trace: 'b' } }).journal), PASSED);
  assert.deepEqual(took(request({ fields: { trace: 'aa' } }).journal), PASSED);
});

test('only requests to the cluster are concerned', () => {
  const { request } = filterStage(fault, { abort: { status: 503, percentage: 100 }, upstream_cluster: 'cluster' });
  assert.deepEqual(took(request().journal), ABORTED);
  const other = filterStage(fault, { abort: { status: 503, percentage: 100 }, upstream_cluster: 'other' });
  assert.deepEqual(took(other.request().journal), PASSED);
});

test('a route that answers by itself has no cluster', () => {
  const { request } = filterStage(fault, { abort: { status: 503, percentage: 100 }, upstream_cluster: 'cluster' });
  const answer = () => ({ head: new LocalResponse(204), body: Buffer.alloc(0) });
  assert.deepEqual(took(request({ route: { answer } }).journal), ['client head 204 end']);
});

test('what a route says takes the place of all that the filter says', () => {
  const { request } = filterStage(fault, { abort: { status: 503, percentage: 100 } }, { ofRoute: {} });
  assert.deepEqual(took(request().journal), PASSED);
  const other = filterStage(fault, {}, { ofRoute: { abort: { status: 503, percentage: 100 } } });
  assert.deepEqual(took(other.request().journal), ABORTED);
});

test('settings that cannot be meant are refused', () => {
  assert.deepEqual(problemsOf(fault.settings, { abort: { percentage: 101, status: 600 }, delay: { percentage: 1 } }), [
    'error: delay.fixed_delay: is missing',
    'error: abort.percentage: must be an integer from 0 to 100, but is the number 101',
    'error: abort.status: must be an integer from 200 to 599, but is the number 600',
  ]);
  assert.match(
    problemsOf(fault.settings, { headers: [{ name: 'a', value: '(', regex: true }] })[0]!,
    /^error: headers\[0\]\.value: must be/,
  );
});
