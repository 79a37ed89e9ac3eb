import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rateOfAll } from '../../../../src/upstream/outlier/success-rate.ts';
import { outlierScene, type SettingsChanges } from './scene.ts';

/** Neither rows nor fixed shares eject here. */
const ALONE: SettingsChanges = { consecutive5xx: 0, consecutiveGatewayFailure: 0, enforcing: { failurePercentage: 0 } };

test('the threshold lies so many thousandths of the standard deviation below the mean', () => {
  const { mean, threshold } = rateOfAll([100, 100, 100, 100, 50], 1900);
  assert.equal(mean, 90);
  assert.equal(threshold, 90 - 20 * 1.9);
});

test('a host whose rate of success lies below the threshold is ejected at the end of the interval', () => {
  const scene = outlierScene(5, ALONE);
  for (const host of [0, 1, 2, 3, 4]) scene.answer(host, 200, host === 4 ? 50 : 100);
  scene.answer(4, 500, 50);
  scene.timers.advance(9_999);
  assert.deepEqual(scene.ejected, []);
  scene.timers.advance(1);
  assert.deepEqual(scene.ejected, [4]);
  const [event] = scene.events;
  assert.ok(event?.action === 'eject');
  assert.deepEqual([event.reason, event.rate, event.ofAll], ['successRate', 50, { mean: 90, threshold: 52 }]);
});

test('hosts are compared only when enough of them had requests enough, and one less of either is too few', () => {
  const few = outlierScene(5, ALONE);
  for (const host of [0, 1, 2, 3]) few.answer(host, 200, 100);
  few.answer(4, 500, 99);
  few.timers.advance(10_000);
  assert.deepEqual(few.ejected, []);
  const enough = outlierScene(5, ALONE);
  for (const host of [0, 1, 2, 3]) enough.answer(host, 200, 100);
  enough.answer(4, 500, 100);
  enough.timers.advance(10_000);
  assert.deepEqual(enough.ejected, [4]);
});

test('each interval counts anew', () => {
  const scene = outlierScene(5, ALONE);
  for (const host of [0, 1, 2, 3]) scene.answer(host, 200, 100);
  scene.answer(4, 500, 99);
  scene.timers.advance(10_000);
  scene.answer(4, 500, 1);
  for (const host of [0, 1, 2, 3]) scene.answer(host, 200, 100);
  scene.timers.advance(10_000);
  assert.deepEqual(scene.ejected, []);
});

const BY_PERCENTAGE: SettingsChanges = { ...ALONE, enforcing: { successRate: 0 } };

test('a host is ejected at the threshold of failures in percent, and not one below', () => {
  const scene = outlierScene(5, BY_PERCENTAGE);
  for (const host of [0, 1, 2]) scene.answer(host, 200, 100);
  scene.answer(3, 500, 84);
  scene.answer(3, 200, 16);
  scene.answer(4, 500, 85);
  scene.answer(4, 200, 15);
  scene.timers.advance(10_000);
  assert.deepEqual(scene.ejected, [4]);
  assert.equal(scene.detector.counts.enforced.failurePercentage, 1);
});

test('failures in percent need enough hosts with enough requests, and one less of either is too few', () => {
  const scene = outlierScene(5, BY_PERCENTAGE);
  for (const host of [0, 1, 2, 3]) scene.answer(host, 500, 50);
  scene.answer(4, 500, 49);
  scene.timers.advance(10_000);
  assert.deepEqual(scene.ejected, []);
  for (const host of [0, 1, 2, 3, 4]) scene.answer(host, 500, 50);
  scene.timers.advance(10_000);
  assert.deepEqual(scene.ejected, [0, 1, 2, 3, 4]);
});

test('where they are told apart, hosts are also compared by how many of their requests are answered at all', () => {
  const scene = outlierScene(5, { ...ALONE, splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailure: 0 });
  for (const host of [0, 1, 2, 3]) scene.answer(host, 200, 100);
  scene.answer(4, 200, 50);
  scene.fail(4, 'timeout', 50);
  scene.timers.advance(10_000);
  assert.deepEqual(scene.ejected, [4]);
  assert.deepEqual(
    scene.events.map((event) => event.action === 'eject' && event.reason),
    ['localOriginSuccessRate'],
  );
});

test('a host that is ejected is not compared with those that are not', () => {
  const scene = outlierScene(5, { ...ALONE, consecutive5xx: 100, successRateMinimumHosts: 4 });
  scene.answer(4, 500, 100);
  for (const host of [0, 1, 2, 3]) scene.answer(host, 200, 100);
  scene.timers.advance(10_000);
  assert.deepEqual(scene.ejected, [4]);
  assert.equal(scene.events.length, 1);
});
