import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY, fault } from 'meshloom/protocol';
import { neutralRequest, ScriptClient } from 'meshloom/testing';
import http1 from '../../../protocols/http1/index.ts';

const answer = (body: string): Buffer => Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);

test('there is room for one request at a time, and none before its answer is complete', () => {
  const client = new ScriptClient(http1);
  assert.equal(client.codec.room, 1);
  const { stream } = client.open();
  assert.equal(client.codec.room, 0);
  assert.throws(() => client.codec.open(client.opened[0]!.handler), /no room/);
  stream.sendHead(neutralRequest(), true);
  client.receive(answer('ok').subarray(0, -1));
  assert.equal(client.codec.room, 0);
  assert.equal(client.rooms, 0);
  client.receive(Buffer.from('k'));
  assert.equal(client.codec.room, 1);
  assert.equal(client.rooms, 1);
});

test('the next request may be sent in the very callback that ends an answer', () => {
  const client = new ScriptClient(http1);
  const first = client.open();
  first.stream.sendHead(neutralRequest(), true);
  first.handler.react = (_call, end) => {
    if (end) client.open().stream.sendHead(neutralRequest({ path: '/second' }), true);
  };
  client.receive(answer('one'));
  assert.equal(client.rooms, 0, 'the room is taken again already');
  client.receive(answer('two'));
  assert.deepEqual(
    client.opened.map(({ handler }) => handler.body.toString()),
    ['one', 'two'],
  );
  assert.equal(client.rooms, 1);
});

test('bytes behind an answer reach nobody, not even who asks in the callback that ends it', () => {
  const client = new ScriptClient(http1);
  const { stream, handler } = client.open();
  stream.sendHead(neutralRequest(), true);
  let roomInCallback = -1;
  handler.react = (_call, end) => {
    if (end) roomInCallback = client.codec.room;
  };
  client.receive(Buffer.concat([answer('mine'), answer('evil')]));
  assert.equal(roomInCallback, 0);
  assert.equal(handler.body.toString(), 'mine');
  assert.equal(client.failure?.code, 'malformed');
  assert.equal(client.rooms, 0);
});

test('a fault is processed no as long as nothing has been written, and maybe after that', () => {
  for (const [asked, processed] of [
    [false, 'no'],
    [true, 'maybe'],
  ] as const) {
    const client = new ScriptClient(http1);
    const { stream, handler } = client.open();
    if (asked) stream.sendHead(neutralRequest(), true);
    client.die(fault('reset', 'upstream', asked ? 'no' : 'maybe', 'RST'));
    assert.equal(handler.fault?.processed, processed);
    assert.equal(handler.fault?.code, 'reset');
  }
});

test('a stream that is reset before anything was written leaves the connection as it was', () => {
  const client = new ScriptClient(http1);
  client.open().stream.reset(fault('cancelled', 'local', 'no', 'no'));
  assert.equal(client.codec.room, 1);
  assert.equal(client.rooms, 1);
  assert.equal(client.state, 'open');
});

test('so does a head that cannot be sent', () => {
  const client = new ScriptClient(http1);
  const { stream, handler } = client.open();
  stream.sendHead(neutralRequest({ method: '' }), true);
  assert.deepEqual([handler.fault?.code, handler.fault?.processed], ['unsupported', 'no']);
  assert.equal(client.codec.room, 1);
  assert.equal(client.rooms, 1);
});

test('a server that closes an idle connection takes its room', () => {
  const client = new ScriptClient(http1);
  client.receiveEnd();
  assert.equal(client.codec.room, 0);
  assert.equal(client.state, 'closed');
});

test('what is sent out of turn is not sent at all', () => {
  const client = new ScriptClient(http1);
  const { stream } = client.open();
  stream.sendData(Buffer.from('before the head'), false);
  stream.sendHead(neutralRequest(), true);
  stream.sendHead(neutralRequest(), true);
  stream.sendData(Buffer.from('after the end'), true);
  stream.sendData(EMPTY, true);
  assert.equal(client.flush().toString(), 'GET / HTTP/1.1\r\nhost: service.test\r\n\r\n');
});

test('early data for a tunnel is held with writable false, so that its sender stops', () => {
  const client = new ScriptClient(http1);
  const { stream, handler } = client.open();
  stream.sendHead(neutralRequest({ upgrade: 'connect', method: 'CONNECT', authority: 'a:1' }), false);
  client.flush();
  assert.equal(stream.writable, true);
  stream.sendData(Buffer.from('early'), false);
  assert.equal(stream.writable, false);
  assert.equal(client.flush().length, 0);
  client.receive(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'));
  assert.equal(stream.writable, true);
  assert.equal(handler.drains, 1);
  assert.equal(client.flush().toString(), 'early');
});

test('no more than what pauses say is read, and no other connection suffers', () => {
  const client = new ScriptClient(http1);
  const { stream, handler } = client.open();
  stream.sendHead(neutralRequest(), true);
  handler.react = (call) => {
    if (call === 'head') stream.pause();
  };
  client.receive(answer('hello'));
  assert.equal(client.pauses, 1);
  assert.equal(handler.body.length, 0);
  stream.pause();
  stream.resume();
  assert.equal(client.pauses, 1, 'pauses are counted');
  stream.resume();
  assert.equal(client.pauses, 0);
  assert.equal(handler.body.toString(), 'hello');
  stream.resume();
  assert.equal(client.pauses, 0);
});
