import { Timer, type Timers } from './timers.ts';
import { turnClock } from './turn-clock.ts';

/** One slot's time. Coarse, for a proxy's deadlines are tens of milliseconds to minutes, and waking up is what costs. */
const SLOT_MS = 10;

/** One turn takes 10.24 s: a request's usual deadline comes around a few times at most, and the slots take 60 KiB in all. */
const SLOTS = 1024;

/** Head and tail of a circular list. An empty one is linked to itself. */
class Slot extends Timer {
  constructor() {
    super();
    this.timerNext = this;
    this.timerPrevious = this;
  }

  get empty(): boolean {
    return this.timerNext === this;
  }

  override expire(): void {
    throw new Error('a slot of the timer wheel is not a timer');
  }
}

/**
 * A hashed timer wheel (Varghese and Lauck): a timer waits in the slot that is its deadline modulo one turn, and is passed over until
 * its turn has come. To schedule and to cancel are a few assignments. A deadline is met a slot late at most, and never early.
 *
 * One timer of the event loop sleeps until the next slot that holds anything. It does not keep the process alive.
 */
export class TimerWheel implements Timers {
  private readonly slots: Slot[] = Array.from({ length: SLOTS }, () => new Slot());
  /** The timers of the slot that is being worked off, away from those that are scheduled meanwhile. */
  private readonly expiring = new Slot();
  /** Slots are numbered from the clock's zero, without end; this one and all before it are done. */
  private done = 0;
  /** The slot that is slept for: Infinity when the wheel is empty, -Infinity when no sleep is to be set (awake, or stopped). */
  private wakeAt = Number.POSITIVE_INFINITY;
  private sleep: NodeJS.Timeout | undefined;
  private stopped = false;
  private readonly wakeUp = (): void => this.wake();

  get now(): number {
    return turnClock.now;
  }

  get wallClock(): number {
    return Date.now();
  }

  schedule(timer: Timer, delayMs: number): void {
    if (timer.timerNext !== undefined) unlink(timer);
    if (this.stopped) return;
    const now = turnClock.now;
    // Nobody turns an empty wheel: what it has slept through held nothing.
    if (this.wakeAt === Number.POSITIVE_INFINITY) this.done = Math.floor(now / SLOT_MS);
    timer.timerDue = Math.max(Math.ceil((now + delayMs) / SLOT_MS), this.done + 1);
    append(this.slots[timer.timerDue % SLOTS]!, timer);
    const wakeAt = Math.min(timer.timerDue, this.done + SLOTS);
    if (wakeAt < this.wakeAt) this.sleepUntil(wakeAt, now);
  }

  cancel(timer: Timer): void {
    // The sleep stays as it is: to wake up for an empty slot now and then costs less than to set it anew for each request.
    if (timer.timerNext !== undefined) unlink(timer);
  }

  /** Forgets every timer: none expires any more, and `schedule` does nothing. */
  stop(): void {
    this.stopped = true;
    this.wakeAt = Number.NEGATIVE_INFINITY;
    clearTimeout(this.sleep);
    for (const slot of [this.expiring, ...this.slots]) {
      while (!slot.empty) unlink(slot.timerNext!);
    }
  }

  private wake(): void {
    this.wakeAt = Number.NEGATIVE_INFINITY;
    const now = Math.floor(performance.now() / SLOT_MS);
    try {
      // After an exception of a timer's the others of its slot are still there.
      this.expireUntil(now);
      // One turn passes every slot, however long the process has been asleep.
      for (let slot = Math.max(this.done + 1, now - SLOTS + 1); slot <= now; slot++) {
        this.done = slot;
        moveAll(this.slots[slot % SLOTS]!, this.expiring);
        this.expireUntil(now);
      }
    } finally {
      if (!this.stopped) this.sleepUntilNext();
    }
  }

  private expireUntil(now: number): void {
    while (!this.expiring.empty) {
      const timer = this.expiring.timerNext!;
      unlink(timer);
      if (timer.timerDue <= now) timer.expire();
      else append(this.slots[timer.timerDue % SLOTS]!, timer);
    }
  }

  private sleepUntilNext(): void {
    this.wakeAt = Number.POSITIVE_INFINITY;
    let next = this.done + 1;
    if (this.expiring.empty) {
      while (next <= this.done + SLOTS && this.slots[next % SLOTS]!.empty) next++;
      if (next > this.done + SLOTS) return;
    }
    this.sleepUntil(next, performance.now());
  }

  private sleepUntil(slot: number, now: number): void {
    this.wakeAt = slot;
    clearTimeout(this.sleep);
    this.sleep = setTimeout(this.wakeUp, Math.ceil(slot * SLOT_MS - now)).unref();
  }
}

function append(list: Slot, timer: Timer): void {
  const last = list.timerPrevious!;
  last.timerNext = timer;
  timer.timerPrevious = last;
  timer.timerNext = list;
  list.timerPrevious = timer;
}

function unlink(timer: Timer): void {
  timer.timerPrevious!.timerNext = timer.timerNext;
  timer.timerNext!.timerPrevious = timer.timerPrevious;
  timer.timerNext = undefined;
  timer.timerPrevious = undefined;
}

/** `to` is empty. */
function moveAll(from: Slot, to: Slot): void {
  if (from.empty) return;
  const first = from.timerNext!;
  const last = from.timerPrevious!;
  to.timerNext = first;
  first.timerPrevious = to;
  to.timerPrevious = last;
  last.timerNext = to;
  from.timerNext = from;
  from.timerPrevious = from;
}
