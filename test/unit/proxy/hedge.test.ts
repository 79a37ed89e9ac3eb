import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOLD } from '../../../src/filter/filter.ts';
import type { ResponseHead } from '../../../src/protocol/head.ts';
import { faultOf, type Scene, type SceneOptions, scene, took } from './scripted.ts';

const retry = { retries: 3, onFault: true, onResponse: ({ status }: ResponseHead) => status >= 500, hedgeOnTimeout: true };
const timeout = { wholeMs: 1_000, covers: 'response', tryMs: 100, idleMs: 0, maxMs: 0 } as const;

function hedged(options: SceneOptions = {}): Scene {
  return scene({ hosts: ['a', 'b', 'c'], ...options, route: { retry, timeout, ...options.route } });
}

/** Nothing is left of it anywhere. */
function assertOver({ cluster, timers }: Scene): void {
  assert.deepEqual([cluster.limits.requests.current, cluster.limits.retries.current, cluster.counts.requestActive], [0, 0, 0]);
  assert.equal(timers.scheduled, 0);
}

test('an attempt that takes too long goes on while another host is asked, and the first answer wins', () => {
  const stage = hedged();
  const { journal, timers, exchange, upstream } = stage;
  timers.advance(99);
  assert.deepEqual(took(journal), ['a head GET / end']);
  timers.advance(1);
  assert.deepEqual(took(journal), ['b head GET / end']);
  upstream('a').answer(200, false);
  upstream('a').handler.onData(Buffer.from('from a'), true);
  assert.deepEqual(took(journal), ['b reset cancelled', 'client head 200', 'client data "from a" end']);
  assert.deepEqual([exchange.host?.address, exchange.attempt], ['a', 2]);
  assertOver(stage);
});

test('when the later one is first, the earlier is reset', () => {
  const stage = hedged();
  const { journal, timers, exchange, upstream } = stage;
  timers.advance(100);
  upstream('b').answer(200, true);
  assert.deepEqual(took(journal).slice(2), ['a reset cancelled', 'client head 200 end']);
  assert.equal(exchange.host?.address, 'b');
  upstream('a').answer(200, true);
  assert.deepEqual(took(journal), []);
  assertOver(stage);
});

test('each attempt has its time, and as many are made as retries are allowed', () => {
  const stage = hedged({ hosts: ['a', 'b', 'c', 'd', 'e'] });
  const { journal, timers, upstream } = stage;
  timers.advance(500);
  assert.deepEqual(took(journal), ['a head GET / end', 'b head GET / end', 'c head GET / end', 'd head GET / end']);
  upstream('c').answer(200, true);
  const [end, ...resets] = took(journal).toReversed();
  assert.deepEqual(resets.toSorted(), ['a reset cancelled', 'b reset cancelled', 'd reset cancelled']);
  assert.equal(end, 'client head 200 end');
  assertOver(stage);
});

test('a bad answer is dropped while another attempt may be answered better', () => {
  const stage = hedged();
  const { journal, timers, upstream } = stage;
  timers.advance(100);
  upstream('a').answer(503, true);
  assert.deepEqual(took(journal).slice(2), ['a reset cancelled']);
  upstream('b').answer(200, true);
  assert.deepEqual(took(journal), ['client head 200 end']);
  assertOver(stage);
});

test('a bad answer to the later attempt is tried again, and the earlier goes on', () => {
  const stage = hedged();
  const { journal, timers, upstream } = stage;
  timers.advance(100);
  upstream('b').answer(503, true);
  assert.deepEqual(took(journal).slice(2), ['b reset cancelled', 'c head GET / end']);
  upstream('a').answer(200, true);
  assert.deepEqual(took(journal), ['c reset cancelled', 'client head 200 end']);
  assertOver(stage);
});

test('when no retry is left, the earlier attempt is waited for', () => {
  const stage = hedged({ route: { retry: { ...retry, retries: 1 } } });
  const { journal, timers, upstream } = stage;
  timers.advance(100);
  upstream('b').handler.onReset(faultOf('reset'));
  assert.deepEqual(took(journal).slice(2), []);
  upstream('a').answer(200, true);
  assert.deepEqual(took(journal), ['client head 200 end']);
  assertOver(stage);
});

test('when no retry is left and the earlier attempt fails too, that is the end', () => {
  const stage = hedged({ route: { retry: { ...retry, retries: 1 } } });
  const { journal, timers, exchange, upstream } = stage;
  timers.advance(100);
  upstream('b').answer(500, true);
  upstream('a').handler.onReset(faultOf('closed'));
  assert.deepEqual(took(journal).slice(2), ['b reset cancelled', 'client reply failed: closed']);
  assert.deepEqual(exchange.flags, ['URX', 'UC']);
  assertOver(stage);
});

test('the last bad answer is passed on', () => {
  const stage = hedged({ route: { retry: { ...retry, retries: 1 } } });
  const { journal, timers, upstream } = stage;
  timers.advance(100);
  upstream('b').handler.onReset(faultOf('reset'));
  upstream('a').answer(503, true);
  assert.deepEqual(took(journal).slice(2), ['client head 503 end']);
  assertOver(stage);
});

test('an attempt for which no other is allowed goes on alone', () => {
  const stage = hedged({ route: { retry: { ...retry, retries: 0 } } });
  const { journal, timers, upstream } = stage;
  timers.advance(500);
  upstream('a').answer(200, true);
  assert.deepEqual(took(journal), ['a head GET / end', 'client head 200 end']);
  assertOver(stage);
});

test('what must not be done twice is not hedged', () => {
  const { journal, timers } = hedged({ method: 'POST' });
  timers.advance(100);
  assert.deepEqual(took(journal).slice(1), ['a reset timeout', 'client reply timeout: no response head within the time for one attempt']);
});

test('the time of the route ends all of them', () => {
  const stage = hedged({ route: { retry: { ...retry, retries: 2 } } });
  const { journal, timers } = stage;
  timers.advance(1_000);
  const [end, ...resets] = took(journal).slice(3).toReversed();
  assert.deepEqual(resets.toSorted(), ['a reset timeout', 'b reset timeout', 'c reset timeout']);
  assert.equal(end, 'client reply timeout: no response within 1000 ms');
  assertOver(stage);
});

test('a client that leaves ends all of them', () => {
  const stage = hedged();
  const { journal, timers, exchange } = stage;
  timers.advance(100);
  exchange.onReset(faultOf('closed', 'maybe', 'downstream'));
  assert.deepEqual(took(journal).slice(2).toSorted(), ['a reset cancelled', 'b reset cancelled']);
  assertOver(stage);
});

test('the answer comes while the later attempt still waits for a connection', () => {
  const stage = hedged({ prepare: ({ pool }) => pool('b').next.push('wait') });
  const { journal, timers, upstream } = stage;
  timers.advance(100);
  upstream('a').answer(200, true);
  assert.deepEqual(took(journal).slice(1), ['b cancel', 'client head 200 end']);
  assertOver(stage);
});

test('a filter that holds the later attempt is not waited for, and may resume when all is over', () => {
  const holding = { name: 'holding', onUpstream: ({ attempt }: { attempt: number }) => (attempt === 2 ? HOLD : undefined) };
  const stage = hedged({ filters: [holding] });
  const { journal, timers, exchange, upstream } = stage;
  timers.advance(100);
  upstream('a').answer(200, false);
  exchange.resume();
  upstream('a').handler.onData(Buffer.from('x'), true);
  assert.deepEqual(took(journal), ['a head GET / end', 'client head 200', 'client data "x" end']);
  assertOver(stage);
});

test('the body is sent to the other host too', () => {
  const { journal, timers, exchange } = hedged({ method: 'PUT', end: false });
  exchange.onData(Buffer.from('abc'), true);
  took(journal);
  timers.advance(100);
  assert.deepEqual(took(journal), ['b head PUT /', 'b data "abc" end']);
});
