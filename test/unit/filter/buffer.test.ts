import assert from 'node:assert/strict';
import { test } from 'node:test';
import buffer from '../../../src/filter/builtin/buffer/index.ts';
import { HOLD } from '../../../src/filter/filter.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import { took } from '../proxy/scripted.ts';
import { filterStage, problemsOf, rerouting } from './filter-stage.ts';

const post = { method: 'POST', end: false } as const;
const REFUSED = ['client reply too-large: a request body may have 4 bytes here'];

test('the upstream hears of a request when all of it is here', () => {
  const { journal, exchange } = filterStage(buffer).request(post);
  exchange.onData(Buffer.from('ab'), false);
  exchange.onData(Buffer.from('cd'), false);
  assert.deepEqual(took(journal), []);
  exchange.onData(Buffer.from('ef'), true);
  assert.deepEqual(took(journal), ['a head POST /', 'a data "abcdef" end']);
});

test('a request without a body goes on at once', () => {
  assert.deepEqual(took(filterStage(buffer).request().journal), ['a head GET / end']);
});

test('trailers end a body too', () => {
  const { journal, exchange } = filterStage(buffer).request(post);
  exchange.onData(Buffer.from('ab'), false);
  exchange.onTrailers(new FieldList([['sum', '1']]));
  assert.deepEqual(took(journal), ['a head POST /', 'a data "ab"', 'a trailers [["sum","1"]]']);
});

test('a body of as many bytes as the limit is gathered, and one more byte is refused', () => {
  const { request } = filterStage(buffer, { max_request_bytes: 4 });
  const fitting = request(post);
  fitting.exchange.onData(Buffer.from('abcd'), false);
  fitting.exchange.onData(Buffer.from(''), true);
  assert.deepEqual(took(fitting.journal), ['a head POST /', 'a data "abcd" end']);
  const longer = request(post);
  longer.exchange.onData(Buffer.from('abcd'), false);
  longer.exchange.onData(Buffer.from('e'), false);
  longer.exchange.onData(Buffer.from('f'), true);
  assert.deepEqual(took(longer.journal), REFUSED);
  assert.deepEqual(took(request({ ...post, fields: { 'content-length': '5' } }).journal), REFUSED);
});

test('nothing is left of a body whose client has left', () => {
  const { journal, exchange, cluster } = filterStage(buffer).request(post);
  exchange.onData(Buffer.from('ab'), false);
  exchange.onReset({ code: 'closed', origin: 'downstream', processed: 'maybe', detail: '' });
  assert.deepEqual(took(journal), []);
  assert.equal(cluster.limits.requests.current, 0);
});

test('what came while another filter held the head back is sent first', () => {
  const { filter, request } = filterStage(buffer);
  const { journal, exchange } = request({ ...post, filters: [{ name: 'hold', onRequest: () => HOLD }, filter] });
  exchange.onData(Buffer.from('ab'), false);
  exchange.resume();
  exchange.onData(Buffer.from('cd'), false);
  assert.deepEqual(took(journal), []);
  exchange.onData(Buffer.from('ef'), true);
  assert.deepEqual(took(journal), ['a head POST /', 'a data "ab"', 'a data "cdef" end']);
});

test('a whole body may hold again, and be routed anew', () => {
  const { filter, request } = filterStage(buffer);
  const { journal, exchange } = request({ ...post, filters: [filter, rerouting()] });
  exchange.onData(Buffer.from('ab'), true);
  assert.deepEqual(took(journal), ['a head POST /', 'a data "ab" end']);
});

test('what is to become a tunnel, and what a route says is to pass, passes as it comes', () => {
  assert.deepEqual(took(filterStage(buffer).request({ end: false, upgrade: 'websocket' }).journal), ['a head GET /']);
  const { journal, exchange } = filterStage(buffer, { max_request_bytes: 4 }, { ofRoute: { disabled: true } }).request(post);
  exchange.onData(Buffer.from('abcde'), false);
  assert.deepEqual(took(journal), ['a head POST /', 'a data "abcde"']);
});

test('a limit of nothing is refused', () => {
  assert.equal(problemsOf(buffer.settings, { max_request_bytes: 0 }).length, 1);
});
