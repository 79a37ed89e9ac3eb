import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bytes, EMPTY } from '../../../src/base/bytes.ts';
import { fault } from '../../../src/base/fault.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import { frameProtocol } from '../../../src/protocol/frame-protocol.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import { neutralRequest } from '../../../src/testing/action.ts';
import { Recorder } from '../../../src/testing/recorder.ts';
import { type Opened, ScriptClient, ScriptServer, type Served } from '../../../src/testing/script-transport.ts';
import { MemoRequest, MemoResponse, memo, memoFrame, PREFIX, status } from './memo-format.ts';

const protocol = frameProtocol(memo);
const cancelled = fault('cancelled', 'local', 'maybe', 'by the test');

/** A client whose writes are kept as the objects that they are. */
function client(): { host: ScriptClient; written: Bytes[] } {
  const host = new ScriptClient(protocol);
  return { host, written: keepWrites(host) };
}

function keepWrites(host: ScriptClient | ScriptServer): Bytes[] {
  const written: Bytes[] = [];
  host.write = (bytes) => written.push(bytes);
  return written;
}

const requestOf = (frame: Bytes): MemoRequest => new MemoRequest(frame, PREFIX);

function send(host: ScriptClient, frame: Bytes): Opened {
  const opened = host.open();
  const head = requestOf(frame);
  opened.stream.sendHead(head, false);
  opened.stream.sendData(head.payload, true);
  return opened;
}

function serve(frame: Bytes): { host: ScriptServer; served: Served; written: Bytes[] } {
  const host = new ScriptServer(protocol);
  const written = keepWrites(host);
  host.receive(frame);
  return { host, served: host.served[0]!, written };
}

test('an untouched request leaves as the very frame that arrived, with an id of the connection', () => {
  const { host, written } = client();
  const frame = memoFrame('request', 0xdeadbeef, '/a GET\nbody', 0, 0xffffffff);
  send(host, frame);
  assert.equal(written.length, 1);
  assert.equal(written[0], frame);
  assert.deepEqual(frame, memoFrame('request', 1, '/a GET\nbody'));
});

test('a retry copies the prefix and shares the payload, for the first copy may still be queued', () => {
  const first = client();
  const second = client();
  const frame = memoFrame('request', 9, '/a GET\nbody');
  const head = requestOf(frame);
  send(second.host, memoFrame('request', 1, 'x'));
  for (const { host } of [first, second]) {
    const { stream } = host.open();
    stream.sendHead(head, false);
    stream.sendData(head.payload, true);
  }
  assert.equal(first.written[0], frame);
  assert.deepEqual(frame, memoFrame('request', 1, '/a GET\nbody'), 'the first copy is not patched again');
  assert.equal(second.written[2], head.payload);
  assert.deepEqual(Buffer.concat(second.written.slice(1)), memoFrame('request', 2, '/a GET\nbody'));
});

test('a changed head or another body is encoded anew', () => {
  const { host, written } = client();
  const head = requestOf(memoFrame('request', 9, '/a GET\nbody'));
  head.path = '/longer';
  const { stream } = host.open();
  stream.sendHead(head, false);
  stream.sendData(head.payload, true);
  assert.deepEqual(Buffer.concat(written), memoFrame('request', 1, '/longer GET\nbody'));

  const other = requestOf(memoFrame('request', 9, '/a GET\nbody'));
  const next = host.open().stream;
  next.sendHead(other, false);
  next.sendData(Buffer.from('/a GET\n'), false);
  next.sendData(Buffer.from('other'), false);
  next.sendData(EMPTY, true);
  assert.deepEqual(Buffer.concat(written.slice(3)), memoFrame('request', 2, '/a GET\nother'));
});

test('an answer goes to its asker with the 64 bits of the id that it came with, though the request was patched meanwhile', () => {
  const { served, written } = serve(memoFrame('request', 0x89abcdef, '/a GET\n', 0, 0xfedcba98));
  const upstream = client();
  upstream.host.open().stream.sendHead(served.head, true);
  assert.deepEqual(Buffer.concat(upstream.written), memoFrame('request', 1, ''), 'an empty body instead of the payload');
  const answer = memoFrame('response', 1, 'fine');
  const head = new MemoResponse(answer, PREFIX);
  served.stream.sendHead(head, false);
  served.stream.sendData(head.payload, true);
  assert.equal(written[0], answer);
  assert.deepEqual(answer, memoFrame('response', 0x89abcdef, 'fine', 0, 0xfedcba98));
});

test('answers find their streams by id, in any order', () => {
  const { host } = client();
  const opened = ['a', 'b', 'c'].map((path) => send(host, memoFrame('request', 1, `${path} GET\n`)));
  host.receive(Buffer.concat([memoFrame('response', 3, 'C'), memoFrame('response', 1, 'A'), memoFrame('response', 2, 'B')]));
  assert.deepEqual(
    opened.map(({ handler }) => handler.body.toString()),
    ['A', 'B', 'C'],
  );
  assert.equal(host.codec.activeStreams, 0);
});

test('an answer to nobody is dropped: late, twice, with a foreign high id, or before the question', () => {
  const { host } = client();
  const late = send(host, memoFrame('request', 1, 'a GET\n'));
  late.handler.silent = true;
  late.stream.reset(cancelled);
  const twice = send(host, memoFrame('request', 1, 'b GET\n'));
  const early = host.open();
  early.stream.sendHead(requestOf(memoFrame('request', 1, 'c GET\n')), false);
  host.receive(
    Buffer.concat([
      memoFrame('response', 1, 'late'),
      memoFrame('response', 2, 'foreign', 0, 1),
      memoFrame('response', 3, 'early'),
      memoFrame('response', 2, 'once'),
      memoFrame('response', 2, 'twice'),
      memoFrame('response', 77, 'never asked'),
    ]),
  );
  assert.equal(twice.handler.body.toString(), 'once');
  assert.equal(early.handler.head, undefined);
  assert.deepEqual(
    host.opened.flatMap(({ handler }) => handler.violations),
    [],
  );
  assert.ok(host.alive);
});

test('a one-way request is over when it has left, and makes room', () => {
  const { host, written } = client();
  const { handler } = send(host, memoFrame('one-way', 1, '/a GET\n'));
  assert.equal(written.length, 1);
  assert.equal(host.codec.activeStreams, 0);
  assert.equal(host.rooms, 1);
  assert.equal(handler.over, false, 'nothing is heard of it');
});

test('a one-way request that came is delivered, and any answer to it is dropped', () => {
  const { host, served, written } = serve(memoFrame('one-way', 1, '/a GET\n'));
  assert.ok(served.handler.ended);
  assert.equal(host.codec.activeStreams, 0);
  served.stream.reply('failed', 'nobody listens');
  served.stream.sendHead(new LocalResponse(200), true);
  served.stream.reset(cancelled);
  assert.equal(written.length, 0);
});

test('a request of an unlike protocol is adopted where the format can, and refused before anything is written where it cannot', () => {
  const adopting = client();
  const { stream } = adopting.host.open();
  stream.sendHead(neutralRequest({ path: '/p', method: 'POST' }), false);
  stream.sendData(Buffer.from('bo'), false);
  stream.sendData(Buffer.from('dy'), true);
  assert.deepEqual(Buffer.concat(adopting.written), memoFrame('request', 1, '/p POST\nbody'));

  const { adopt, ...strict } = memo;
  assert.ok(adopt);
  const refusing = new ScriptClient(frameProtocol(strict));
  const refused = refusing.open();
  refused.stream.sendHead(neutralRequest(), true);
  assert.deepEqual(refused.handler.fault, fault('unsupported', 'local', 'no', 'memo cannot carry requests of neutral'));
  assert.equal(refusing.codec.room, memo.room);

  const tunnel = adopting.host.open();
  tunnel.stream.sendHead(neutralRequest({ upgrade: 'websocket' }), true);
  assert.equal(tunnel.handler.fault?.code, 'unsupported');
  assert.equal(adopting.written.length, 1);
});

test('a response of an unlike protocol, or made here, becomes a reply of the format', () => {
  const { served, written } = serve(memoFrame('request', 5, '/a GET\n'));
  served.stream.sendInformational(new LocalResponse(103));
  served.stream.sendHead(new LocalResponse(404, new FieldList([['a', 'b']])), false);
  served.stream.sendData(Buffer.from('none '), false);
  served.stream.sendData(Buffer.from('such'), true);
  assert.deepEqual(Buffer.concat(written), memoFrame('response', 5, 'none such', status('not-found')));
});

test('a message of the longest length is sent; one byte more is told to whoever sent it', () => {
  const longest = memo.maxFrameBytes;
  for (const length of [longest, longest + 1]) {
    const { host } = client();
    const { stream, handler } = host.open();
    stream.sendHead(neutralRequest(), false);
    stream.sendData(Buffer.alloc(length), false);
    stream.sendData(EMPTY, true);
    assert.equal(handler.fault?.code, length > longest ? 'too-large' : undefined);

    const { served, written } = serve(memoFrame('request', 5, '/a GET\n'));
    served.stream.sendHead(new LocalResponse(200), false);
    served.stream.sendData(Buffer.alloc(length, 'x'), false);
    served.stream.sendData(EMPTY, true);
    assert.equal(Buffer.concat(written)[3], status(length > longest ? 'too-large' : 'ok'));
  }
});

test('an answer that arrives while its stream is paused is held, and the others pass it by', () => {
  const { host } = client();
  const slow = send(host, memoFrame('request', 1, 'a GET\n'));
  const quick = send(host, memoFrame('request', 1, 'b GET\n'));
  slow.stream.pause();
  slow.handler.paused = true;
  host.receive(Buffer.concat([memoFrame('response', 1, 'slow'), memoFrame('response', 2, 'quick')]));
  assert.equal(host.pauses, 0);
  assert.equal(quick.handler.body.toString(), 'quick');
  assert.ok(slow.handler.head);
  assert.equal(host.codec.activeStreams, 1);
  slow.handler.paused = false;
  slow.stream.resume();
  assert.equal(slow.handler.body.toString(), 'slow');
  assert.deepEqual(slow.handler.violations, []);
});

test('held answers have a ceiling, and the one that passes it is given up', () => {
  const { host } = client();
  const half = memo.maxFrameBytes / 2;
  const opened = ['a', 'b', 'c'].map((path) => send(host, memoFrame('request', 1, `${path} GET\n`)));
  for (const { stream } of opened) stream.pause();
  for (const id of [1, 2, 3]) host.receive(memoFrame('response', id, Buffer.alloc(half)));
  assert.deepEqual(
    opened.map(({ handler }) => handler.fault?.code),
    [undefined, undefined, 'overflow'],
  );
  for (const { stream } of opened) stream.resume();
  assert.deepEqual(
    opened.map(({ handler }) => handler.received),
    [half, half, 0],
  );
});

test('both ends may ask: a request from the called side is answered by the caller under its own id', () => {
  const { host, written } = client();
  const asked: Served[] = [];
  const taking = Object.assign(host, {
    onRequest: (stream: Served['stream'], head: Served['head'], end: boolean) => {
      const served: Served = { stream, head, end, handler: new Recorder(host.journal, 1, false) };
      asked.push(served);
      return served.handler;
    },
  });
  taking.receive(memoFrame('request', 0xffffffff, '/callback GET\n', 0, 7));
  assert.equal(asked[0]?.head.path, '/callback');
  asked[0]?.stream.reply('ok', 'heard');
  assert.deepEqual(Buffer.concat(written), memoFrame('response', 0xffffffff, 'heard', 0, 7));

  const server = new ScriptServer(protocol);
  const handler = new Recorder(server.journal, 1, true);
  const sent = keepWrites(server);
  const stream = server.codec.open?.(handler);
  stream?.sendHead(requestOf(memoFrame('request', 99, '/callback GET\n')), true);
  assert.deepEqual(Buffer.concat(sent), memoFrame('request', 1, ''));
  server.receive(memoFrame('response', 1, 'heard'));
  assert.equal(handler.body.toString(), 'heard');
});

test('a request in a direction that takes none is answered, not left waiting', () => {
  const { host, written } = client();
  host.receive(memoFrame('request', 3, '/callback GET\n'));
  const answer = Buffer.concat(written);
  assert.equal(answer[3], status('unavailable'));
  assert.equal(answer.readUInt32BE(8), 3);
  assert.equal(host.codec.activeStreams, 0);
});
