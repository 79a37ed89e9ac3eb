import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DecoderV2, EncoderV2 } from 'hessian.js';
import { FieldList, type Outcome } from 'meshloom/protocol';
import { dubboFormat } from '../../../protocols/dubbo/format.ts';
import { makeFrame } from '../../../protocols/dubbo/prefix.ts';
import { DubboRequest } from '../../../protocols/dubbo/request.ts';
import { DubboResponse } from '../../../protocols/dubbo/response.ts';
import { ascii, hessianRequest, item } from './bodies.ts';

const format = dubboFormat({
  maxPayloadBytes: 1 << 20,
  maxConcurrentStreams: 8,
  maxPendingRequests: 8,
  maxUnreadBytes: 65_536,
  heartbeats: true,
  readTimeoutAttachment: false,
  attachmentHeaders: '',
});

function hessianResult(flag: number, value: unknown, attachments: unknown): DubboResponse {
  const encoder = new EncoderV2().write(flag);
  if (value !== undefined) encoder.write(value);
  if (attachments !== undefined) encoder.write(attachments);
  return new DubboResponse(makeFrame(0x02, 20, Buffer.from(encoder.get())));
}

const sent = (response: DubboResponse): DubboResponse => new DubboResponse(Buffer.concat(format.encode(response, response.payload)));

test('statuses and what they mean', () => {
  const outcomes = {
    20: 'ok',
    25: 'failed',
    30: 'timeout',
    31: 'timeout',
    35: 'unavailable',
    40: 'bad-request',
    50: 'failed',
    60: 'failed',
    70: 'not-found',
    80: 'failed',
    90: 'bad-request',
    100: 'overloaded',
    0: 'failed',
    255: 'failed',
  };
  for (const [status, outcome] of Object.entries(outcomes)) {
    const response = new DubboResponse(makeFrame(0x02, Number(status), Buffer.alloc(0)));
    assert.equal(response.code, Number(status));
    assert.equal(response.outcome, outcome, `status ${status}`);
  }
  assert.equal(new DubboResponse(makeFrame(0x02, 70, Buffer.alloc(0))).status, 404);
});

test('attachments of a value, of null, and of an exception are read and set', () => {
  for (const [flag, value] of [
    [4, 'text'],
    [5, undefined],
    [3, { $class: 'a.Exception', $: { message: 'no' } }],
  ] as const) {
    const response = hessianResult(flag, value, { dubbo: '2.0.2', tag: 'old' });
    assert.deepEqual(
      [...response.fields],
      [
        ['dubbo', '2.0.2'],
        ['tag', 'old'],
      ],
    );
    response.fields.set('tag', 'new');
    const decoder = new DecoderV2(Buffer.from(sent(response).payload));
    assert.equal(decoder.readInt(), flag);
    if (value !== undefined) decoder.read();
    assert.deepEqual(decoder.read(), { dubbo: '2.0.2', tag: 'new' });
  }
});

test('an answer without attachments is given none, for its consumer may not know them', () => {
  for (const response of [
    hessianResult(1, 'text', undefined),
    hessianResult(2, undefined, undefined),
    new DubboResponse(makeFrame(0x02, 80, Buffer.from('\x02no'))),
  ]) {
    assert.deepEqual([...response.fields], []);
    response.fields.set('tag', 'x');
    response.fields.append('tag', 'x');
    assert.equal(response.changed, false);
    assert.deepEqual(sent(response).payload, response.payload);
  }
});

test('a result that cannot be read has no attachments', () => {
  for (const body of ['', '\x96', '\x4e', '\x94', '\x94\x91', '\x94\x91\x4d', '\x94\x91H\x01a', '\x8f']) {
    assert.deepEqual([...new DubboResponse(makeFrame(0x02, 20, Buffer.from(body, 'latin1'))).fields], []);
  }
});

test('attachments of another body are found there', () => {
  const response = hessianResult(5, undefined, { tag: 'old' });
  response.fields.set('tag', 'new');
  const body = hessianResult(4, 'other', { more: 'm' }).payload;
  const decoder = new DecoderV2(Buffer.from(new DubboResponse(Buffer.concat(format.encode(response, body))).payload));
  assert.deepEqual([decoder.readInt(), decoder.read(), decoder.read()], [4, 'other', { more: 'm', tag: 'new' }]);
});

const OUTCOMES: Readonly<Record<Outcome, number>> = {
  ok: 20,
  'bad-request': 40,
  denied: 40,
  'not-found': 70,
  'too-large': 40,
  timeout: 31,
  overloaded: 100,
  unavailable: 80,
  failed: 80,
};

test('a reply is a status and a message in the serialization of its request', () => {
  const hessian = hessianRequest();
  const fastjson = new DubboRequest(makeFrame(0xd7, 0, Buffer.alloc(0)));
  for (const [outcome, status] of Object.entries(OUTCOMES)) {
    if (outcome === 'ok') continue;
    const reply = format.reply(hessian, outcome as Outcome, 'no: é🎉', undefined);
    assert.equal(format.kind(reply), 'response');
    assert.equal(format.frameBytes(reply, 0), reply.length);
    assert.deepEqual([reply[2], reply[3]], [0x02, status]);
    assert.equal(new DecoderV2(Buffer.from(reply.subarray(16))).readString(), 'no: é🎉');
    const other = format.reply(fastjson, outcome as Outcome, 'no', undefined);
    assert.deepEqual([other[2], other[3]], [0x17, status]);
    assert.deepEqual(other.subarray(16), item(ascii('no')));
  }
});

test('a reply to a request in a serialization that is not known here is in hessian2', () => {
  for (const number of [3, 6, 8, 22, 31]) {
    const reply = format.reply(new DubboRequest(makeFrame(0xc0 | number, 0, Buffer.alloc(0))), 'failed', 'why', undefined);
    assert.deepEqual([...reply.subarray(2, 4), ...reply.subarray(16)], [0x02, 80, 3, ...Buffer.from('why')]);
  }
});

test('a reply that is well is a value, null when it is empty, and has attachments where it has fields', () => {
  const decode = (text: string, fields?: FieldList): unknown[] => {
    const decoder = new DecoderV2(Buffer.from(format.reply(hessianRequest(), 'ok', text, fields).subarray(16)));
    const flag = decoder.readInt();
    return [flag, ...(flag % 3 === 1 ? [decoder.read()] : []), ...(flag >= 3 ? [decoder.read()] : [])];
  };
  const fields = new FieldList([['tag', 'x']]);
  assert.deepEqual(decode('hi'), [1, 'hi']);
  assert.deepEqual(decode(''), [2]);
  assert.deepEqual(decode('hi', fields), [4, 'hi', { tag: 'x' }]);
  assert.deepEqual(decode('', fields), [5, { tag: 'x' }]);
  assert.deepEqual(decode('', new FieldList()), [2]);
  const fastjson = format.reply(new DubboRequest(makeFrame(0xd7, 0, Buffer.alloc(0))), 'ok', 'hi', fields);
  assert.deepEqual(
    fastjson.subarray(16),
    Buffer.concat([Buffer.from('00000002bd04', 'hex'), item(ascii('hi')), item('', 0xa6, ascii('tag'), ascii('x'), 0xa5)]),
  );
});
