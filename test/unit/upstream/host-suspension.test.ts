import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import { HealthFlag } from '../../../src/upstream/host.ts';
import { suspendHost } from '../../../src/upstream/host-suspension.ts';
import { hostAt } from './fixtures.ts';

test('a suspended host is back after its time, unless others find it unfit', () => {
  const timers = new ManualTimers();
  const host = hostAt('a');
  assert.equal(suspendHost(host, 1_000, timers), true);
  timers.advance(999);
  assert.equal(host.healthy, false);
  host.setHealthFlag(HealthFlag.activeCheck);
  timers.advance(1);
  assert.equal(host.hasHealthFlag(HealthFlag.suspended), false);
  assert.equal(host.healthy, false);
});

test('a host that gets no requests anyway is not suspended', () => {
  const timers = new ManualTimers();
  const host = hostAt('a');
  host.setHealthFlag(HealthFlag.outlier);
  assert.equal(suspendHost(host, 1_000, timers), false);
  assert.equal(timers.scheduled, 0);
});

test('a host that takes the place of a suspended one is suspended for what is left of the time', () => {
  const timers = new ManualTimers();
  const [host, successor, late] = [hostAt('a'), hostAt('a'), hostAt('a')];
  suspendHost(host, 1_000, timers);
  const { suspension } = host;
  timers.advance(600);
  suspension?.hold(successor);
  timers.advance(399);
  assert.deepEqual([host.healthy, successor.healthy], [false, false]);
  timers.advance(1);
  assert.deepEqual([host.healthy, successor.healthy], [true, true]);
  suspension?.hold(late);
  assert.equal(late.healthy, true);
});
