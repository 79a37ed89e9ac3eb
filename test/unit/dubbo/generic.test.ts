import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DecoderV2, EncoderV2 } from 'hessian.js';
import { type Bytes, EMPTY } from 'meshloom/protocol';
import { NO_HEADERS } from '../../../protocols/dubbo/attachment-headers.ts';
import { genericAnswer } from '../../../protocols/dubbo/generic-answer.ts';
import dubbo from '../../../protocols/dubbo/index.ts';
import { makeFrame, PREFIX_BYTES } from '../../../protocols/dubbo/prefix.ts';
import { DubboRequest } from '../../../protocols/dubbo/request.ts';
import { DubboResponse } from '../../../protocols/dubbo/response.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import type { RequestHead } from '../../../src/protocol/head.ts';
import { type Opened, ScriptClient } from '../../../src/testing/script-transport.ts';
import { ascii, item } from './bodies.ts';

function post(path: string, fields: Record<string, string> = {}, method = 'POST'): RequestHead {
  return {
    protocol: 'http1',
    scheme: 'http',
    authority: 'gateway',
    path,
    method,
    fields: new FieldList(Object.entries(fields)),
    oneWay: false,
    idempotent: false,
    timeoutMs: undefined,
    upgrade: '',
  };
}

function send(head: RequestHead, body: string): { host: ScriptClient; opened: Opened; frame: Bytes } {
  const host = new ScriptClient(dubbo);
  const opened = host.open();
  opened.stream.sendHead(head, false);
  opened.stream.sendData(Buffer.from(body), true);
  return { host, opened, frame: host.flush() };
}

/** What hessian.js reads in the call. */
function callOf(frame: Bytes) {
  const decoder = new DecoderV2(Buffer.from(frame.subarray(PREFIX_BYTES)));
  const texts = Array.from({ length: 5 }, () => decoder.readString());
  return { texts, method: decoder.readString(), types: decoder.read(), values: decoder.read(), attachments: decoder.read() };
}

const spoken = ({ handler }: Opened) => [handler.head?.status, JSON.parse(handler.body.toString('utf8'))];

test('a POST becomes a generic call, with group and version from the query and arguments from the body', () => {
  const { frame } = send(
    post('/com.example.Orders/place?version=1.2.0&group=blue', { 'x-dubbo-types': 'java.lang.String, int' }),
    '["Käse \\ud83e\\uddc0", 7]',
  );
  assert.deepEqual(callOf(frame), {
    texts: ['2.0.2', 'com.example.Orders', '1.2.0', '$invoke', 'Ljava/lang/String;[Ljava/lang/String;[Ljava/lang/Object;'],
    method: 'place',
    types: ['java.lang.String', 'int'],
    values: ['Käse \ud83e\uddc0', 7],
    attachments: { path: 'com.example.Orders', interface: 'com.example.Orders', version: '1.2.0', group: 'blue', generic: 'true' },
  });
  const head = new DubboRequest(frame);
  assert.deepEqual([head.path, head.method, head.authority, head.oneWay], ['com.example.Orders', '$invoke', 'blue', false]);
});

test('without a query and a body it has no group, no version and no arguments, and the provider finds the method by its name', () => {
  const { method, types, values, attachments } = callOf(send(post('/a.B/now'), '').frame);
  assert.deepEqual([method, types, values], ['now', null, []]);
  assert.deepEqual(attachments, { path: 'a.B', interface: 'a.B', version: '0.0.0', generic: 'true' });
});

test('every kind of JSON is an argument', () => {
  const values = [
    null,
    true,
    false,
    0,
    -1,
    2 ** 31 - 1,
    -(2 ** 31) + 1,
    2 ** 31,
    -(2 ** 40),
    1.5,
    1e300,
    '',
    'x'.repeat(40_000),
    [],
    [[1], ['a']],
    {},
    { a: { b: [1] } },
  ];
  assert.deepEqual(callOf(send(post('/a.B/m'), JSON.stringify(values)).frame).values, values);
});

test('what is no such request is answered here, and nothing is written', () => {
  const deep = `${'['.repeat(300)}${']'.repeat(300)}`;
  for (const [head, body, status, message] of [
    [post('/a.B/m', {}, 'GET'), '', 405, /POST/],
    [post('/a.B'), '[]', 404, /SERVICE\/METHOD/],
    [post('/a.B/m/x'), '[]', 404, /SERVICE\/METHOD/],
    [post('//m'), '[]', 404, /SERVICE\/METHOD/],
    [post('/a.B/m'), '{"a":1}', 400, /JSON array/],
    [post('/a.B/m'), '[1', 400, /JSON array/],
    [post('/a.B/m'), deep, 400, /deeper than 256/],
    [post('/a.B/m', { 'x-dubbo-types': 'int' }), '[1,2]', 400, /1 types for 2 arguments/],
  ] as const) {
    const { opened, frame, host } = send(head, body);
    const [got, json] = spoken(opened);
    assert.equal(got, status, `${head.method} ${head.path} ${body.slice(0, 20)}`);
    assert.match(json.message, message);
    assert.equal(opened.handler.head?.fields.get('content-type'), 'application/json');
    assert.deepEqual([frame.length, host.codec.activeStreams], [0, 0]);
  }
});

/** The answer to a generic call, as the one who asked in HTTP hears it. */
function answered(status: number, body: Bytes): unknown[] {
  const { host, opened, frame } = send(post('/a.B/m'), '[]');
  const answer = makeFrame(0x02, status, body);
  frame.copy(answer, 4, 4, 12);
  host.receive(answer);
  assert.equal(opened.handler.head?.fields.get('content-length'), String(opened.handler.body.length));
  return spoken(opened);
}

function result(flag: number, ...values: readonly unknown[]): Bytes {
  const encoder = new EncoderV2().write(flag);
  for (const value of values) encoder.write(value);
  return Buffer.from(encoder.get());
}

test('the value is the body, as JSON', () => {
  for (const value of [
    null,
    true,
    7,
    -70_000,
    1.25,
    'Käse \ud83e\uddc0',
    [1, 'a', [null]],
    { a: { b: [1, { c: 'd' }] } },
    'y'.repeat(70_000),
  ]) {
    assert.deepEqual(answered(20, result(1, value)), [200, value]);
    assert.deepEqual(answered(20, result(4, value, { dubbo: '2.0.2' })), [200, value], 'with attachments');
  }
  assert.deepEqual(answered(20, result(2)), [200, null]);
});

test('no digit of a number is lost', () => {
  const long = Buffer.from([0x91, 0x4c, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
  assert.equal(genericAnswer(new DubboResponse(makeFrame(0x02, 20, long)), NO_HEADERS).body.toString(), '9223372036854775807');
  const decimal = new EncoderV2()
    .write(1)
    .write({ $class: 'java.math.BigDecimal', $: { value: '12345678901234567890.10' } })
    .get();
  assert.equal(
    genericAnswer(new DubboResponse(makeFrame(0x02, 20, Buffer.from(decimal))), NO_HEADERS).body.toString(),
    '12345678901234567890.10',
  );
});

test('doubles in every form', () => {
  const double = (...bytes: readonly number[]) => answered(20, Buffer.from([0x91, ...bytes]))[1];
  assert.equal(double(0x5b), 0);
  assert.equal(double(0x5c), 1);
  assert.equal(double(0x5d, 0x80), -128);
  assert.equal(double(0x5e, 0x7f, 0xff), 32_767);
  assert.equal(double(0x5f, 0, 0, 0x30, 0x39), 12.345);
  assert.equal(double(0x5f, 0, 0, 0, 9), 0.009000000000000001);
  assert.equal(double(0x44, 0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18), Math.PI);
});

test('whole numbers in every form', () => {
  const whole = (...bytes: readonly number[]) => answered(20, Buffer.from([0x91, ...bytes]))[1];
  for (const [bytes, value] of [
    [[0x80], -16],
    [[0xbf], 47],
    [[0xc0, 0], -2_048],
    [[0xcf, 0xff], 2_047],
    [[0xd0, 0, 0], -262_144],
    [[0xd7, 0xff, 0xff], 262_143],
    [[0x49, 0x80, 0, 0, 0], -2_147_483_648],
    [[0xd8], -8],
    [[0xef], 15],
    [[0xf0, 0], -2_048],
    [[0xff, 0xff], 2_047],
    [[0x38, 0, 0], -262_144],
    [[0x3f, 0xff, 0xff], 262_143],
    [[0x59, 0x7f, 0xff, 0xff, 0xff], 2_147_483_647],
    [[0x4c, 0, 0, 1, 0, 0, 0, 0, 0], 2 ** 40],
    [[0x4b, 0, 0, 0, 2], 120_000],
  ] as const) {
    assert.equal(whole(...bytes), value, bytes.join());
  }
});

test('objects, dates, bytes, and what JSON has no word for', () => {
  assert.deepEqual(answered(20, result(1, { $class: 'a.Order', $: { id: 'o1', lines: [1, 2] } })), [200, { id: 'o1', lines: [1, 2] }]);
  assert.deepEqual(answered(20, result(1, new Date(1_700_000_000_000))), [200, 1_700_000_000_000]);
  assert.deepEqual(answered(20, result(1, Buffer.from('abc'))), [200, 'YWJj']);
  const nan = Buffer.from([0x91, 0x44, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(answered(20, nan), [200, null]);
});

test('what is referred to is repeated, and null within itself', () => {
  const shared = { a: 1 };
  assert.deepEqual(answered(20, result(1, [shared, shared])), [200, [{ a: 1 }, { a: 1 }]]);
  // A list of itself.
  assert.deepEqual(answered(20, Buffer.from([0x91, 0x58, 0x91, 0x51, 0x90])), [200, [null]]);
});

test('an exception of the service is told by its class and message', () => {
  const exception = {
    $class: 'org.apache.dubbo.rpc.service.GenericException',
    $: { exceptionClass: 'a.OutOfStock', exceptionMessage: 'none left', stackTrace: [], cause: null },
  };
  assert.deepEqual(answered(20, result(3, exception, {})), [500, { exception: 'a.OutOfStock', message: 'none left' }]);
  assert.deepEqual(answered(20, result(0, { $class: 'a.Bad', $: { detailMessage: 'no' } })), [500, { exception: 'a.Bad', message: 'no' }]);
});

test('a call that failed has the status that says the same', () => {
  const message = Buffer.from(new EncoderV2().writeString('no such service\n\tat a.B').get());
  for (const [status, http] of [
    [70, 404],
    [40, 400],
    [31, 504],
    [100, 503],
    [80, 502],
  ] as const) {
    assert.deepEqual(answered(status, message), [http, { message: 'no such service' }]);
  }
  assert.deepEqual(answered(50, EMPTY), [502, { message: 'Dubbo status 50' }]);
});

test('a failure is told in any serialization that is read here, a value in hessian2 alone', () => {
  const answer = (flags: number, status: number, body: Bytes) =>
    genericAnswer(new DubboResponse(makeFrame(flags, status, body)), NO_HEADERS);
  const failed = answer(0x17, 40, item(ascii('cannot decode')));
  assert.deepEqual([failed.head.status, failed.body.toString()], [400, '{"message":"cannot decode"}']);
  assert.equal(answer(0x17, 20, item(0x01)).head.status, 502);
  assert.equal(answer(0x04, 20, Buffer.from([1])).head.status, 502);
});

test('an answer that cannot be read is a bad gateway', () => {
  for (const body of [
    '',
    '\x99',
    '\x91',
    '\x91Z',
    '\x91X\xff',
    '\x91z',
    '\x91Q\x95',
    '\x91o',
    '\x91r\x01',
    '\x91C\x01a\x91',
    '\x91L\x00',
    '\x91B\x00\x09a',
  ]) {
    assert.deepEqual(answered(20, Buffer.from(body, 'latin1')), [502, { message: 'the answer cannot be read' }], JSON.stringify(body));
  }
  const deep = (levels: number): Bytes => Buffer.concat([Buffer.from([0x91]), Buffer.alloc(levels, 0x79), Buffer.from('N')]);
  assert.equal(answered(20, deep(256))[0], 200);
  assert.equal(answered(20, deep(257))[0], 502);
});

test('a few bytes do not become many by referring to one text again and again', () => {
  const lists = (count: number): Bytes => {
    const first = Buffer.concat([Buffer.from([0x79, 0x53, 0x40, 0]), Buffer.alloc(0x4000, 'x')]);
    const references = Buffer.concat(Array.from({ length: count }, () => Buffer.from([0x51, 0x91])));
    return Buffer.concat([Buffer.from([0x91, 0x57]), first, references, Buffer.from('Z')]);
  };
  assert.equal(answered(20, lists(6))[0], 200);
  assert.equal(answered(20, lists(100))[0], 502);
});

/** A provider that is called with these headers, where the list says which go along. */
function calledWith(attachment_headers: string | undefined, fields: Record<string, string>) {
  const protocol = attachment_headers === undefined ? dubbo : dubbo.configure!({ attachment_headers });
  const host = new ScriptClient(protocol);
  const opened = host.open();
  opened.stream.sendHead(post('/a.B/m?group=blue', fields), true);
  const frame = host.flush();
  return { host, opened, frame, attachments: callOf(frame).attachments };
}

const OWN = { path: 'a.B', interface: 'a.B', version: '0.0.0', group: 'blue', generic: 'true' };

test('headers of the trace go along as attachments', () => {
  const trace = { traceparent: '00-a-b-01', tracestate: 'x=1', baggage: 'user=7' };
  assert.deepEqual(calledWith(undefined, { ...trace, 'x-other': 'y', cookie: 'secret' }).attachments, { ...trace, ...OWN });
});

test('a list says which headers go along: by name, by how they begin, under another name', () => {
  const fields = { 'x-shop-a': '1', 'x-shop-b': '2', 'x-user': 'Li', traceparent: 't', 'x-own': '3' };
  const { attachments } = calledWith(' X-Shop-* , x-user=userId,, x-own ', fields);
  assert.deepEqual(attachments, { 'x-shop-a': '1', 'x-shop-b': '2', userId: 'Li', 'x-own': '3', ...OWN });
  assert.deepEqual(calledWith('', fields).attachments, OWN);
});

test('what the call is told by, and what is about bodies and connections, is never taken from headers', () => {
  const hostile = { path: 'x', interface: 'x', version: 'x', group: 'x', generic: 'x', host: 'h', 'content-type': 'c' };
  assert.deepEqual(calledWith('*', { ...hostile, good: 'g' }).attachments, { good: 'g', ...OWN });
  assert.deepEqual(calledWith('x-a=path, x-b=generic', { 'x-a': 'evil', 'x-b': 'raw.return' }).attachments, OWN);
});

test('attachments of an answer become headers by the same list', () => {
  const { host, opened, frame } = calledWith('x-shop-*, x-user=userId, content-length', {});
  const answer = makeFrame(0x02, 20, result(4, 'value', { userId: 'Li', 'X-Shop-Stock': '7', dubbo: '2.0.2', 'content-length': '1' }));
  frame.copy(answer, 4, 4, 12);
  host.receive(answer);
  assert.deepEqual(Object.fromEntries(opened.handler.head!.fields), {
    'x-user': 'Li',
    'x-shop-stock': '7',
    'content-type': 'application/json',
    'content-length': '7',
  });
});
