import assert from 'node:assert/strict';
import { test } from 'node:test';
import payloadLimit from '../../../src/filter/builtin/payload-limit/index.ts';
import type { Filter } from '../../../src/filter/filter.ts';
import { HOLD } from '../../../src/filter/filter.ts';
import { took } from '../proxy/scripted.ts';
import { filterStage } from './filter-stage.ts';

const REFUSED = ['client head 413', 'client data "a request body may have 4 bytes here" end'];
const post = { method: 'POST', end: false } as const;

test('a body of as many bytes as the limit passes, and one more byte is refused', () => {
  const { request } = filterStage(payloadLimit, { max_entity_size: 4 });
  const { journal, exchange } = request(post);
  exchange.onData(Buffer.from('abc'), false);
  exchange.onData(Buffer.from('d'), true);
  assert.deepEqual(took(journal), ['a head POST /', 'a data "abc"', 'a data "d" end']);
  const longer = request(post);
  longer.exchange.onData(Buffer.from('abcde'), true);
  assert.deepEqual(took(longer.journal), ['a head POST /', 'a reset cancelled', ...REFUSED]);
});

test('the upstream gets no more than the limit of a body whose length was not known', () => {
  const { journal, exchange } = filterStage(payloadLimit, { max_entity_size: 4 }).request(post);
  exchange.onData(Buffer.from('ab'), false);
  exchange.onData(Buffer.from('cde'), false);
  exchange.onData(Buffer.from('fgh'), true);
  assert.deepEqual(took(journal), ['a head POST /', 'a data "ab"', 'a reset cancelled', ...REFUSED]);
});

test('a length that is said beforehand is judged at once', () => {
  const { request } = filterStage(payloadLimit, { max_entity_size: 4 });
  assert.deepEqual(took(request({ ...post, fields: { 'content-length': '4' } }).journal), ['a head POST /']);
  assert.deepEqual(took(request({ ...post, fields: { 'content-length': '5' } }).journal), REFUSED);
});

test('the status is the one that is configured, by either name', () => {
  for (const key of ['http_status', 'HttpStatus']) {
    const { request } = filterStage(payloadLimit, { MaxEntitySize: 4, [key]: 507 });
    assert.equal(took(request({ ...post, fields: { 'content-length': '5' } }).journal)[0], 'client head 507');
  }
});

test('without a limit any body passes', () => {
  const { journal } = filterStage(payloadLimit).request({ ...post, fields: { 'content-length': '9999999999' } });
  assert.deepEqual(took(journal), ['a head POST /']);
});

test("a route's limit takes the place of the filter's", () => {
  const wider = filterStage(payloadLimit, { max_entity_size: 4 }, { ofRoute: { max_entity_size: 0 } });
  assert.deepEqual(took(wider.request({ ...post, fields: { 'content-length': '5' } }).journal), ['a head POST /']);
  const closer = filterStage(payloadLimit, {}, { ofRoute: { max_entity_size: 4 } });
  assert.deepEqual(took(closer.request({ ...post, fields: { 'content-length': '5' } }).journal), REFUSED);
});

test('what has come while the head was held back counts', () => {
  const { filter, request } = filterStage(payloadLimit, {}, { ofRoute: { max_entity_size: 4 } });
  const holding: Filter = { name: 'hold', onRequest: () => HOLD };
  const { journal, exchange } = request({ ...post, filters: [holding, filter] });
  exchange.onData(Buffer.from('abcde'), false);
  exchange.resume();
  assert.deepEqual(took(journal), REFUSED);
});

test('what a tunnel carries is no body', () => {
  const { journal, exchange, upstream } = filterStage(payloadLimit, { max_entity_size: 4 }).request({ end: false, upgrade: 'websocket' });
  upstream().answer(101, false, true);
  exchange.onData(Buffer.from('abcde'), false);
  assert.deepEqual(took(journal), ['a head GET /', 'client head 101', 'a data "abcde"']);
});
