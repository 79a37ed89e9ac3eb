import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fault } from '../../../src/base/fault.ts';
import { poolScene } from './scripted.ts';

test('the first request makes a connection and waits for it', () => {
  const { ask, wires, pool, pending } = poolScene();
  const first = ask();
  assert.equal(first.outcome, 'waiting');
  assert.equal(pending.current, 1);
  wires[0]!.connect();
  assert.equal(first.outcome, 'stream');
  assert.equal(first.connection?.localAddress, '127.0.0.1:50000');
  assert.equal(pending.current, 0);
  assert.equal(pool.connections, 1);
});

test('a connection with room is used again, without waiting', () => {
  const { ask, wires, codecs } = poolScene();
  ask();
  wires[0]!.connect();
  codecs[0]!.finish();
  assert.equal(ask().outcome, 'stream');
  assert.equal(wires.length, 1);
});

test('ping-pong: each request that is under way has a connection of its own', () => {
  const { ask, wires } = poolScene({ room: 1 });
  const both = [ask(), ask()];
  for (const wire of wires) wire.connect();
  assert.deepEqual(
    both.map(({ outcome }) => outcome),
    ['stream', 'stream'],
  );
  assert.equal(wires.length, 2);
});

test('multiplexed: requests share a connection as far as it has room, waiting ones too', () => {
  const { ask, wires, pool } = poolScene({ room: 3 });
  const waiters = [ask(), ask(), ask()];
  assert.equal(wires.length, 1);
  wires[0]!.connect();
  assert.ok(waiters.every(({ outcome }) => outcome === 'stream'));
  assert.equal(ask().outcome, 'waiting');
  assert.equal(wires.length, 2);
  assert.equal(pool.activeStreams, 3);
});

test('spread over several connections, each request goes by the one with the fewest', () => {
  const { ask, wires, codecs, pool } = poolScene({ room: 10, spreadOver: 3 });
  ask();
  wires[0]!.connect();
  assert.equal(ask().outcome, 'stream', 'nobody waits for the second connection');
  wires[1]!.connect();
  ask();
  ask();
  wires[2]!.connect();
  for (let asked = 0; asked < 5; asked++) ask();
  assert.deepEqual(
    codecs.map(({ activeStreams }) => activeStreams),
    [3, 3, 3],
  );
  assert.equal(pool.connections, 3);
});

test('as many connections as requests are spread over are made at once for those who wait', () => {
  const { ask, wires } = poolScene({ room: 10, spreadOver: 2 });
  for (let asked = 0; asked < 5; asked++) ask();
  assert.equal(wires.length, 2);
});

test('one request after the other needs one connection, however many they may be spread over', () => {
  const { ask, wires, codecs } = poolScene({ room: 10, spreadOver: 3 });
  ask();
  wires[0]!.connect();
  codecs[0]!.finish();
  assert.equal(ask().outcome, 'stream');
  assert.equal(wires.length, 1);
});

test('when those that requests are spread over have no room, more connections are made', () => {
  const { ask, wires } = poolScene({ room: 1, spreadOver: 2 });
  for (let asked = 0; asked < 5; asked++) ask();
  assert.equal(wires.length, 5);
});

test('a connection that drains is replaced among those that requests are spread over', () => {
  const { ask, wires, codecs } = poolScene({ room: 10, spreadOver: 2 });
  ask();
  ask();
  for (const wire of wires) wire.connect();
  codecs[0]!.retire();
  ask();
  ask();
  assert.equal(wires.length, 3);
});

test('after a connection that could not be made, another one that nobody waits for is tried a second later', () => {
  const { ask, wires, timers } = poolScene({ room: 10, spreadOver: 2 });
  ask();
  wires[0]!.connect();
  ask();
  wires[1]!.die('connect-failed', 'no');
  timers.advance(999);
  ask();
  assert.equal(wires.length, 2);
  timers.advance(1);
  ask();
  assert.equal(wires.length, 3);
});

test('connections that requests are spread over count for the limits of cluster and pool', () => {
  for (const limit of [{ connectionLimit: 1 }, { maxConnections: 1 }]) {
    const { ask, wires } = poolScene({ room: 10, spreadOver: 3, ...limit });
    ask();
    wires[0]!.connect();
    assert.equal(ask().outcome, 'stream');
    assert.equal(wires.length, 1);
  }
});

test('the connection used last is used first, so that what is not needed grows old', () => {
  const { ask, wires, codecs } = poolScene();
  ask();
  ask();
  wires[0]!.connect();
  wires[1]!.connect();
  codecs[0]!.finish();
  codecs[1]!.finish();
  assert.equal(ask().connection?.localAddress, '127.0.0.1:50001');
});

test('a request that waits takes whatever connection has room first', () => {
  const { ask, wires, codecs } = poolScene();
  ask();
  wires[0]!.connect();
  const second = ask();
  assert.equal(wires.length, 2);
  codecs[0]!.finish();
  assert.equal(second.outcome, 'stream');
  assert.equal(second.connection?.localAddress, '127.0.0.1:50000');
});

test('a host that cannot be reached fails the requests that waited for that connection', () => {
  const { ask, wires, connections, pending } = poolScene();
  const waiters = [ask(), ask()];
  wires[0]!.die('connect-failed', 'no');
  assert.deepEqual(
    waiters.map(({ outcome }) => outcome),
    ['connect-failed', 'waiting'],
  );
  wires[1]!.connect();
  assert.equal(waiters[1]!.outcome, 'stream');
  assert.equal(connections.current, 1);
  assert.equal(pending.current, 0);
});

test('a queue at its limit takes no more, one before it does', () => {
  const { ask } = poolScene({ pendingLimit: 2, connectionLimit: 1 });
  assert.deepEqual([ask().outcome, ask().outcome, ask().outcome], ['waiting', 'waiting', 'overflow']);
});

test('connections end at the limit of the cluster, and requests wait for those that are there', () => {
  const { ask, wires, codecs } = poolScene({ connectionLimit: 1 });
  ask();
  wires[0]!.connect();
  const second = ask();
  assert.equal(wires.length, 1);
  codecs[0]!.finish();
  assert.equal(second.outcome, 'stream');
});

test('without any connection, and none allowed, a request is told at once', () => {
  const { ask, pending } = poolScene({ connectionLimit: 0 });
  assert.equal(ask().outcome, 'overflow');
  assert.equal(pending.current, 0);
});

test('connections end at the limit of the pool', () => {
  const { ask, wires } = poolScene({ maxConnections: 2 });
  for (let asked = 0; asked < 5; asked++) ask();
  assert.equal(wires.length, 2);
});

test('a connection that has carried its share is replaced when its last stream is over', () => {
  const { ask, wires, codecs } = poolScene({ maxStreamsPerConnection: 2 });
  ask();
  wires[0]!.connect();
  codecs[0]!.finish();
  ask();
  assert.deepEqual(codecs[0]!.calls, ['goAway']);
  codecs[0]!.finish();
  assert.deepEqual(wires[0]!.calls, ['close']);
  ask();
  assert.equal(wires.length, 2);
});

test('a connection without a stream is closed after its idle time, one that is used is not', () => {
  const { ask, wires, codecs, timers } = poolScene({ idleMs: 1000 });
  ask();
  wires[0]!.connect();
  timers.advance(5000);
  assert.deepEqual(wires[0]!.calls, []);
  codecs[0]!.finish();
  timers.advance(999);
  assert.deepEqual(wires[0]!.calls, []);
  timers.advance(1);
  assert.deepEqual(wires[0]!.calls, ['close']);
});

test('a connection whose peer goes away is not used again, and another is made for those who wait', () => {
  const { ask, wires, codecs } = poolScene({ room: 2, connectionLimit: 5 });
  ask();
  wires[0]!.connect();
  codecs[0]!.retire();
  assert.equal(ask().outcome, 'waiting');
  assert.equal(wires.length, 2);
});

test('a host that is about to end is told of, one that ends a connection only is not', () => {
  const { ask, wires, codecs, endings } = poolScene({ room: 2 });
  ask();
  wires[0]!.connect();
  codecs[0]!.retire();
  assert.equal(endings.count, 0);
  ask();
  wires[1]!.connect();
  codecs[1]!.retire(true);
  assert.equal(endings.count, 1);
});

test('a request that is given up leaves the queue', () => {
  const { ask, wires, pool, pending } = poolScene();
  const given = ask();
  const kept = ask();
  pool.cancel(given);
  assert.equal(pending.current, 1);
  wires[0]!.connect();
  assert.equal(given.outcome, 'waiting');
  assert.equal(kept.outcome, 'stream');
});

test('a pool that drains finishes what it has and takes nothing more', () => {
  const { ask, wires, codecs, pool } = poolScene();
  ask();
  wires[0]!.connect();
  const waiting = ask();
  pool.drain();
  assert.equal(ask().outcome, 'cancelled');
  wires[1]!.connect();
  assert.equal(waiting.outcome, 'stream');
  codecs[0]!.finish();
  codecs[1]!.finish();
  assert.deepEqual([wires[0]!.calls, wires[1]!.calls], [['close'], ['close']]);
});

test('a pool that closes ends connections without a stream in good order', () => {
  const { ask, wires, codecs, pool } = poolScene();
  ask();
  wires[0]!.connect();
  codecs[0]!.finish();
  pool.close(fault('cancelled', 'local', 'maybe', 'stop'));
  assert.deepEqual(wires[0]!.calls, ['end', 'destroy cancelled']);
});

test('a pool that closes ends everything at once', () => {
  const { ask, wires, pool } = poolScene();
  ask();
  wires[0]!.connect();
  const waiting = ask();
  pool.close(fault('cancelled', 'local', 'maybe', 'stop'));
  assert.equal(waiting.outcome, 'cancelled');
  assert.deepEqual(wires[0]!.calls, ['destroy cancelled']);
  for (const wire of wires) wire.die('cancelled');
  assert.equal(pool.connections, 0);
});
