import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fault } from '../../../src/base/fault.ts';
import { scene, turn } from './script-socket.ts';

const CLOSED_HERE = 'close closed local maybe: closed here';
const CLOSED_BY_PEER = 'close closed upstream maybe: closed by the peer';
const REASON = fault('cancelled', 'local', 'maybe', 'not wanted');

test('end flushes, then sends FIN; reading goes on, and when the peer ends too it is over', async () => {
  const { socket, connection, journal } = scene();
  connection.write(Buffer.from('last words'));
  connection.end();
  connection.write(Buffer.from('too late'));
  assert.equal(connection.writable, false);
  await turn();
  assert.deepEqual([socket.sent, socket.finSent], ['last words', true]);
  socket.push('answer');
  await turn();
  socket.push(null);
  await turn();
  assert.deepEqual(journal.lines, ['read answer', 'end', CLOSED_BY_PEER]);
});

test('close flushes, sends FIN, and throws away what comes until the peer has ended too', async () => {
  const { socket, connection, journal, timers } = scene();
  connection.write(Buffer.from('400'));
  connection.close();
  socket.push('rest of the request');
  await turn();
  assert.deepEqual([socket.sent, socket.finSent, socket.destroyed], ['400', true, false]);
  socket.push(null);
  await turn();
  assert.deepEqual(journal.lines, [CLOSED_HERE]);
  assert.equal(socket.resets, 0);
  assert.equal(timers.scheduled, 0);
});

test('a peer that does not end is given up after the linger time, and not before', async () => {
  const { socket, connection, journal, timers } = scene({ lingerMs: 5_000 });
  connection.close();
  await turn();
  timers.advance(4_999);
  await turn();
  assert.deepEqual([journal.lines, socket.destroyed], [[], false]);
  timers.advance(1);
  await turn();
  assert.deepEqual([journal.lines, socket.destroyed], [[CLOSED_HERE], true]);
});

test('what a peer keeps sending is read up to the limit, and past it TCP holds it back', async () => {
  const { socket, connection, journal, timers } = scene({ lingerBytes: 100 });
  connection.close();
  await turn();
  socket.push(Buffer.alloc(100));
  await turn();
  assert.equal(socket.isPaused(), false);
  socket.push(Buffer.alloc(1));
  await turn();
  assert.equal(socket.isPaused(), true);
  assert.equal(socket.destroyed, false, 'for it may still be reading our answer');
  timers.advance(5_000);
  await turn();
  assert.deepEqual(journal.lines, [CLOSED_HERE]);
});

test('a paused connection hears the peer end while it closes', async () => {
  const { socket, connection, journal } = scene();
  connection.pause();
  socket.push('unread');
  connection.close();
  await turn();
  socket.push(null);
  await turn();
  assert.deepEqual(journal.lines, [CLOSED_HERE]);
});

test('when the peer has ended before, close does not linger', async () => {
  const { socket, connection, journal, timers } = scene();
  socket.push(null);
  await turn();
  connection.write(Buffer.from('answer'));
  connection.close();
  await turn();
  assert.deepEqual([socket.sent, journal.lines], ['answer', ['end', CLOSED_HERE]]);
  assert.equal(timers.scheduled, 0);
});

test('close after end lingers, whether our FIN has left or not', async () => {
  for (const turns of [0, 1]) {
    const { socket, connection, journal, timers } = scene();
    connection.end();
    for (let n = 0; n < turns; n++) await turn();
    connection.close();
    connection.close();
    connection.end();
    await turn();
    assert.equal(timers.scheduled, 1);
    socket.push(null);
    await turn();
    assert.deepEqual(journal.lines, [CLOSED_HERE]);
  }
});

test('while a long queue moves, close waits for it; the linger time begins when it has left', async () => {
  const { socket, connection, journal, timers } = scene();
  socket.stuck = true;
  connection.write(Buffer.alloc(5_000));
  connection.close();
  await turn();
  assert.equal(socket.timeoutMs, 5_000, 'the socket itself measures for how long nothing moved');
  timers.advance(60_000);
  await turn();
  assert.equal(socket.destroyed, false);
  socket.unstick();
  await turn();
  assert.equal(socket.timeoutMs, 0);
  assert.equal(socket.finSent, true);
  timers.advance(5_000);
  await turn();
  assert.deepEqual(journal.lines, [CLOSED_HERE]);
});

test('a queue that does not move is given up, whatever the peer goes on to say', async () => {
  const { socket, connection, journal } = scene();
  socket.stuck = true;
  connection.write(Buffer.alloc(5_000));
  connection.close();
  await turn();
  socket.push('still here');
  await turn();
  assert.equal(connection.bytesRead, 0, 'what is read would count as movement');
  socket.emit('timeout');
  await turn();
  assert.deepEqual(journal.lines, ['close timeout upstream maybe: the peer did not take what was sent']);
});

test('destroy resets the connection at once, loses what is queued, and tells the owner only the reason, once, later', async () => {
  const { socket, connection, journal } = scene();
  connection.write(Buffer.from('queued'));
  socket.push('unread');
  connection.destroy(REASON);
  connection.destroy(fault('timeout', 'local', 'maybe', 'another'));
  assert.deepEqual(journal.lines, [], 'never from inside the call');
  connection.write(Buffer.from('more'));
  connection.end();
  connection.close();
  await turn();
  assert.deepEqual(journal.lines, ['close cancelled local maybe: not wanted']);
  assert.deepEqual([socket.sent, socket.resets], ['', 1]);
});

test('destroy does not reset where there is no RST, nor after our FIN, which it could not take back', async () => {
  const unix = scene({ canReset: false });
  unix.connection.destroy(REASON);
  const ended = scene();
  ended.connection.end();
  ended.connection.destroy(REASON);
  const closing = scene();
  closing.connection.close();
  closing.connection.destroy(REASON);
  await turn();
  for (const { socket, journal, timers } of [unix, ended, closing]) {
    assert.equal(socket.resets, 0);
    assert.equal(timers.scheduled, 0);
    assert.deepEqual(journal.lines, ['close cancelled local maybe: not wanted']);
  }
});

test('a full connection that is destroyed does not drain', async () => {
  const { socket, connection, journal } = scene({ highWatermark: 10 });
  socket.stuck = true;
  connection.write(Buffer.alloc(20));
  await turn();
  connection.destroy(REASON);
  socket.unstick();
  await turn();
  assert.deepEqual(journal.lines, ['close cancelled local maybe: not wanted']);
});

test('an error of the socket is a fault of the peer', async () => {
  for (const [code, expected] of [
    ['ECONNRESET', 'close reset upstream maybe: read ECONNRESET'],
    ['EPIPE', 'close reset upstream maybe: read EPIPE'],
    ['ETIMEDOUT', 'close timeout upstream maybe: read ETIMEDOUT'],
  ] as const) {
    const { socket, connection, journal } = scene();
    socket.fail(code);
    connection.write(Buffer.from('into the void'));
    await turn();
    assert.deepEqual(journal.lines, [expected]);
    connection.write(Buffer.from('and later'));
    await turn();
  }
  const downstream = scene({ origin: 'downstream' });
  downstream.socket.fail('ECONNRESET');
  await turn();
  assert.deepEqual(downstream.journal.lines, ['close reset downstream maybe: read ECONNRESET']);
});

test('a peer that resets while the connection closes cancels the deadline', async () => {
  const { socket, connection, journal, timers } = scene();
  connection.close();
  await turn();
  socket.fail('ECONNRESET');
  await turn();
  assert.deepEqual(journal.lines, ['close reset upstream maybe: read ECONNRESET']);
  assert.equal(timers.scheduled, 0);
});
