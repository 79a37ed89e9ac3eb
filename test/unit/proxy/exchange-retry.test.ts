import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResponseHead } from '../../../src/protocol/head.ts';
import { faultOf, scene, took } from './scripted.ts';

const two = ['a', 'b'] as const;

test('a host that cannot be reached is passed over, whatever the method', () => {
  const { journal, exchange, upstream } = scene({
    hosts: two,
    method: 'POST',
    prepare: ({ pool }) => pool('a').next.push(faultOf('connect-failed', 'no')),
  });
  upstream('b').answer(200, true);
  assert.deepEqual(took(journal), ['b head POST / end', 'client head 200 end']);
  assert.equal(exchange.attempt, 2);
});

test('the same request is given whole to the next host', () => {
  const { journal, exchange, upstream } = scene({ hosts: two, method: 'POST', end: false });
  exchange.onData(Buffer.from('ab'), false);
  exchange.onData(Buffer.from('cd'), true);
  upstream('a').handler.onReset(faultOf('refused', 'no'));
  assert.deepEqual(took(journal).slice(3), ['b head POST /', 'b data "ab"', 'b data "cd" end']);
});

test('a body that is larger than what is kept is not sent twice', () => {
  const { journal, exchange, upstream } = scene({ hosts: two, method: 'PUT', end: false, requestBufferBytes: 4 });
  exchange.onData(Buffer.from('abcd'), false);
  exchange.onData(Buffer.from('e'), true);
  upstream('a').handler.onReset(faultOf('refused', 'no'));
  assert.deepEqual(took(journal).slice(3), ['client reply unavailable: refused']);
});

test('a connection that died with nothing answered is tried again at the same host, for what may be done twice', () => {
  const { journal, upstream } = scene({ method: 'GET' });
  upstream().handler.onReset(faultOf('closed'));
  upstream().answer(200, true);
  assert.deepEqual(took(journal), ['a head GET / end', 'a head GET / end', 'client head 200 end']);
});

test('what may have been done is never done twice', () => {
  const { journal, exchange, upstream } = scene({ hosts: two, method: 'POST' });
  upstream('a').handler.onReset(faultOf('closed'));
  assert.deepEqual(took(journal), ['a head POST / end', 'client reply failed: closed']);
  assert.deepEqual(exchange.flags, ['UC']);
});

test('a host that cannot be reached is not asked again when there is no other', () => {
  const { journal, exchange } = scene({ prepare: ({ pool }) => pool('a').next.push(faultOf('connect-failed', 'no')) });
  assert.deepEqual(took(journal), ['client reply failed: connect-failed']);
  assert.deepEqual(exchange.flags, ['UF']);
});

test('attempts end at the limit of the route', () => {
  const { journal, exchange, upstream } = scene({ hosts: ['a', 'b', 'c', 'd'] });
  for (const host of ['a', 'b', 'c']) upstream(host).handler.onReset(faultOf('refused', 'no'));
  assert.deepEqual(took(journal), ['a head GET / end', 'b head GET / end', 'c head GET / end', 'client reply unavailable: refused']);
  assert.deepEqual(exchange.flags, ['URX', 'UR']);
});

test('attempts end at the limit of the cluster', () => {
  const { journal, cluster, upstream } = scene({
    hosts: two,
    thresholds: { maxRetries: 1 },
    prepare: ({ cluster }) => assert.equal(cluster.limits.retries.take(), true),
  });
  upstream('a').handler.onReset(faultOf('refused', 'no'));
  assert.deepEqual([cluster.counts.requestRetry, cluster.counts.requestRetryOverflow], [0, 1]);
  assert.deepEqual(took(journal).slice(1), ['client reply unavailable: refused']);
});

test('an answer of 500 is passed on unless the route wants another', () => {
  const { journal, upstream } = scene({ hosts: two });
  upstream('a').answer(503, true);
  assert.deepEqual(took(journal).slice(1), ['client head 503 end']);
});

test('a route may ask for another host after an answer of 500, for what may be done twice', () => {
  const retry = { retries: 1, onFault: true, onResponse: ({ status }: ResponseHead) => status >= 500 };
  const safe = scene({ hosts: two, route: { retry } });
  safe.upstream('a').answer(503, true);
  safe.upstream('b').answer(500, true);
  assert.deepEqual(took(safe.journal).slice(1), ['a reset cancelled', 'b head GET / end', 'client head 500 end']);
  assert.equal(safe.cluster.limits.retries.current, 0);
  const unsafe = scene({ hosts: two, method: 'POST', route: { retry } });
  unsafe.upstream('a').answer(503, true);
  assert.deepEqual(took(unsafe.journal).slice(1), ['client head 503 end']);
});

test('a queue that is full is told, and not tried again', () => {
  const { journal, exchange } = scene({ hosts: two, prepare: ({ pool }) => pool('a').next.push(faultOf('overflow', 'no', 'local')) });
  assert.deepEqual(took(journal), ['client reply overloaded: overflow']);
  assert.deepEqual(exchange.flags, ['UO']);
});

test('a route may say that doing it twice is doing it once, whatever the method', () => {
  const retry = { retries: 1, onFault: true, idempotent: true };
  const { journal, upstream } = scene({ hosts: two, method: 'POST', route: { retry } });
  upstream('a').handler.onReset(faultOf('closed'));
  upstream('b').answer(200, true);
  assert.deepEqual(took(journal), ['a head POST / end', 'b head POST / end', 'client head 200 end']);
});

test('a route that does not retry what broke off still retries what cannot have been done', () => {
  const retry = { retries: 2, onFault: false };
  const { journal, upstream } = scene({ hosts: ['a', 'b', 'c'], route: { retry } });
  upstream('a').handler.onReset(faultOf('refused', 'no'));
  upstream('b').handler.onReset(faultOf('closed'));
  assert.deepEqual(took(journal), ['a head GET / end', 'b head GET / end', 'client reply failed: closed']);
});

test('with a back-off the next attempt waits for its time', () => {
  const asked: number[] = [];
  const backoff = {
    delayMs: (retry: number) => {
      asked.push(retry);
      return 30;
    },
  };
  const { journal, timers, upstream } = scene({ hosts: ['a', 'b', 'c'], route: { retry: { retries: 2, onFault: true, backoff } } });
  upstream('a').handler.onReset(faultOf('closed'));
  timers.advance(29);
  assert.deepEqual(took(journal), ['a head GET / end']);
  timers.advance(1);
  assert.deepEqual(took(journal), ['b head GET / end']);
  upstream('b').handler.onReset(faultOf('closed'));
  timers.advance(30);
  upstream('c').answer(200, true);
  assert.deepEqual(took(journal), ['c head GET / end', 'client head 200 end']);
  assert.deepEqual(asked, [1, 2]);
  assert.equal(timers.scheduled, 0);
});

test('a client that leaves meanwhile ends the wait for the next attempt', () => {
  const retry = { retries: 2, onFault: true, backoff: { delayMs: () => 30 } };
  const { journal, timers, cluster, exchange, upstream } = scene({ hosts: two, route: { retry } });
  upstream('a').handler.onReset(faultOf('closed'));
  exchange.onReset(faultOf('closed', 'maybe', 'downstream'));
  timers.advance(100);
  assert.deepEqual(took(journal), ['a head GET / end']);
  assert.equal(timers.scheduled, 0);
  assert.deepEqual([cluster.limits.requests.current, cluster.limits.retries.current], [0, 0]);
});

test('the time of the route goes on while the next attempt waits', () => {
  const retry = { retries: 2, onFault: true, backoff: { delayMs: () => 1_000 } };
  const timeout = { wholeMs: 500, covers: 'response', tryMs: 0, idleMs: 0, maxMs: 0 } as const;
  const { journal, timers, upstream } = scene({ hosts: two, route: { retry, timeout } });
  upstream('a').handler.onReset(faultOf('closed'));
  timers.advance(500);
  assert.deepEqual(took(journal).slice(1), ['client reply timeout: no response within 500 ms']);
  assert.equal(timers.scheduled, 0);
});

test('what the client sends meanwhile goes to the next host', () => {
  const retry = { retries: 2, onFault: true, backoff: { delayMs: () => 30 } };
  const { journal, timers, exchange, upstream } = scene({ hosts: two, method: 'PUT', end: false, route: { retry } });
  exchange.onData(Buffer.from('ab'), false);
  upstream('a').handler.onReset(faultOf('closed'));
  exchange.onData(Buffer.from('cd'), true);
  took(journal);
  timers.advance(30);
  assert.deepEqual(took(journal), ['b head PUT /', 'b data "ab"', 'b data "cd" end']);
});

test('an answer may be tried again at the same host when there is no other', () => {
  const retry = { retries: 1, onFault: true, onResponse: ({ status }: ResponseHead) => status >= 500 };
  const { journal, upstream } = scene({ route: { retry } });
  upstream('a').answer(503, true);
  upstream('a').answer(200, true);
  assert.deepEqual(took(journal), ['a head GET / end', 'a reset cancelled', 'a head GET / end', 'client head 200 end']);
});

test('a fault that another attempt has made good for is none', () => {
  const { exchange, upstream } = scene({ hosts: two });
  upstream('a').handler.onReset(faultOf('refused', 'no'));
  assert.equal(exchange.fault?.code, 'refused');
  upstream('b').answer(200, true);
  assert.equal(exchange.fault, undefined);
});

test('a host that answers badly is asked again when the only other one cannot be reached', () => {
  const retry = { retries: 2, onFault: true, onResponse: ({ status }: ResponseHead) => status >= 500 };
  const { journal, upstream } = scene({
    hosts: two,
    route: { retry },
    prepare: ({ pool }) => pool('a').next.push(faultOf('connect-failed', 'no')),
  });
  upstream('b').answer(503, true);
  assert.equal(took(journal).at(-1), 'a head GET / end', 'which may be back by now');
});
