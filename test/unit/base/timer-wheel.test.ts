import assert from 'node:assert/strict';
import { mock, type TestContext, test } from 'node:test';
import { TimerWheel } from '../../../src/base/timer-wheel.ts';
import { Timer } from '../../../src/base/timers.ts';

/** A wheel whose clock and whose one sleep are the test's own. */
class Bench {
  now = 12_345.5;
  wakes = 0;
  /** How many sleeps were set. */
  sleeps = 0;
  private sleepUntil = Number.POSITIVE_INFINITY;
  private wake = (): void => {};
  readonly wheel: TimerWheel;

  constructor(test: TestContext) {
    mock.method(performance, 'now', () => this.now);
    mock.method(globalThis, 'setTimeout', (wake: () => void, ms: number) => {
      this.sleeps++;
      this.wake = wake;
      this.sleepUntil = this.now + Math.max(1, ms);
      return { unref: () => 'sleep' };
    });
    mock.method(globalThis, 'clearTimeout', (sleep: unknown) => {
      if (sleep === 'sleep') this.sleepUntil = Number.POSITIVE_INFINITY;
    });
    test.after(() => mock.restoreAll());
    this.wheel = new TimerWheel();
  }

  advance(ms: number): void {
    const until = this.now + ms;
    while (this.sleepUntil <= until) {
      this.now = this.sleepUntil;
      this.wakeUp();
    }
    this.now = until;
  }

  /** The loop's timer fires now, be it time or not. */
  wakeUp(): void {
    this.sleepUntil = Number.POSITIVE_INFINITY;
    this.wakes++;
    this.wake();
  }
}

class Alarm extends Timer {
  readonly rang: number[] = [];
  readonly bench: Bench;
  readonly ring: () => void;

  constructor(bench: Bench, ring: () => void = () => {}) {
    super();
    this.bench = bench;
    this.ring = ring;
  }

  expire(): void {
    assert.equal(this.scheduled, false);
    this.rang.push(this.bench.now);
    this.ring();
  }
}

test('a timer expires once, not early, and one slot late at most, over one turn of the wheel and many', (context) => {
  for (const delay of [0, 0.1, 1, 9.9, 10, 10.1, 1_000, 10_239, 10_240, 10_241, 20_480, 65_000, 3_600_000]) {
    const bench = new Bench(context);
    const alarm = new Alarm(bench);
    const start = bench.now;
    bench.wheel.schedule(alarm, delay);
    assert.equal(alarm.scheduled, true);
    bench.advance(delay + 100_000);
    assert.equal(alarm.rang.length, 1, `${delay} ms`);
    const late = alarm.rang[0]! - start - delay;
    assert.ok(late >= 0 && late <= 11, `${delay} ms: ${late} ms late`);
    mock.restoreAll();
  }
});

test('a timer that was cancelled does not expire, and can be scheduled again', (context) => {
  const bench = new Bench(context);
  const alarm = new Alarm(bench);
  bench.wheel.schedule(alarm, 50);
  bench.wheel.cancel(alarm);
  bench.wheel.cancel(alarm);
  assert.equal(alarm.scheduled, false);
  bench.advance(1_000);
  assert.deepEqual(alarm.rang, []);
  bench.wheel.schedule(alarm, 50);
  bench.advance(1_000);
  assert.equal(alarm.rang.length, 1);
});

test('to schedule again moves the deadline, both ways', (context) => {
  const bench = new Bench(context);
  const later = new Alarm(bench);
  const sooner = new Alarm(bench);
  const start = bench.now;
  bench.wheel.schedule(later, 100);
  bench.wheel.schedule(later, 5_000);
  bench.wheel.schedule(sooner, 5_000);
  bench.wheel.schedule(sooner, 100);
  bench.advance(20_000);
  assert.deepEqual(
    [sooner, later].map((alarm) => alarm.rang.map((at) => Math.floor((at - start) / 100))),
    [[1], [50]],
  );
});

test('a timer may cancel and schedule others of its own slot while they expire', (context) => {
  const bench = new Bench(context);
  const order: string[] = [];
  const third = new Alarm(bench, () => order.push('third'));
  const second = new Alarm(bench, () => order.push('second'));
  const first = new Alarm(bench, () => {
    order.push('first');
    bench.wheel.cancel(second);
    bench.wheel.schedule(third, 500);
    bench.wheel.schedule(first, 0);
  });
  const fourth = new Alarm(bench, () => order.push('fourth'));
  for (const alarm of [first, second, third, fourth]) bench.wheel.schedule(alarm, 20);
  bench.advance(30);
  assert.deepEqual(order, ['first', 'fourth']);
  bench.advance(10);
  assert.deepEqual(order, ['first', 'fourth', 'first'], 'without a delay is the next slot, not this one again');
  bench.wheel.cancel(first);
  bench.advance(2_000);
  assert.equal(order.filter((name) => name === 'third').length, 1);
  assert.equal(second.rang.length, 0);
});

test('an alarm of the event loop that comes too early wakes nobody', (context) => {
  const bench = new Bench(context);
  const alarm = new Alarm(bench);
  bench.wheel.schedule(alarm, 500);
  bench.now += 499;
  bench.wakeUp();
  assert.deepEqual(alarm.rang, []);
  bench.advance(12);
  assert.equal(alarm.rang.length, 1);
});

test('all that fell due while the process was stopped expires when it goes on', (context) => {
  const bench = new Bench(context);
  const alarms = Array.from({ length: 3_000 }, () => new Alarm(bench));
  const far = new Alarm(bench);
  alarms.forEach((alarm, at) => {
    bench.wheel.schedule(alarm, at * 10);
  });
  bench.wheel.schedule(far, 200_000);
  bench.now += 100_000;
  bench.wakeUp();
  assert.ok(alarms.every((alarm) => alarm.rang.length === 1));
  assert.equal(far.rang.length, 0);
  bench.advance(100_011);
  assert.equal(far.rang.length, 1);
});

test('an exception in one timer does not stop the others', (context) => {
  const bench = new Bench(context);
  const broken = new Alarm(bench, () => {
    throw new Error('a bug');
  });
  const alarm = new Alarm(bench);
  bench.wheel.schedule(broken, 20);
  bench.wheel.schedule(alarm, 20);
  assert.throws(() => bench.advance(30), /a bug/);
  assert.equal(alarm.rang.length, 0);
  bench.advance(30);
  assert.equal(alarm.rang.length, 1);
});

test('an empty wheel sleeps for good, and one that is used as requests use it sets few sleeps', (context) => {
  const bench = new Bench(context);
  const alarm = new Alarm(bench);
  for (let request = 0; request < 20_000; request++) {
    bench.wheel.schedule(alarm, 60_000);
    bench.advance(1);
    bench.wheel.cancel(alarm);
  }
  assert.ok(bench.sleeps < 20, `${bench.sleeps} sleeps in 20 s`);
  bench.advance(60_000);
  const wakes = bench.wakes;
  bench.advance(3_600_000);
  assert.equal(bench.wakes, wakes);
});

test('a wheel that was stopped forgets its timers and takes no new ones', (context) => {
  const bench = new Bench(context);
  const alarm = new Alarm(bench);
  const stopping = new Alarm(bench, () => bench.wheel.stop());
  bench.wheel.schedule(stopping, 10);
  bench.wheel.schedule(alarm, 10);
  bench.advance(1_000);
  assert.equal(stopping.rang.length, 1);
  assert.equal(alarm.scheduled, false);
  bench.wheel.schedule(alarm, 10);
  assert.equal(alarm.scheduled, false);
  bench.advance(1_000);
  assert.deepEqual(alarm.rang, []);
});
