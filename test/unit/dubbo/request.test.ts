import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dubboFormat } from '../../../protocols/dubbo/format.ts';
import { countTypes } from '../../../protocols/dubbo/invocation.ts';
import { makeFrame, PREFIX_BYTES } from '../../../protocols/dubbo/prefix.ts';
import { DubboRequest, TimedDubboRequest } from '../../../protocols/dubbo/request.ts';
import { ascii, decodeHessian, fastjsonRequest, hessianBody, hessianRequest, item } from './bodies.ts';

const format = dubboFormat({
  maxPayloadBytes: 1 << 20,
  maxConcurrentStreams: 8,
  maxPendingRequests: 8,
  maxUnreadBytes: 65_536,
  heartbeats: true,
  readTimeoutAttachment: false,
  attachmentHeaders: '',
});

/** The request as it would leave, read anew. */
function sent(request: DubboRequest, body = request.payload): DubboRequest {
  const frame = Buffer.concat(format.encode(request, body));
  assert.equal(format.frameBytes(frame, 0), frame.length, 'the length in the prefix');
  return new DubboRequest(frame);
}

const attached = (request: DubboRequest): Record<string, string> => Object.fromEntries(request.fields);

test('names and attachments of a call', () => {
  const request = hessianRequest({
    path: 'com.example.Orders',
    version: '2.1',
    method: 'place',
    types: 'Ljava/lang/String;I[J',
    args: ['x', 7, [1, 2]],
    attachments: { path: 'com.example.Orders', interface: 'com.example.Orders', group: 'blue', timeout: '1500', traceId: 'T1', depth: 3 },
  });
  assert.equal(request.path, 'com.example.Orders');
  assert.equal(request.method, 'place');
  assert.equal(request.authority, 'blue');
  assert.equal(request.fields.get('timeout'), '1500');
  assert.equal(request.fields.get('traceid'), 'T1');
  assert.equal(request.fields.get('depth'), undefined, 'an attachment that is no text');
  // hessian.js writes the entries of a map in the order of their names.
  assert.deepEqual(
    [...request.fields],
    [
      ['service', 'com.example.Orders'],
      ['method', 'place'],
      ['version', '2.1'],
      ['dubbo', '2.0.2'],
      ['group', 'blue'],
      ['interface', 'com.example.Orders'],
      ['path', 'com.example.Orders'],
      ['timeout', '1500'],
      ['traceid', 'T1'],
    ],
  );
});

test('types of a descriptor are counted', () => {
  for (const [descriptor, count] of [
    ['', 0],
    ['I', 1],
    ['BCDFIJSZ', 8],
    ['Ljava/lang/String;', 1],
    ['[Ljava/lang/String;[[JI', 3],
    ['Ljava/lang/String;[Ljava/lang/String;[Ljava/lang/Object;', 3],
    ['Ljava/lang/String', -1],
    ['[', -1],
    ['x', -1],
  ] as const) {
    assert.equal(countTypes(descriptor), count, descriptor);
  }
});

test('a timeout that is none says nothing', () => {
  for (const timeout of ['', '0', '-1', 'soon', 'Infinity'])
    assert.equal(hessianRequest({ attachments: { timeout } }).timeoutMs, undefined);
  assert.equal(hessianRequest({ attachments: {} }).timeoutMs, undefined);
});

test('setting an attachment writes that entry anew and shares the rest of the body', () => {
  const argument = 'x'.repeat(5000);
  const attachments = { path: 'a.B', traceId: 'old', count: 7, list: [1, 'two', { $class: 'c.D', $: { x: 1 } }] };
  const request = hessianRequest({ types: 'Ljava/lang/String;', args: [argument], attachments });
  request.fields.set('traceid', 'new');
  request.fields.set('x-added', 'é🎉');
  assert.equal(request.changed, true);
  const pieces = format.encode(request, request.payload);
  assert.ok(
    pieces.some((piece) => piece.length > 5000 && piece.buffer === request.payload.buffer),
    'the argument is not copied',
  );
  const { args, attachments: decoded } = decodeHessian(sent(request).payload, 1);
  assert.deepEqual(args, [argument]);
  assert.deepEqual(decoded, { path: 'a.B', traceId: 'new', count: 7, list: [1, 'two', { x: 1 }], 'x-added': 'é🎉' });
});

test('names are found without regard to case, also long ones and those beyond ASCII', () => {
  const long = 'Trace-Identifier-Of-The-Outermost-Caller';
  const request = hessianRequest({ attachments: { Größe: 'xl', '\u00c9T\u00c9': 's', [long]: 't', abcdef: 'a', ABCDEG: 'b' } });
  assert.equal(request.fields.get('größe'), 'xl');
  assert.equal(request.fields.get('été'), 's');
  assert.equal(request.fields.get(long.toLowerCase()), 't');
  assert.equal(request.fields.get('abcdeg'), 'b');
  assert.equal(request.fields.get('abcdeh'), undefined);
});

test('deleting and appending attachments', () => {
  const request = hessianRequest({ attachments: { path: 'a.B', Via: 'one', count: 7, gone: 'x' } });
  request.fields.delete('gone');
  request.fields.delete('never-there');
  request.fields.append('via', 'two');
  request.fields.append('new', 'n');
  assert.equal(request.fields.has('gone'), false);
  assert.equal(request.fields.get('via'), 'one, two');
  assert.deepEqual(attached(request), {
    service: 'a.B',
    method: 'call',
    version: '1.0.0',
    dubbo: '2.0.2',
    path: 'a.B',
    via: 'one, two',
    new: 'n',
  });
  assert.deepEqual(decodeHessian(sent(request).payload, 0).attachments, { path: 'a.B', Via: 'one, two', count: 7, new: 'n' });
});

test('an attachment that is no text is replaced by a text', () => {
  const request = hessianRequest({ attachments: { path: 'a.B', count: 7 } });
  request.fields.set('count', '8');
  assert.equal(request.fields.get('count'), '8');
  const again = sent(request);
  assert.equal(again.fields.get('count'), '8');
  assert.deepEqual(decodeHessian(again.payload, 0).attachments, { path: 'a.B', count: '8' });
});

test('nothing is changed by deleting what is not there', () => {
  const request = hessianRequest();
  request.fields.delete('x');
  request.fields.delete('service');
  request.fields.set('dubbo', '9');
  assert.equal(request.changed, false);
  assert.equal(request.fields.get('dubbo'), '2.0.2');
});

test('a service, a version, a method or a group by another name, with the attachments that repeat it', () => {
  const request = hessianRequest({ types: 'I', args: [7], attachments: { path: 'a.B', interface: 'a.B', version: '1.0.0', group: 'g' } });
  request.path = 'com.example.Other';
  request.method = 'otherMethod';
  request.authority = 'blue';
  request.fields.set('version', '2.0.0');
  const again = sent(request);
  for (const head of [request, again]) {
    assert.equal(head.path, 'com.example.Other');
    assert.equal(head.method, 'otherMethod');
    assert.equal(head.authority, 'blue');
    assert.equal(head.version, '2.0.0');
  }
  const { dubbo, path, version, method, args, attachments } = decodeHessian(again.payload, 1);
  assert.deepEqual([dubbo, path, version, method, args], ['2.0.2', 'com.example.Other', '2.0.0', 'otherMethod', [7]]);
  assert.deepEqual(attachments, { path: 'com.example.Other', interface: 'com.example.Other', version: '2.0.0', group: 'blue' });
});

test('fields by the names of what stands in front set that', () => {
  const request = hessianRequest();
  request.fields.set('service', 'x.Y');
  request.fields.set('method', 'm');
  assert.deepEqual([sent(request).path, sent(request).method], ['x.Y', 'm']);
});

test('changes are carried over to another body', () => {
  const request = hessianRequest({ attachments: { path: 'a.B', tag: 'old' } });
  request.fields.set('tag', 'new');
  request.method = 'renamed';
  const other = sent(request, hessianBody({ types: 'I', args: [1], attachments: { path: 'a.B', other: 'o' } }));
  assert.equal(other.method, 'renamed');
  assert.deepEqual(decodeHessian(other.payload, 1).attachments, { path: 'a.B', other: 'o', tag: 'new' });
});

test('a call without attachments is given a map for them', () => {
  const full = hessianBody({ attachments: {} });
  for (const body of [full.subarray(0, -2), Buffer.concat([full.subarray(0, -2), Buffer.from('N')])]) {
    const request = new DubboRequest(makeFrame(0xc2, 0, body));
    request.fields.set('tag', 'x');
    assert.deepEqual(decodeHessian(sent(request).payload, 0).attachments, { tag: 'x' });
  }
});

test('a typed map keeps its type', () => {
  const front = hessianBody({ attachments: {} }).subarray(0, -2);
  const map = Buffer.concat([Buffer.from('M\x11java.util.TreeMap'), Buffer.from('\x01a\x01b'), Buffer.from('Z')]);
  const request = new DubboRequest(makeFrame(0xc2, 0, Buffer.concat([front, map])));
  request.fields.set('c', 'd');
  const frame = sent(request).frame;
  assert.ok(frame.includes('M\x11java.util.TreeMap\x01a\x01b\x01c\x01dZ'));
});

test('attachments of fastjson2 are read and set, and its other values passed on', () => {
  const map = item(
    '',
    0xa6,
    ascii('path'),
    ascii('a.B'),
    ascii('tag'),
    ascii('old'),
    ascii('list'),
    0x96,
    0x01,
    ascii('two'),
    ascii('group'),
    ascii('blue'),
    0xa5,
  );
  const request = fastjsonRequest(map, [item(0x92, ascii('c.D'), 0x00, 0xa6, 0x7f, ascii('x'), 0x01, 0x05, 0xa5)], 'Lc/D;');
  assert.equal(request.path, 'a.B');
  assert.equal(request.method, 'call');
  assert.equal(request.authority, 'blue');
  request.fields.set('tag', 'new é');
  request.fields.set('added', 'x'.repeat(100));
  request.fields.delete('group');
  const again = sent(request);
  assert.deepEqual(attached(again), {
    service: 'a.B',
    method: 'call',
    version: '1.0.0',
    dubbo: '2.0.2',
    path: 'a.B',
    tag: 'new é',
    added: 'x'.repeat(100),
  });
  assert.ok(again.frame.includes(Buffer.from(`${ascii('list')}`)), 'the list is still there');
  request.path = 'c.D';
  assert.equal(sent(request).path, 'c.D');
  assert.equal(sent(request).fields.get('path'), 'c.D');
});

test('fastjson2 without attachments, or with null for them', () => {
  for (const map of [Buffer.alloc(0), item('', 0xaf)].map((bytes, at) => (at === 1 ? Buffer.from([0, 0, 0, 1, 0xaf]) : bytes))) {
    const request = fastjsonRequest(map);
    assert.equal(request.authority, '');
    request.fields.set('tag', 'x');
    assert.equal(sent(request).fields.get('tag'), 'x');
  }
});

test('a body in a serialization that is not read here has no names, and passes as it is', () => {
  const body = Buffer.from('\xac\xed\x00\x05 java', 'latin1');
  const request = new DubboRequest(makeFrame(0xc3, 0, body));
  assert.deepEqual([request.path, request.method, request.authority, request.timeoutMs], ['', '', '', undefined]);
  assert.equal(request.fields.get('service'), '', 'so that a route for any service takes it');
  request.fields.set('tag', 'x');
  assert.equal(request.changed, false);
  request.path = 'x.Y';
  assert.deepEqual(sent(request).payload, body);
});

test('a body that is cut off or broken gives the names that can be read', () => {
  const body = hessianBody({ path: 'a.B', method: 'call', types: 'I', args: [7], attachments: { group: 'g' } });
  for (let length = 0; length <= body.length; length++) {
    const request = new DubboRequest(makeFrame(0xc2, 0, body.subarray(0, length)));
    assert.ok(['', 'a.B'].includes(request.path));
    assert.ok(['', 'call'].includes(request.method));
    assert.equal(request.authority, length === body.length ? 'g' : '');
    request.fields.set('tag', 'x');
    request.path = 'x.Y';
    sent(request);
  }
});

test('nothing is read before it is asked for', () => {
  const frame = makeFrame(0xc2, 0, hessianBody());
  const payload = new Proxy(frame.subarray(PREFIX_BYTES), {
    get() {
      throw new Error('the body was looked at');
    },
  });
  const untouched = Object.assign(Object.create(DubboRequest.prototype), { frame, payload });
  assert.equal(untouched.oneWay, false);
  assert.equal(untouched.protocol, 'dubbo');
  assert.throws(() => untouched.path, /looked at/);
});

test('a call that leaves an argument with the consumer announces a callback, in any serialization', () => {
  const attachments = { 'sys_callback_arg-1': '1407343478', path: 'a.B' };
  assert.equal(hessianRequest({ types: 'I', args: [1], attachments }).callsBack, true);
  assert.equal(fastjsonRequest(item(0xa6, ascii('sys_callback_arg-0'), ascii('7'), 0xa5)).callsBack, true);
  const unread = makeFrame(0xc4, 0, Buffer.from('\0\x12sys_callback_arg-0'));
  assert.equal(new DubboRequest(unread).callsBack, true);
});

test('a call that has no such attachment announces none, whatever else it says with underscores', () => {
  assert.equal(hessianRequest({ attachments: { path: 'a.B', trace_id: 'sys_callback', 'sys_callback_ar-': '1' } }).callsBack, false);
  assert.equal(hessianRequest().callsBack, false);
});

test('the announcement of a callback is looked for in the last 16 KiB of a call', () => {
  const announcement = 'sys_callback_arg-';
  const callWith = (bytesFromTheEnd: number): DubboRequest => {
    const body = Buffer.alloc(40_000, 'x');
    body.write(announcement, body.length - bytesFromTheEnd);
    return new DubboRequest(makeFrame(0xc2, 0, body));
  };
  assert.equal(callWith(announcement.length).callsBack, true);
  // Its first underscore is what is found.
  const before = announcement.indexOf('_');
  assert.equal(callWith(16 * 1024 + before).callsBack, true);
  assert.equal(callWith(16 * 1024 + before + 1).callsBack, false);
});

test('what is left of the time of a call is its time limit, as a number or as a text', () => {
  assert.equal(hessianRequest({ attachments: { path: 'a.B', _TO: 1_500 } }).timeoutMs, 1_500);
  assert.equal(hessianRequest({ attachments: { path: 'a.B', _TO: '700' } }).timeoutMs, 700);
  assert.equal(hessianRequest({ types: 'Ljava/lang/String;', args: ['_TO'], attachments: { path: 'a.B', _TO: 3 } }).timeoutMs, 3);
  assert.equal(fastjsonRequest(item(0xa6, ascii('_TO'), 0x3f, 0xd0, 0xa5)).timeoutMs, 2_000);
});

test('a call that says nothing, or no number, of the time that is left has no time limit', () => {
  assert.equal(hessianRequest({ attachments: { path: 'a.B', trace_TO: '5', timeout: '10' } }).timeoutMs, undefined);
  for (const _TO of ['soon', 0, -1]) assert.equal(hessianRequest({ attachments: { _TO } }).timeoutMs, undefined);
  assert.equal(hessianRequest({ attachments: { _TO: [1] } }).timeoutMs, undefined);
  assert.equal(hessianRequest({ types: 'Ljava/lang/String;', args: ['_TO'] }).timeoutMs, undefined);
  assert.equal(new DubboRequest(makeFrame(0xc4, 0, Buffer.from('_TO'))).timeoutMs, undefined, 'a serialization that is not read');
});

test('the attachment `timeout` is a time limit where it is asked for, unless the call says what is left', () => {
  const timed = (attachments: object): TimedDubboRequest => new TimedDubboRequest(hessianRequest({ attachments }).frame);
  assert.equal(timed({ timeout: '10000' }).timeoutMs, 10_000);
  assert.equal(timed({ timeout: '10000', _TO: 200 }).timeoutMs, 200);
  assert.equal(timed({ path: 'a.B' }).timeoutMs, undefined);
});

test('a shorter time is said in the attachment that says the time, and only where one does', () => {
  const call = hessianRequest({ args: [], attachments: { path: 'a.B', timeout: '10000', _TO: 1_500 } });
  call.shortenTimeout(40);
  assert.equal(call.timeoutMs, 40);
  assert.deepEqual([sent(call).timeoutMs, sent(call).fields.get('timeout')], [40, '10000']);
  const timed = new TimedDubboRequest(hessianRequest({ attachments: { path: 'a.B', timeout: '10000' } }).frame);
  timed.shortenTimeout(40);
  assert.equal(sent(timed).fields.get('timeout'), '40');
  const silent = hessianRequest({ attachments: { path: 'a.B', timeout: '10000' } });
  silent.shortenTimeout(40);
  assert.equal(silent.changed, false);
});
