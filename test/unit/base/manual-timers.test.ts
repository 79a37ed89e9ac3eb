import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import { Timer } from '../../../src/base/timers.ts';

class Alarm extends Timer {
  readonly ring: () => void;

  constructor(ring: () => void) {
    super();
    this.ring = ring;
  }

  expire(): void {
    this.ring();
  }
}

test('timers expire in the order of their deadlines, each at its own time', () => {
  const timers = new ManualTimers(0);
  const rang: string[] = [];
  const alarm = (name: string): Alarm => new Alarm(() => rang.push(`${name} at ${timers.now}`));
  timers.schedule(alarm('late'), 30);
  timers.schedule(alarm('early'), 10);
  timers.schedule(alarm('as early'), 10);
  timers.advance(9);
  assert.deepEqual(rang, []);
  timers.advance(1);
  assert.deepEqual(rang, ['early at 10', 'as early at 10']);
  timers.advance(100);
  assert.deepEqual(rang.slice(2), ['late at 30']);
  assert.equal(timers.now, 110);
  assert.equal(timers.scheduled, 0);
});

test('what is scheduled while time passes expires within it too', () => {
  const timers = new ManualTimers(0);
  const rang: number[] = [];
  const again: Alarm = new Alarm(() => {
    rang.push(timers.now);
    timers.schedule(again, 10);
  });
  timers.schedule(again, 10);
  timers.advance(35);
  assert.deepEqual(rang, [10, 20, 30]);
  assert.equal(again.scheduled, true);
  timers.cancel(again);
  assert.equal(again.scheduled, false);
  timers.advance(100);
  assert.equal(rang.length, 3);
});

test('both clocks go on together', () => {
  const timers = new ManualTimers(5, 1_000_000);
  timers.advance(2.5);
  assert.deepEqual([timers.now, timers.wallClock], [7.5, 1_000_002.5]);
});
