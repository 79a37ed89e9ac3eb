import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neutralRequest, ScriptClient, ScriptServer } from 'meshloom/testing';
import tcp from '../../../protocols/tcp/index.ts';

test('no first bytes tell that a connection is raw', () => {
  assert.equal(tcp.sniff(Buffer.from('anything')), 'no');
});

test('a client has room for one stream, once', () => {
  const client = new ScriptClient(tcp);
  assert.equal(client.codec.room, 1);
  const { stream, handler } = client.open();
  assert.equal(client.codec.room, 0);
  assert.equal(client.codec.activeStreams, 1);
  stream.sendHead(neutralRequest(), true);
  client.receiveEnd();
  assert.ok(handler.ended);
  assert.equal(client.state, 'closed');
  assert.equal(client.codec.room, 0);
  assert.equal(client.codec.activeStreams, 0);
});

test('a server that speaks first is held back until somebody listens', () => {
  const client = new ScriptClient(tcp);
  client.receive(Buffer.from('one'));
  client.receive(Buffer.from('two'));
  assert.equal(client.pauses, 1);
  assert.equal(client.heldBytes, 3);
  const { stream, handler } = client.open();
  client.pump();
  assert.equal(handler.received, 0, 'no data before the head');
  stream.sendHead(neutralRequest(), false);
  assert.equal(handler.body.toString(), 'onetwo');
  assert.equal(client.pauses, 0);
});

test('a stream that ends while paused leaves no pause behind on the connection', () => {
  const server = new ScriptServer(tcp);
  server.start();
  const { stream } = server.served[0]!;
  stream.pause();
  stream.pause();
  assert.equal(server.pauses, 2);
  stream.reply('unavailable', '');
  assert.equal(server.pauses, 0);
  stream.resume();
  assert.equal(server.pauses, 0);
});

test('an ending that came while paused is delivered after the data before it', () => {
  const server = new ScriptServer(tcp);
  server.start();
  const { stream, handler } = server.served[0]!;
  handler.react = (call) => {
    if (call === 'data' && !handler.ended) stream.pause();
  };
  server.receive(Buffer.from('a'));
  server.codec.read(Buffer.from('b'));
  server.codec.readEnd();
  assert.equal(handler.body.toString(), 'a');
  stream.resume();
  assert.equal(handler.body.toString(), 'ab');
  assert.ok(!handler.ended);
  stream.resume();
  assert.ok(handler.ended);
});
