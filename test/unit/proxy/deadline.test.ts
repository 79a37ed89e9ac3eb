import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldList } from '../../../src/protocol/fields.ts';
import type { RequestHead } from '../../../src/protocol/head.ts';
import { LocalRequest } from '../../../src/protocol/local-request.ts';
import { Deadline, timeoutAskedFor } from '../../../src/proxy/deadline.ts';
import type { RouteTimeout, TimeoutHeaders } from '../../../src/proxy/route.ts';

const HEADERS: TimeoutHeaders = { whole: 'x-time', perTry: 'x-try', expected: 'x-expected' };
const ROUTE: RouteTimeout = { wholeMs: 1_000, covers: 'head', tryMs: 200, idleMs: 0, maxMs: 0, headers: HEADERS };

function request(fields: Record<string, string> = {}, timeoutMs?: number): RequestHead & { readonly shortened: number[] } {
  const head = new LocalRequest({ authority: '', path: '/', method: 'GET', fields: new FieldList(Object.entries(fields)) });
  const shortened: number[] = [];
  return Object.assign(head, { timeoutMs, shortened, shortenTimeout: (ms: number) => void shortened.push(ms) });
}

test('the caller and the longest time of a request are both kept to', () => {
  assert.equal(new Deadline(50, request({}, 300), ROUTE).leftMs(150), 200);
  assert.equal(new Deadline(50, request({}, 300), { ...ROUTE, maxMs: 250 }).leftMs(150), 150);
  assert.equal(new Deadline(50, request(), { ...ROUTE, maxMs: 250 }).leftMs(150), 150);
  assert.equal(new Deadline(50, request(), ROUTE).leftMs(150), Number.POSITIVE_INFINITY);
  assert.equal(new Deadline(50, request({}, 300), ROUTE).leftMs(900), 0);
});

const NO_LIMIT = { ...ROUTE, tryMs: 0, headers: undefined };

test('what is left is told to the next hop in the words of the caller, once some of it has passed', () => {
  const head = request({}, 300);
  const deadline = new Deadline(0, head, NO_LIMIT);
  deadline.carryOn(head, NO_LIMIT, 0, 0.9);
  assert.deepEqual(head.shortened, [], 'less than a millisecond has passed');
  deadline.carryOn(head, NO_LIMIT, 0, 100.5);
  deadline.carryOn(head, { ...NO_LIMIT, tryMs: 50 }, 0, 100.5);
  deadline.carryOn(head, NO_LIMIT, 0, 400);
  assert.deepEqual(head.shortened, [199, 50, 1]);
});

test('a caller that said nothing has nothing said for it', () => {
  const head = request();
  const timeout = { ...NO_LIMIT, tryMs: 20, maxMs: 500 };
  new Deadline(0, head, timeout).carryOn(head, timeout, 0, 0);
  assert.deepEqual(head.shortened, []);
});

test('a header tells the next hop the shortest of all times', () => {
  const expected = (timeoutMs: number | undefined, times: Partial<RouteTimeout>, whole = true): string | undefined => {
    const head = request({}, timeoutMs);
    const timeout = { ...ROUTE, tryMs: 0, ...times };
    new Deadline(0, head, timeout).carryOn(head, timeout, whole ? 0 : undefined, 100);
    return head.fields.get('x-expected');
  };
  assert.equal(expected(300, {}), '200');
  assert.equal(expected(300, { tryMs: 150 }), '150');
  assert.equal(expected(undefined, { tryMs: 150.7 }), '150');
  assert.equal(expected(300, { tryMs: 0.2 }), '1');
  assert.equal(expected(undefined, {}), undefined, 'the default of the route is not for the whole response');
  assert.equal(expected(undefined, { covers: 'response' }), '900');
  assert.equal(expected(undefined, { covers: 'response' }, false), '1000', 'its time has not begun');
});

test('a request may say its times itself, and such headers go no further', () => {
  const head = request({ 'x-time': '5000', 'x-try': '70' });
  const timeout = timeoutAskedFor(head, ROUTE, HEADERS);
  assert.deepEqual([timeout.wholeMs, timeout.covers, timeout.tryMs], [5_000, 'response', 70]);
  assert.deepEqual([...head.fields], []);
  const [onlyTry] = [timeoutAskedFor(request({ 'x-try': '70' }), ROUTE, HEADERS)];
  assert.deepEqual([onlyTry.wholeMs, onlyTry.covers, onlyTry.tryMs], [1_000, 'head', 70]);
});

test('what is no time says nothing, and goes no further either', () => {
  for (const text of ['0', '-1', '1.5', '1s', '', '1234567890', 'soon']) {
    const head = request({ 'x-time': text });
    assert.equal(timeoutAskedFor(head, ROUTE, HEADERS), ROUTE, text);
    assert.equal(head.fields.has('x-time'), false, text);
  }
  assert.equal(timeoutAskedFor(request({ 'x-time': '999999999' }), ROUTE, HEADERS).wholeMs, 999_999_999);
});

test('headers that are not asked for are left alone', () => {
  const head = request({ 'x-time': '5000' });
  assert.equal(timeoutAskedFor(head, ROUTE, { whole: undefined, perTry: undefined, expected: undefined }), ROUTE);
  assert.equal(head.fields.get('x-time'), '5000');
});
