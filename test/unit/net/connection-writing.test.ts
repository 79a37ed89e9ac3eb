import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scene, turn } from './script-socket.ts';

const bytes = (length: number, fill = 'x'): Buffer => Buffer.alloc(length, fill);

test('what is written in one turn leaves in one system call at its end', async () => {
  const { socket, connection } = scene();
  for (let n = 0; n < 50; n++) connection.write(Buffer.from(`${n} `));
  assert.equal(socket.calls.length, 0);
  await turn();
  assert.equal(socket.calls.length, 1);
  assert.equal(socket.sent, Array.from({ length: 50 }, (_, n) => `${n} `).join(''));
  connection.write(Buffer.from('next turn'));
  await turn();
  assert.equal(socket.calls.length, 2);
});

test('a single buffer leaves as it is', async () => {
  const { socket, connection } = scene();
  const single = bytes(10);
  connection.write(single);
  await turn();
  assert.equal(socket.calls[0]?.[0], single);
});

test('several are joined while they have 256 bytes on average, and one byte more makes a list of them', async () => {
  const { socket, connection } = scene();
  connection.write(bytes(12));
  connection.write(bytes(500));
  await turn();
  assert.deepEqual(
    socket.calls[0]?.map(({ length }) => length),
    [512],
  );
  const [first, second] = [bytes(12), bytes(501)];
  connection.write(first);
  connection.write(second);
  await turn();
  assert.equal(socket.calls.length, 2);
  assert.ok(socket.calls[1]?.[0] === first && socket.calls[1]?.[1] === second, 'and they are not copied');
});

test('large parts of one read that are written one behind the other leave as one piece, and nobody copies them', async () => {
  const { socket, connection } = scene();
  const read = bytes(2_000);
  for (const [start, end] of [
    [0, 700],
    [700, 1_400],
    [1_400, 2_000],
  ])
    connection.write(read.subarray(start, end));
  await turn();
  const [piece, ...more] = socket.calls[0] ?? [];
  assert.deepEqual([piece?.buffer === read.buffer, piece?.byteOffset, piece?.length, more.length], [true, read.byteOffset, 2_000, 0]);
});

test('parts with a gap between them stay apart', async () => {
  const { socket, connection } = scene();
  const read = bytes(2_000);
  connection.write(read.subarray(0, 700));
  connection.write(read.subarray(701, 1_400));
  connection.write(read.subarray(0, 700));
  await turn();
  assert.deepEqual(
    socket.calls[0]?.map(({ length }) => length),
    [700, 699, 700],
  );
});

test('what is written from inside a read leaves in the same turn, on whatever connection', async () => {
  const downstream = scene();
  const upstream = scene();
  downstream.journal.whenRead = (chunk) => upstream.connection.write(chunk);
  downstream.socket.push('request');
  await new Promise((resolve) => process.nextTick(resolve));
  assert.equal(upstream.socket.sent, '');
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(upstream.socket.sent, 'request');
});

test('no bytes are no system call', async () => {
  const { socket, connection } = scene();
  connection.write(bytes(0));
  await turn();
  assert.equal(socket.calls.length, 0);
});

test('a connection is writable below the high watermark, and not at it', async () => {
  const { connection } = scene({ highWatermark: 100 });
  connection.write(bytes(99));
  assert.equal(connection.writable, true);
  connection.write(bytes(1));
  assert.equal(connection.writable, false);
  assert.equal(connection.queuedBytes, 100);
});

test('onDrain comes once, when the queue has fallen to half the high watermark', async () => {
  const { socket, connection, journal } = scene({ highWatermark: 100 });
  socket.stuck = true;
  connection.write(bytes(100));
  await turn();
  connection.write(bytes(51));
  await turn();
  socket.takeOne();
  await turn();
  assert.equal(connection.queuedBytes, 51);
  assert.deepEqual(journal.lines, [], 'half is 50');
  assert.equal(connection.writable, false, 'it stays full in between');
  socket.takeOne();
  await turn();
  assert.deepEqual(journal.lines, ['drain']);
  assert.equal(connection.writable, true);
  connection.write(bytes(99));
  await turn();
  socket.unstick();
  await turn();
  assert.deepEqual(journal.lines, ['drain'], 'a connection that was never full does not drain');
});

test('at half the high watermark exactly it drains', async () => {
  const { socket, connection, journal } = scene({ highWatermark: 100 });
  socket.stuck = true;
  connection.write(bytes(100));
  await turn();
  connection.write(bytes(50));
  await turn();
  socket.takeOne();
  await turn();
  assert.deepEqual(journal.lines, ['drain']);
});

test('a socket that takes all at once drains too', async () => {
  const { socket, connection, journal } = scene({ highWatermark: 100 });
  connection.write(bytes(5_000));
  assert.equal(connection.writable, false);
  await turn();
  assert.deepEqual(journal.lines, ['drain']);
  assert.equal(socket.calls.length, 1);
});

test('what is written to a full connection is kept and leaves in its order', async () => {
  const { socket, connection, journal } = scene({ highWatermark: 10 });
  socket.stuck = true;
  for (const word of ['one ', 'two ', 'three ', 'four ', 'five ']) {
    connection.write(Buffer.from(word));
    await turn();
  }
  socket.unstick();
  await turn();
  assert.equal(socket.sent, 'one two three four five ');
  assert.deepEqual(journal.lines, ['drain']);
});

test('a drained owner may fill the connection again from inside onDrain', async () => {
  const { socket, connection, journal } = scene({ highWatermark: 10 });
  journal.whenDrained = () => {
    if (journal.lines.length < 4) connection.write(bytes(10));
  };
  connection.write(bytes(10));
  for (let turns = 0; turns < 4; turns++) await turn();
  assert.deepEqual(journal.lines, ['drain', 'drain', 'drain', 'drain']);
  assert.equal(socket.calls.length, 4);
});

test('both directions are counted, what is queued included', async () => {
  const { socket, connection } = scene();
  socket.stuck = true;
  connection.write(bytes(3));
  connection.write(bytes(4));
  socket.push('12345');
  await turn();
  assert.deepEqual([connection.bytesWritten, connection.bytesRead], [7, 5]);
});

test('each connection has an id of its own', () => {
  assert.notEqual(scene().connection.id, scene().connection.id);
});
