import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HealthFlag } from '../../../../src/upstream/host.ts';
import { hostAt } from '../fixtures.ts';
import { BAD, checkerScene, GONE } from './scripted.ts';

test('a host is first checked after the initial delay, and counts as healthy until then', () => {
  const { checker, check, timers } = checkerScene();
  const a = hostAt('a');
  checker.onHosts([a]);
  timers.advance(499);
  assert.deepEqual(check.journal, []);
  assert.equal(a.healthy, true);
  timers.advance(1);
  assert.deepEqual(check.journal, ['a begins']);
});

test('the interval begins when a check has ended', () => {
  const { checker, check, timers } = checkerScene();
  checker.onHosts([hostAt('a')]);
  timers.advance(500 + 60);
  check.end('a');
  timers.advance(999);
  assert.equal(check.running.size, 0);
  timers.advance(1);
  assert.equal(check.running.size, 1);
});

test('jitter is added to the delay and to each interval, at most as much as is configured', () => {
  const { checker, check, timers } = checkerScene({ jitterMs: 100 }, () => 0.5);
  checker.onHosts([hostAt('a')]);
  timers.advance(549);
  assert.equal(check.running.size, 0);
  timers.advance(1);
  check.end('a');
  timers.advance(1049);
  assert.equal(check.running.size, 0);
  timers.advance(1);
  assert.equal(check.running.size, 1);
});

test('a host is unhealthy at the threshold of failures in a row, and not one before', () => {
  const { checker, check, timers, results } = checkerScene();
  const a = hostAt('a');
  checker.onHosts([a]);
  timers.advance(500);
  for (const failure of [BAD, BAD, undefined, BAD, GONE]) {
    check.end('a', failure);
    assert.equal(a.healthy, true);
    timers.advance(1000);
  }
  check.end('a', BAD);
  assert.equal(a.healthy, false);
  assert.equal(a.hasHealthFlag(HealthFlag.activeCheck), true);
  assert.deepEqual(results.slice(-3), ['a failed', 'a failed', 'a failed changed']);
});

test('it is healthy again at the threshold of good answers in a row, and not one before', () => {
  const { checker, check, timers, results } = checkerScene({ unhealthyThreshold: 1 });
  const a = hostAt('a');
  checker.onHosts([a]);
  timers.advance(500);
  for (const failure of [BAD, undefined, BAD, undefined]) {
    check.end('a', failure);
    assert.equal(a.healthy, false);
    timers.advance(1000);
  }
  check.end('a');
  assert.equal(a.healthy, true);
  assert.deepEqual(results, ['a failed changed', 'a passed', 'a failed', 'a passed', 'a passed changed']);
});

test('what others have found wrong with a host stays, whatever the checks say', () => {
  const { checker, check, timers } = checkerScene({ unhealthyThreshold: 1, healthyThreshold: 1 });
  const a = hostAt('a');
  a.setHealthFlag(HealthFlag.outlier);
  checker.onHosts([a]);
  timers.advance(500);
  check.end('a', BAD);
  timers.advance(1000);
  check.end('a');
  assert.equal(a.healthy, false);
  assert.equal(a.hasHealthFlag(HealthFlag.outlier), true);
});

test('a check that is not answered in time is ended, and is a failure of the network', () => {
  const { checker, check, timers, results } = checkerScene();
  checker.onHosts([hostAt('a')]);
  timers.advance(500 + 99);
  assert.deepEqual(results, []);
  timers.advance(1);
  assert.deepEqual(check.journal, ['a begins', 'a cancelled: no answer within 100 ms']);
  assert.deepEqual(results, ['a failed']);
  assert.equal(checker.counts.networkFailure, 1);
  timers.advance(1000);
  assert.equal(check.running.size, 1);
});

test('an answer in time ends the time', () => {
  const { checker, check, timers, results } = checkerScene();
  checker.onHosts([hostAt('a')]);
  timers.advance(599);
  check.end('a');
  timers.advance(1);
  assert.deepEqual(results, ['a passed']);
});

test('hosts that come are checked, hosts that go are not, and those that stay are left as they are', () => {
  const { checker, check, timers } = checkerScene();
  const [a, b, c] = [hostAt('a'), hostAt('b'), hostAt('c')];
  checker.onHosts([a, b]);
  timers.advance(500);
  checker.onHosts([b, c]);
  assert.deepEqual(check.journal, ['a begins', 'b begins', 'a cancelled: the host has left the cluster']);
  check.end('b');
  timers.advance(500);
  assert.deepEqual(check.journal.slice(3), ['c begins']);
  assert.deepEqual([...checker.hosts], [b, c]);
  checker.onHosts([]);
  assert.equal(timers.scheduled, 0);
});

test('attempts, successes and failures are counted, the latter by their kind', () => {
  const { checker, check, timers } = checkerScene();
  checker.onHosts([hostAt('a')]);
  timers.advance(500);
  for (const failure of [undefined, BAD, GONE, GONE]) {
    check.end('a', failure);
    timers.advance(1000);
  }
  assert.deepEqual({ ...checker.counts }, { attempt: 5, success: 1, failure: 3, activeFailure: 1, networkFailure: 2 });
});

test('whoever judges the host otherwise hears of a check that went well', () => {
  const { checker, check, timers } = checkerScene();
  const a = hostAt('a');
  let passed = 0;
  a.passiveCheck = { onResponse() {}, onFault() {}, onCheckPassed: () => passed++ };
  checker.onHosts([a]);
  timers.advance(500);
  check.end('a', BAD);
  timers.advance(1000);
  check.end('a');
  assert.equal(passed, 1);
});

test('an unhealthy host, and one that has just changed, has intervals of its own', () => {
  const { checker, check, timers } = checkerScene({
    healthyThreshold: 1,
    unhealthyThreshold: 1,
    unhealthyEdgeIntervalMs: 100,
    unhealthyIntervalMs: 300,
    healthyEdgeIntervalMs: 200,
  });
  checker.onHosts([hostAt('a')]);
  timers.advance(500);
  const rests = [BAD, BAD, undefined, undefined].map((failure) => {
    check.end('a', failure);
    let rested = 0;
    for (; check.running.size === 0; rested += 50) timers.advance(50);
    return rested;
  });
  assert.deepEqual(rests, [100, 300, 200, 1000]);
});
