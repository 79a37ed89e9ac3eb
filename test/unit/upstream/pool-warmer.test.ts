import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import { HealthFlag, type Host } from '../../../src/upstream/host.ts';
import { PoolWarmer, WARM_INTERVAL_MS } from '../../../src/upstream/pool-warmer.ts';
import { hostAt, PoolDouble, protocolNamed } from './fixtures.ts';

const protocol = protocolNamed('one');

function calls(host: Host): readonly string[] {
  const pool = host.pool(protocol);
  assert.ok(pool instanceof PoolDouble);
  return pool.calls.splice(0);
}

test('every healthy host has its connections made at once, and looked after from time to time', () => {
  const timers = new ManualTimers();
  const warmer = new PoolWarmer({ protocol, connections: 3, timers });
  const [a, b] = [hostAt('a'), hostAt('b')];
  b.setHealthFlag(HealthFlag.activeCheck);
  warmer.onHosts([a, b]);
  assert.deepEqual([calls(a), calls(b)], [['warm 3'], []]);
  b.clearHealthFlag(HealthFlag.activeCheck);
  timers.advance(WARM_INTERVAL_MS - 1);
  assert.deepEqual([calls(a), calls(b)], [[], []]);
  timers.advance(1);
  assert.deepEqual([calls(a), calls(b)], [['warm 3'], ['warm 3']]);
});

test('a host that comes is warmed at once, and one that has gone no more', () => {
  const timers = new ManualTimers();
  const warmer = new PoolWarmer({ protocol, connections: 1, timers });
  const [a, b] = [hostAt('a'), hostAt('b')];
  warmer.onHosts([a]);
  warmer.onHosts([b]);
  assert.deepEqual([calls(a), calls(b)], [['warm 1'], ['warm 1']]);
  timers.advance(WARM_INTERVAL_MS);
  assert.deepEqual([calls(a), calls(b)], [[], ['warm 1']]);
  warmer.onHosts([]);
  assert.equal(timers.scheduled, 0);
});
