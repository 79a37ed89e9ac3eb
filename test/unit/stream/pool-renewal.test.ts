import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fault } from '../../../src/base/fault.ts';
import { poolScene } from './scripted.ts';

const UNHEALTHY = fault('reset', 'local', 'maybe', 'the host has become unhealthy');

test('warming makes as many connections as are missing, those that are being made included', () => {
  const { pool, wires } = poolScene();
  pool.warm(2);
  assert.equal(wires.length, 2);
  wires[0]!.connect();
  pool.warm(3);
  assert.equal(wires.length, 3);
  pool.warm(3);
  assert.equal(wires.length, 3);
});

test('a warm connection takes the first stream without a wait', () => {
  const { pool, wires, ask } = poolScene();
  pool.warm(1);
  wires[0]!.connect();
  assert.equal(ask().outcome, 'stream');
  assert.equal(wires.length, 1);
});

test('who asks while a connection is being warmed waits for that one', () => {
  const { pool, wires, ask } = poolScene();
  pool.warm(1);
  const waiter = ask();
  assert.equal(wires.length, 1);
  wires[0]!.connect();
  assert.equal(waiter.outcome, 'stream');
});

test('warming keeps to the limit on connections, and leaves a pool alone that drains', () => {
  const limited = poolScene({ connectionLimit: 2 });
  limited.pool.warm(5);
  assert.equal(limited.wires.length, 2);
  const draining = poolScene();
  draining.pool.drain();
  draining.pool.warm(1);
  assert.equal(draining.wires.length, 0);
});

test('a host that refuses connections is warmed again after a second, and not before', () => {
  const { pool, wires, timers } = poolScene();
  pool.warm(1);
  wires[0]!.die('connect-failed', 'no');
  timers.advance(999);
  pool.warm(1);
  assert.equal(wires.length, 1);
  timers.advance(1);
  pool.warm(1);
  assert.equal(wires.length, 2);
});

test('when connections are renewed, streams finish on the old ones and new streams get a new one', () => {
  const { pool, wires, codecs, ask } = poolScene({ room: 2 });
  assert.equal(ask().outcome, 'waiting');
  wires[0]!.connect();
  pool.renew();
  assert.deepEqual(codecs[0]!.calls, ['goAway']);
  assert.deepEqual(wires[0]!.calls, []);
  const next = ask();
  assert.equal(wires.length, 2);
  wires[1]!.connect();
  assert.equal(next.outcome, 'stream');
  codecs[0]!.finish();
  assert.deepEqual(wires[0]!.calls, ['close']);
});

test('a connection without a stream closes at once when connections are renewed, and one that is being made is new enough', () => {
  const { pool, wires, codecs, ask } = poolScene();
  pool.warm(2);
  wires[0]!.connect();
  pool.renew();
  assert.deepEqual(wires[0]!.calls, ['close']);
  assert.deepEqual(codecs[1]!.calls, []);
  wires[1]!.connect();
  assert.equal(ask().outcome, 'stream');
});

test('an interruption ends streams, connections and waiting, and who asks later gets a new connection', () => {
  const { pool, wires, pending, ask } = poolScene();
  const streaming = ask();
  wires[0]!.connect();
  assert.equal(streaming.outcome, 'stream');
  const waiting = ask();
  pool.interrupt(UNHEALTHY);
  assert.ok(waiting.got !== undefined && 'processed' in waiting.got);
  assert.deepEqual([waiting.got.code, waiting.got.processed], ['reset', 'no']);
  assert.equal(pending.current, 0);
  for (const wire of wires) {
    assert.equal(wire.calls.at(-1), 'destroy reset');
    wire.die('reset');
  }
  assert.equal(pool.connections, 0);
  const later = ask();
  wires[2]!.connect();
  assert.equal(later.outcome, 'stream');
});
