import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOf, scene, took } from './scripted.ts';

const timeout = (wholeMs: number, covers: 'head' | 'response', tryMs = 0, idleMs = 0, maxMs = 0) => ({
  timeout: { wholeMs, covers, tryMs, idleMs, maxMs },
});

test('no response head within the time of the route is answered with a timeout', () => {
  const { journal, timers, exchange } = scene({ route: timeout(1000, 'head') });
  timers.advance(999);
  assert.deepEqual(took(journal), ['a head GET / end']);
  timers.advance(1);
  assert.deepEqual(took(journal), ['a reset timeout', 'client reply timeout: no response within 1000 ms']);
  assert.deepEqual(exchange.flags, ['UT']);
});

test('a time that somebody configured covers the whole response', () => {
  const { journal, timers, upstream } = scene({ route: timeout(1000, 'response') });
  upstream().answer(200, false);
  timers.advance(1000);
  assert.deepEqual(took(journal).slice(2), ['a reset timeout', 'client reset timeout']);
});

test('the default time does not cut a long answer', () => {
  const { journal, timers, upstream } = scene({ route: timeout(1000, 'head') });
  upstream().answer(200, false);
  timers.advance(3_600_000);
  upstream().handler.onData(Buffer.from('late'), true);
  assert.deepEqual(took(journal).slice(2), ['client data "late" end']);
});

test('no time means none', () => {
  const { journal, timers, upstream } = scene({ route: timeout(0, 'response') });
  timers.advance(24 * 3_600_000);
  upstream().answer(204, true);
  assert.deepEqual(took(journal), ['a head GET / end', 'client head 204 end']);
});

test('the time of the route begins when the request is complete', () => {
  const { journal, timers, exchange } = scene({ method: 'POST', end: false, route: timeout(1000, 'head') });
  timers.advance(5000);
  exchange.onData(Buffer.from('x'), true);
  timers.advance(999);
  assert.equal(took(journal).length, 2);
  timers.advance(1);
  assert.deepEqual(took(journal), ['a reset timeout', 'client reply timeout: no response within 1000 ms']);
});

test('an attempt that takes too long is followed by one at another host, where that is safe', () => {
  const { journal, timers, upstream } = scene({ hosts: ['a', 'b'], route: timeout(1000, 'head', 100) });
  timers.advance(100);
  upstream('b').answer(200, true);
  assert.deepEqual(took(journal), ['a head GET / end', 'a reset timeout', 'b head GET / end', 'client head 200 end']);
});

test('an attempt that takes too long is final for a request that must not be done twice', () => {
  const { journal, timers } = scene({ hosts: ['a', 'b'], method: 'POST', route: timeout(1000, 'head', 100) });
  timers.advance(100);
  assert.deepEqual(took(journal).slice(1), ['a reset timeout', 'client reply timeout: no response head within the time for one attempt']);
});

test('a client that has sent all of its request is not waited for, however late its body is taken', () => {
  const { journal, timers, exchange } = scene({ method: 'POST', end: false, whole: true });
  timers.advance(120_000);
  exchange.onData(Buffer.from('x'), true);
  assert.deepEqual(took(journal), ['a head POST /', 'a data "x" end']);
});

test('a client that stops sending its body is answered 408', () => {
  const { journal, timers, exchange } = scene({ method: 'POST', end: false });
  timers.advance(59_999);
  exchange.onData(Buffer.from('x'), false);
  timers.advance(59_999);
  assert.deepEqual(took(journal), ['a head POST /', 'a data "x"']);
  timers.advance(1);
  assert.deepEqual(took(journal), ['a reset cancelled', 'client head 408 end']);
  assert.deepEqual(exchange.flags, ['DT']);
});

test('a client is not hurried while it is we who do not want more of its body', () => {
  const { journal, timers, exchange, upstream } = scene({ method: 'POST', end: false });
  upstream().writable = false;
  exchange.onData(Buffer.from('x'), false);
  timers.advance(3_600_000);
  assert.deepEqual(took(journal), ['a head POST /', 'a data "x"', 'client pause']);
});

test('a client that does not read its response is given up', () => {
  const { journal, timers, client, upstream } = scene();
  upstream().answer(200, false);
  client.writable = false;
  upstream().handler.onData(Buffer.from('x'), false);
  timers.advance(60_000);
  assert.deepEqual(took(journal).slice(3), ['a pause', 'client reset timeout', 'a reset cancelled']);
});

test('a tunnel that carries nothing either way is given up after its idle time', () => {
  const { journal, timers, upstream, exchange } = scene({ upgrade: 'any', end: false, route: timeout(1000, 'head', 0, 5000) });
  upstream().answer(200, false, true);
  timers.advance(4000);
  exchange.onData(Buffer.from('x'), false);
  timers.advance(4999);
  assert.equal(took(journal).length, 3);
  timers.advance(1);
  assert.deepEqual(took(journal), ['a reset timeout', 'client reset timeout']);
});

test('a caller that waits for less than the route does is answered when its own time is over', () => {
  const { journal, timers, exchange } = scene({ timeoutMs: 300, route: timeout(1000, 'head') });
  timers.advance(299);
  assert.deepEqual(took(journal), ['a head GET / end']);
  timers.advance(1);
  assert.deepEqual(took(journal), ['a reset timeout', 'client reply timeout: no response within the 300 ms of the caller']);
  assert.deepEqual(exchange.flags, ['UT']);
});

test('a caller that waits for longer than the route does is answered when the time of the route is over', () => {
  const { journal, timers } = scene({ timeoutMs: 5000, route: timeout(1000, 'head') });
  timers.advance(1000);
  assert.deepEqual(took(journal).slice(1), ['a reset timeout', 'client reply timeout: no response within 1000 ms']);
});

test('the time of the caller holds where the route sets none', () => {
  const { journal, timers } = scene({ timeoutMs: 300, route: timeout(0, 'response') });
  timers.advance(300);
  assert.deepEqual(took(journal).slice(1), ['a reset timeout', 'client reply timeout: no response within the 300 ms of the caller']);
});

test('the time of the caller begins when it asks, and not when its request is complete', () => {
  const { journal, timers, exchange } = scene({ method: 'POST', end: false, timeoutMs: 300, route: timeout(1000, 'head') });
  timers.advance(200);
  exchange.onData(Buffer.from('x'), true);
  timers.advance(99);
  assert.equal(took(journal).length, 2);
  timers.advance(1);
  assert.deepEqual(took(journal), ['a reset timeout', 'client reply timeout: no response within the 300 ms of the caller']);
});

test('a request that never ends is over with the time of its caller', () => {
  const { journal, timers } = scene({ method: 'POST', end: false, timeoutMs: 300, route: timeout(1000, 'head') });
  timers.advance(300);
  assert.deepEqual(took(journal).slice(1), ['a reset timeout', 'client reply timeout: no response within the 300 ms of the caller']);
});

test('the time of the caller covers the whole response, also where that of the route does not', () => {
  const { journal, timers, upstream } = scene({ timeoutMs: 300, route: timeout(1000, 'head') });
  timers.advance(100);
  upstream().answer(200, false);
  timers.advance(199);
  assert.equal(took(journal).length, 2);
  timers.advance(1);
  assert.deepEqual(took(journal), ['a reset timeout', 'client reset timeout']);
});

test('the time of the caller goes on while the request waits for a connection', () => {
  const { journal, timers } = scene({
    timeoutMs: 300,
    route: timeout(1000, 'head'),
    prepare: ({ pool }) => pool('a').next.push('wait'),
  });
  timers.advance(300);
  assert.deepEqual(took(journal), ['a cancel', 'client reply timeout: no response within the 300 ms of the caller']);
});

test('another attempt does not give the caller more time', () => {
  const { journal, timers } = scene({ hosts: ['a', 'b'], timeoutMs: 300, route: timeout(1000, 'head', 200) });
  timers.advance(200);
  timers.advance(99);
  assert.deepEqual(took(journal), ['a head GET / end', 'a reset timeout', 'b head GET / end']);
  timers.advance(1);
  assert.deepEqual(took(journal).slice(0, 1), ['b reset timeout']);
});

test('another attempt does not begin the time of the route anew', () => {
  const { journal, timers, upstream } = scene({ hosts: ['a', 'b'], route: timeout(1000, 'response') });
  timers.advance(600);
  upstream('a').handler.onReset(faultOf('refused', 'no'));
  timers.advance(399);
  assert.deepEqual(took(journal), ['a head GET / end', 'b head GET / end']);
  timers.advance(1);
  assert.deepEqual(took(journal), ['b reset timeout', 'client reply timeout: no response within 1000 ms']);
});

test('a request of which nothing comes or goes is ended after its idle time', () => {
  const { journal, timers, exchange } = scene({ route: timeout(0, 'head', 0, 5000) });
  timers.advance(4999);
  assert.deepEqual(took(journal), ['a head GET / end']);
  timers.advance(1);
  assert.deepEqual(took(journal), ['a reset timeout', 'client reply timeout: nothing carried for 5000 ms']);
  assert.deepEqual(exchange.flags, ['UT']);
  assert.equal(timers.scheduled, 0);
});

test('every piece of a request and its answer begins the idle time anew', () => {
  const { journal, timers, exchange, upstream } = scene({ method: 'POST', end: false, route: timeout(0, 'head', 0, 5000) });
  const steps = [
    () => exchange.onData(Buffer.from('x'), false),
    () => exchange.onData(Buffer.from('y'), true),
    () => upstream().answer(200, false),
    () => upstream().handler.onData(Buffer.from('z'), false),
  ];
  for (const step of steps) {
    timers.advance(4999);
    step();
  }
  assert.equal(took(journal).length, 5);
  timers.advance(5000);
  assert.deepEqual(took(journal), ['a reset timeout', 'client reset timeout']);
});

test('no idle time runs on after the end', () => {
  const { timers, upstream } = scene({ route: timeout(0, 'head', 0, 5000) });
  upstream().answer(200, true);
  assert.equal(timers.scheduled, 0);
});

test('a request may last as long as the route says, whatever goes on', () => {
  const { journal, timers, exchange, upstream } = scene({ method: 'POST', end: false, route: timeout(0, 'head', 0, 0, 5000) });
  timers.advance(3000);
  exchange.onData(Buffer.from('x'), true);
  upstream().answer(200, false);
  timers.advance(1999);
  upstream().handler.onData(Buffer.from('y'), false);
  took(journal);
  timers.advance(1);
  assert.deepEqual(took(journal), ['a reset timeout', 'client reset timeout']);
  const silent = scene({ route: timeout(0, 'head', 0, 0, 5000) });
  silent.timers.advance(5000);
  assert.deepEqual(took(silent.journal).slice(2), ['client reply timeout: no end within the 5000 ms that a request may last']);
});

test('a tunnel may last as long as the route says', () => {
  const { journal, timers, upstream } = scene({ upgrade: 'any', end: false, route: timeout(1000, 'response', 0, 0, 5000) });
  upstream().answer(200, false, true);
  timers.advance(4999);
  assert.equal(took(journal).length, 2);
  timers.advance(1);
  assert.deepEqual(took(journal), ['a reset timeout', 'client reset timeout']);
});

test('each attempt tells its host what is left of the time', () => {
  const headers = { whole: undefined, perTry: undefined, expected: 'x-expected' };
  const { exchange, timers, upstream } = scene({
    hosts: ['a', 'b'],
    route: { timeout: { wholeMs: 1000, covers: 'response', tryMs: 0, idleMs: 0, maxMs: 0, headers } },
  });
  assert.equal(exchange.request.fields.get('x-expected'), '1000');
  timers.advance(600);
  upstream('a').handler.onReset(faultOf('refused', 'no'));
  assert.equal(exchange.request.fields.get('x-expected'), '400');
});

test('a request may say its own time, where the listener reads it', () => {
  const headers = { whole: 'x-time', perTry: undefined, expected: undefined };
  const { journal, timers, exchange } = scene({
    route: { timeout: { wholeMs: 1000, covers: 'head', tryMs: 0, idleMs: 0, maxMs: 0, headers } },
    fields: { 'x-time': '70' },
  });
  assert.equal(exchange.request.fields.has('x-time'), false);
  timers.advance(70);
  assert.deepEqual(took(journal).slice(1), ['a reset timeout', 'client reply timeout: no response within 70 ms']);
});

test('no timer keeps an exchange whose client has left, or was reset', () => {
  const left = scene({ method: 'POST', end: false });
  left.exchange.onReset(faultOf('closed', 'maybe', 'downstream'));
  const cut = scene({ method: 'POST', end: false });
  cut.upstream().answer(200, false);
  cut.upstream().handler.onReset(faultOf('truncated'));
  const answered = scene({ method: 'POST', end: false, route: null });
  answered.exchange.onReset(faultOf('closed', 'maybe', 'downstream'));
  for (const { timers, journal } of [left, cut, answered]) {
    took(journal);
    assert.equal(timers.scheduled, 0);
  }
});
