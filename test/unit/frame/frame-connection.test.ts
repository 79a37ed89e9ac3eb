import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fault } from '../../../src/base/fault.ts';
import { frameProtocol } from '../../../src/protocol/frame-protocol.ts';
import { neutralRequest } from '../../../src/testing/action.ts';
import { ScriptClient, ScriptServer } from '../../../src/testing/script-transport.ts';
import { memo, memoFrame, PREFIX, status } from './memo-format.ts';

const protocol = frameProtocol(memo);
const died = fault('reset', 'upstream', 'maybe', 'by the test');

const server = (...frames: Buffer[]): ScriptServer => {
  const host = new ScriptServer(protocol);
  for (const frame of frames) host.receive(frame);
  return host;
};

test('a heartbeat is answered under its own id and not seen above', () => {
  const host = server(memoFrame('heartbeat-ask', 5, '', 0, 6));
  assert.deepEqual(host.flush(), memoFrame('heartbeat-reply', 5, '', 0, 6));
  assert.equal(host.served.length, 0);
});

test('heartbeats of a peer that does not read are not answered, so that they cannot fill its queue', () => {
  const host = new ScriptServer(protocol);
  host.highWaterMark = 1;
  host.receive(Buffer.concat([memoFrame('heartbeat-ask', 1), memoFrame('heartbeat-ask', 2)]));
  assert.deepEqual(host.flush(), memoFrame('heartbeat-reply', 1));
});

test('a peer that does not read its answers is not read until it does', () => {
  const host = new ScriptServer(protocol);
  host.highWaterMark = 1;
  host.receive(memoFrame('request', 1, 'a GET\n'));
  host.served[0]!.stream.reply('ok', 'answer');
  assert.equal(host.pauses, 1);
  host.receive(memoFrame('request', 2, 'b GET\n'));
  assert.equal(host.served.length, 1);
  host.flush();
  assert.equal(host.pauses, 0);
  host.pump();
  assert.equal(host.served.length, 2);
});

test('probing asks under an id of its own; skipped when the peer does not read, absent where the format has none', () => {
  const host = new ScriptClient(protocol);
  host.open().stream.sendHead(neutralRequest(), true);
  host.flush();
  host.codec.probe?.();
  assert.deepEqual(host.flush(), memoFrame('heartbeat-ask', 2));
  host.receive(memoFrame('heartbeat-reply', 2));
  host.highWaterMark = 0;
  host.codec.probe?.();
  assert.equal(host.unsentBytes, 0);
  const { heartbeatAsk, ...mute } = memo;
  assert.ok(heartbeatAsk);
  assert.equal(new ScriptClient(frameProtocol(mute)).codec.probe, undefined);
});

test('room is what was configured less the open streams', () => {
  const host = new ScriptClient(protocol);
  assert.equal(host.codec.room, memo.room);
  for (let left = memo.room - 1; left >= 0; left--) {
    host.open().stream.sendHead(neutralRequest(), true);
    assert.equal(host.codec.room, left);
  }
  host.receive(memoFrame('response', 1));
  assert.equal(host.codec.room, 1);
  assert.equal(host.rooms, 1);
});

test('requests up to the ceiling are taken, and one more is answered overloaded', () => {
  const host = new ScriptServer(protocol);
  for (let id = 1; id <= memo.ceiling; id++) host.receive(memoFrame('request', id, 'a GET\n'));
  assert.equal(host.served.length, memo.ceiling);
  assert.equal(host.unsentBytes, 0);
  host.receive(memoFrame('request', 99, 'a GET\n'));
  const answer = host.flush();
  assert.equal(host.served.length, memo.ceiling);
  assert.equal(answer[3], status('overloaded'));
  assert.equal(answer.readUInt32BE(8), 99);
  host.served[0]!.stream.reply('ok', '');
  host.receive(memoFrame('request', 100, 'a GET\n'));
  assert.equal(host.served.length, memo.ceiling + 1);
});

test('a request that is too long is answered, and the connection goes on', () => {
  const host = new ScriptServer(protocol);
  const long = memoFrame('request', 4, Buffer.alloc(memo.maxFrameBytes - PREFIX + 1));
  for (const kind of ['request', 'one-way', 'heartbeat-ask'] as const) {
    long[2] = memoFrame(kind, 1)[2]!;
    host.receive(Buffer.from(long));
    const answer = host.flush();
    if (kind !== 'request') assert.equal(answer.length, 0);
    else assert.deepEqual([answer[3], answer.readUInt32BE(8)], [status('too-large'), 4]);
  }
  assert.equal(host.served.length, 0);
  host.receive(memoFrame('request', 5, 'a GET\n'));
  assert.equal(host.served.length, 1);
});

test('an answer that is too long ends its stream alone', () => {
  const host = new ScriptClient(protocol);
  const [long, other] = [host.open(), host.open()];
  for (const { stream } of [long, other]) stream.sendHead(neutralRequest(), true);
  host.receive(memoFrame('response', 1, Buffer.alloc(memo.maxFrameBytes - PREFIX + 1)));
  assert.equal(long.handler.fault?.code, 'too-large');
  assert.equal(long.handler.fault?.processed, 'maybe');
  host.receive(memoFrame('response', 2, 'fine'));
  assert.equal(other.handler.body.toString(), 'fine');
});

test('a stream that is reset here is answered, by the cause, for the peer would wait', () => {
  for (const [code, outcome] of [
    ['timeout', 'timeout'],
    ['overflow', 'overloaded'],
    ['connect-failed', 'unavailable'],
    ['reset', 'failed'],
  ] as const) {
    const host = server(memoFrame('request', 6, 'a GET\n'));
    host.served[0]!.stream.reset(fault(code, 'upstream', 'maybe', 'why'));
    assert.deepEqual(host.flush(), memoFrame('response', 6, 'why', status(outcome)));
  }
  const gone = server(memoFrame('request', 6, 'a GET\n'));
  gone.served[0]!.stream.reset(fault('reset', 'downstream', 'maybe', 'nobody is there'));
  assert.equal(gone.unsentBytes, 0);
});

test('a peer that goes away takes nothing new, and its last answer closes the connection', () => {
  const host = new ScriptClient(protocol);
  const { stream, handler } = host.open();
  stream.sendHead(neutralRequest(), true);
  host.receive(Buffer.concat([memoFrame('go-away', 0), memoFrame('go-away', 0)]));
  assert.equal(host.codec.room, 0);
  assert.equal(host.journal.take().filter(({ words }) => words === 'go-away everywhere').length, 1);
  assert.ok(host.alive);
  host.receive(memoFrame('response', 1, 'last'));
  assert.equal(handler.body.toString(), 'last');
  assert.equal(host.state, 'closed');
  const idle = new ScriptClient(protocol);
  idle.receive(memoFrame('go-away', 0));
  assert.equal(idle.state, 'closed');
});

test('a server that goes away says so once, and refuses what crosses', () => {
  const host = server(memoFrame('request', 1, 'a GET\n'));
  host.codec.goAway();
  host.codec.goAway();
  assert.deepEqual(host.flush(), memoFrame('go-away', 0));
  host.receive(memoFrame('request', 2, 'b GET\n'));
  assert.deepEqual(host.flush(), memoFrame('response', 2, 'going away', status('unavailable')));
  host.served[0]!.stream.reply('ok', '');
  assert.equal(host.state, 'closed');
});

test('a server whose peer says FIN still answers what was asked', () => {
  const host = server(memoFrame('request', 1, 'a GET\n'));
  host.receiveEnd();
  assert.ok(host.alive);
  host.served[0]!.stream.reply('ok', 'late');
  assert.deepEqual(host.flush(), memoFrame('response', 1, 'late'));
  assert.equal(host.state, 'closed');
});

test('FIN within a frame is truncation; before an answer, closing', () => {
  for (const [bytes, code] of [
    [memoFrame('response', 1, 'x').subarray(0, 17 - 1), 'truncated'],
    [Buffer.alloc(0), 'closed'],
  ] as const) {
    const host = new ScriptClient(protocol);
    const { stream, handler } = host.open();
    stream.sendHead(neutralRequest(), true);
    if (bytes.length > 0) host.receive(bytes);
    host.receiveEnd();
    assert.equal(handler.fault?.code, code);
    assert.equal(handler.fault?.processed, 'maybe');
  }
});

test('when a connection dies, a request that has not left was not processed', () => {
  const host = new ScriptClient(protocol);
  const [left, waiting] = [host.open(), host.open()];
  left.stream.sendHead(neutralRequest(), true);
  waiting.stream.sendHead(neutralRequest(), false);
  waiting.stream.sendData(Buffer.from('half'), false);
  host.die(died);
  assert.equal(left.handler.fault?.processed, 'maybe');
  assert.equal(waiting.handler.fault?.processed, 'no');
  assert.equal(host.codec.room, 0);
});

test('a connection that dies inside onRequest is told to the handler that comes of it', () => {
  const host = new ScriptServer(protocol);
  host.react = () => host.codec.terminate(died);
  host.receive(memoFrame('request', 1, 'a GET\n'));
  assert.deepEqual(host.served[0]!.handler.fault, died);
  assert.equal(host.served[0]!.handler.received, 0);
});

test('a request that is paused at its head is held until it is resumed, and the sender is not read meanwhile', () => {
  const host = new ScriptServer(protocol);
  host.react = ({ stream }) => stream.pause();
  host.receive(memoFrame('request', 1, 'a GET\n'));
  const { stream, handler } = host.served[0]!;
  assert.equal(handler.received, 0);
  assert.equal(host.pauses, 1);
  stream.resume();
  assert.ok(handler.ended);
  assert.equal(host.pauses, 0);
});

test('a stream that ends while paused leaves no pause behind on the connection', () => {
  const host = new ScriptServer(protocol);
  host.react = ({ stream }) => {
    stream.pause();
    stream.pause();
  };
  host.receive(memoFrame('request', 1, 'a GET\n'));
  host.served[0]!.stream.reply('denied', 'no');
  assert.equal(host.pauses, 0);
});

test('streams that were told to wait hear when the connection takes bytes again', () => {
  const client = new ScriptClient(protocol);
  client.highWaterMark = 1;
  const { stream, handler } = client.open();
  stream.sendHead(neutralRequest(), false);
  const other = client.open();
  other.stream.sendHead(neutralRequest(), true);
  assert.equal(stream.writable, false);
  assert.equal(stream.writable, false);
  client.flush();
  client.flush();
  assert.equal(handler.drains, 1);
  assert.equal(other.handler.drains, 0, 'it never asked');
  const host = new ScriptServer(protocol);
  host.highWaterMark = 1;
  host.receive(Buffer.concat([memoFrame('request', 1, 'a GET\n'), memoFrame('request', 2, 'b GET\n')]));
  host.served[1]!.stream.reply('ok', '');
  assert.equal(host.served[0]!.stream.writable, false);
  host.flush();
  assert.equal(host.served[0]!.handler.drains, 1);
  assert.equal(host.served[1]!.handler.drains, 0);
});

test('a connection has a partial frame until its last byte is here', () => {
  const host = new ScriptServer(protocol);
  host.receive(memoFrame('request', 1, 'a GET\n').subarray(0, 20));
  assert.equal(host.codec.partial, true);
  host.receive(memoFrame('request', 1, 'a GET\n').subarray(20));
  assert.equal(host.codec.partial, false);
});

test('the format tells a protocol by its first bytes', () => {
  assert.equal(protocol.sniff(Buffer.from('M')), 'more');
  assert.equal(protocol.sniff(memoFrame('request', 1)), 'yes');
  assert.equal(protocol.sniff(Buffer.from('GET /')), 'no');
});
