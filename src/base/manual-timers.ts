import type { Timer, Timers } from './timers.ts';

/** Timers whose clock stands still until it is told to go on: for tests. Deadlines are met to the millisecond and in their order. */
export class ManualTimers implements Timers {
  now: number;
  wallClock: number;
  private readonly waiting: Timer[] = [];

  constructor(now = 1_000, wallClock = Date.UTC(2024, 0, 1)) {
    this.now = now;
    this.wallClock = wallClock;
  }

  /** How many timers wait. */
  get scheduled(): number {
    return this.waiting.length;
  }

  schedule(timer: Timer, delayMs: number): void {
    this.cancel(timer);
    timer.timerDue = this.now + Math.max(0, delayMs);
    timer.timerNext = timer;
    this.waiting.push(timer);
  }

  cancel(timer: Timer): void {
    const at = this.waiting.indexOf(timer);
    if (at < 0) return;
    this.waiting.splice(at, 1);
    timer.timerNext = undefined;
  }

  /** Lets time pass. Timers that are scheduled meanwhile expire too when they fall due within it. */
  advance(ms: number): void {
    const until = this.now + ms;
    for (let timer = this.earliest(until); timer !== undefined; timer = this.earliest(until)) {
      this.turnTo(timer.timerDue);
      this.cancel(timer);
      timer.expire();
    }
    this.turnTo(until);
  }

  private turnTo(now: number): void {
    this.wallClock += now - this.now;
    this.now = now;
  }

  /** Of those that are due at the same time, the first that was scheduled. */
  private earliest(until: number): Timer | undefined {
    let found: Timer | undefined;
    for (const timer of this.waiting) {
      if (timer.timerDue <= until && (found === undefined || timer.timerDue < found.timerDue)) found = timer;
    }
    return found;
  }
}
