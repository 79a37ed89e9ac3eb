import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DelayedReading } from '../../../src/net/delayed-reading.ts';
import { scene, turn } from './script-socket.ts';

/** A connection of which the pieces are held back as long as `delays` says, one after the other, and then not any more. */
function delayed(...delays: number[]) {
  const made = scene();
  new DelayedReading(made.connection, made.timers, () => delays.shift() ?? 0);
  return made;
}

test('a piece that is held back comes when its time is over, and what follows it after it', async () => {
  const { socket, journal, timers } = delayed(0, 100);
  socket.push('a');
  await turn();
  socket.push('b');
  await turn();
  socket.push('c');
  await turn();
  assert.deepEqual(journal.lines, ['read a']);
  timers.advance(100);
  await turn();
  assert.deepEqual(journal.lines, ['read a', 'read b', 'read c']);
});

test('the end waits as well', async () => {
  const { socket, journal, timers } = delayed(50);
  socket.push('a');
  socket.push(null);
  await turn();
  assert.deepEqual(journal.lines, []);
  timers.advance(50);
  await turn();
  assert.deepEqual(journal.lines, ['read a', 'end']);
});

test('what breaks meanwhile is heard of at once, and nothing after it', async () => {
  const { socket, journal, timers } = delayed(50);
  socket.push('a');
  await turn();
  socket.fail('ECONNRESET');
  await turn();
  timers.advance(100);
  await turn();
  assert.deepEqual(journal.lines, ['close reset upstream maybe: read ECONNRESET']);
});

test('the owner hears of everything else as ever', async () => {
  const { socket, connection, journal } = delayed();
  socket.stuck = true;
  connection.write(Buffer.alloc(2_000));
  await turn();
  socket.unstick();
  await turn();
  assert.deepEqual(journal.lines, ['drain']);
});
