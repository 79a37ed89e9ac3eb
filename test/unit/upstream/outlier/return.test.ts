import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostAt } from '../fixtures.ts';
import { outlierScene } from './scene.ts';

test('an ejected host returns at the first look after its time', () => {
  const scene = outlierScene(1);
  scene.timers.advance(5_000);
  scene.answer(0, 500, 5);
  scene.timers.advance(34_999);
  assert.deepEqual(scene.ejected, [0]);
  scene.timers.advance(1);
  assert.deepEqual(scene.ejected, []);
  assert.deepEqual(scene.events[1], { host: scene.hosts[0], ejections: 1, sinceLastMs: 35_000, action: 'return' });
});

test('what a host did before its ejection does not count when it returns', () => {
  const scene = outlierScene(1);
  scene.answer(0, 500, 5);
  scene.answer(0, 500, 4);
  scene.timers.advance(30_000);
  scene.answer(0, 500, 4);
  assert.deepEqual(scene.ejected, []);
  scene.answer(0, 500);
  assert.deepEqual(scene.ejected, [0]);
});

test('each further ejection lasts one base time longer, up to the longest', () => {
  const scene = outlierScene(1, { intervalMs: 1_000, baseEjectionMs: 10_000, maxEjectionMs: 25_000 });
  const lasted = (): number => {
    scene.answer(0, 500, 5);
    let seconds = 0;
    for (; scene.ejected.length > 0; seconds++) scene.timers.advance(1_000);
    return seconds;
  };
  assert.deepEqual([lasted(), lasted(), lasted(), lasted()], [10, 20, 25, 25]);
});

test('each interval without an ejection shortens the next by one base time', () => {
  const scene = outlierScene(1, { intervalMs: 1_000, baseEjectionMs: 2_000 });
  scene.answer(0, 500, 5);
  scene.timers.advance(2_000);
  scene.answer(0, 500, 5);
  scene.timers.advance(4_000);
  assert.deepEqual(scene.ejected, []);
  scene.timers.advance(2_000);
  scene.answer(0, 500, 5);
  scene.timers.advance(2_000);
  assert.deepEqual(scene.ejected, []);
});

test('jitter is added to an ejection, at most as much as is configured', () => {
  const scene = outlierScene(1, { maxEjectionJitterMs: 20_000, intervalMs: 1_000 }, () => 0.5);
  scene.answer(0, 500, 5);
  scene.timers.advance(39_000);
  assert.deepEqual(scene.ejected, [0]);
  scene.timers.advance(1_000);
  assert.deepEqual(scene.ejected, []);
});

test('an active check that goes well ends an ejection, unless the configuration says no', () => {
  const scene = outlierScene(1);
  scene.answer(0, 500, 5);
  scene.hosts[0]!.passiveCheck!.onCheckPassed();
  assert.deepEqual(scene.ejected, []);
  const stubborn = outlierScene(1, { endedByHealthCheck: false });
  stubborn.answer(0, 500, 5);
  stubborn.hosts[0]!.passiveCheck!.onCheckPassed();
  assert.deepEqual(stubborn.ejected, [0]);
});

test('hosts that leave are judged no more, those that stay go on, and without hosts no time runs', () => {
  const scene = outlierScene(2);
  scene.answer(0, 500, 4);
  scene.answer(1, 500, 5);
  scene.detector.onHosts([scene.hosts[0]!]);
  assert.equal(scene.hosts[1]!.passiveCheck, undefined);
  assert.equal(scene.detector.ejected, 0);
  scene.answer(0, 500);
  assert.equal(scene.detector.ejected, 1);
  scene.detector.onHosts([]);
  assert.equal(scene.timers.scheduled, 0);
});

test('a detector that takes the place of another goes on with the ejections there, also of hosts that come later', () => {
  const scene = outlierScene(2, { intervalMs: 1_000, baseEjectionMs: 10_000 });
  scene.answer(0, 500, 5);
  scene.answer(1, 500, 5);
  scene.timers.advance(9_000);
  const successor = scene.successor();
  const [one, two] = [hostAt('10.0.0.0:80'), hostAt('10.0.0.1:80')];
  successor.onHosts([one]);
  assert.deepEqual([one.healthy, successor.ejected], [false, 1]);
  scene.timers.advance(1_000);
  assert.deepEqual([one.healthy, successor.ejected], [true, 0]);
  assert.deepEqual(scene.events.at(-1), { host: one, ejections: 1, sinceLastMs: 10_000, action: 'return' });
  const third = scene.successor(successor);
  third.onHosts([two]);
  assert.equal(two.healthy, true, 'what is over is not handed on');
});

test('what was handed over of hosts that have not come is handed on as long as it lasts', () => {
  const scene = outlierScene(1, { intervalMs: 1_000, baseEjectionMs: 10_000 });
  scene.answer(0, 500, 5);
  scene.timers.advance(9_000);
  const third = scene.successor(scene.successor());
  const host = hostAt('10.0.0.0:80');
  third.onHosts([host]);
  assert.equal(host.healthy, false);
});
