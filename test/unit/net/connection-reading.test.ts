import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fault } from '../../../src/base/fault.ts';
import { scene, turn } from './script-socket.ts';

test('chunks arrive in order, then the end, and writing goes on', async () => {
  const { socket, connection, journal } = scene();
  socket.push('a');
  socket.push('b');
  socket.push(null);
  await turn();
  assert.deepEqual(journal.lines, ['read a', 'read b', 'end']);
  connection.write(Buffer.from('answer'));
  await turn();
  assert.equal(socket.sent, 'answer');
});

test('while paused nothing arrives, not even the end; pauses are counted', async () => {
  const { socket, connection, journal } = scene();
  connection.pause();
  connection.pause();
  socket.push('a');
  socket.push(null);
  await turn();
  connection.resume();
  await turn();
  assert.deepEqual(journal.lines, []);
  connection.resume();
  await turn();
  assert.deepEqual(journal.lines, ['read a', 'end']);
});

test('a pause from inside a read keeps the next chunk back', async () => {
  const { socket, connection, journal } = scene();
  journal.whenRead = () => connection.pause();
  socket.push('a');
  socket.push('b');
  await turn();
  socket.push('c');
  await turn();
  assert.deepEqual(journal.lines, ['read a']);
  connection.resume();
  await turn();
  assert.deepEqual(journal.lines, ['read a', 'read b']);
});

test('to resume more often than was paused is a bug of ours, and is harmless once the connection is over', async () => {
  const { connection } = scene();
  connection.pause();
  connection.resume();
  assert.throws(() => connection.resume(), /resumed more often than paused/);
  connection.close();
  connection.resume();
  connection.pause();
});

test('an owner may be replaced between two chunks', async () => {
  const first = scene();
  const second = scene();
  first.journal.whenRead = () => {
    first.connection.owner = second.journal;
  };
  first.socket.push('a');
  first.socket.push('b');
  await turn();
  assert.deepEqual([first.journal.lines, second.journal.lines], [['read a'], ['read b']]);
});

test('small reads of a turn are handed on when all sockets have been read', async () => {
  const first = scene();
  const second = scene();
  const readBefore: number[] = [];
  first.journal.whenRead = () => readBefore.push(second.connection.bytesRead);
  first.socket.push('a');
  second.socket.push('b');
  await turn();
  assert.deepEqual(readBefore, [1]);
  assert.deepEqual(second.journal.lines, ['read b']);
});

test('16 KiB are handed on at once, and a byte less is not', async () => {
  for (const [bytes, before] of [
    [16_384, 0],
    [16_383, 1],
  ] as const) {
    const large = scene();
    const other = scene();
    const readBefore: number[] = [];
    large.journal.whenRead = () => readBefore.push(other.connection.bytesRead);
    large.socket.push(Buffer.alloc(bytes));
    other.socket.push('b');
    await turn();
    assert.deepEqual(readBefore, [before], `${bytes} bytes`);
  }
});

test('what has been read and not handed on is dropped with the connection', async () => {
  const { socket, connection, journal } = scene();
  journal.whenRead = () => connection.destroy(fault('cancelled', 'local', 'maybe', 'enough'));
  socket.push('a');
  socket.push('b');
  await turn();
  assert.deepEqual(
    journal.lines.filter((line) => line.startsWith('read')),
    ['read a'],
  );
});
