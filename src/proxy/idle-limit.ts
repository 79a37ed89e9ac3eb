import { Timer, type Timers } from '../base/timers.ts';

/**
 * How long nothing of a request or its answer may come or go. A sign of life costs a field and no timer work: the timer looks when it
 * expires.
 */
export class IdleLimit extends Timer {
  private readonly timers: Timers;
  private readonly limitMs: number;
  private readonly onIdle: (detail: string) => void;
  private last: number;

  constructor(timers: Timers, limitMs: number, onIdle: (detail: string) => void) {
    super();
    this.timers = timers;
    this.limitMs = limitMs;
    this.onIdle = onIdle;
    this.last = timers.now;
    timers.schedule(this, limitMs);
  }

  touch(): void {
    this.last = this.timers.now;
  }

  stop(): void {
    this.timers.cancel(this);
  }

  override expire(): void {
    const left = this.last + this.limitMs - this.timers.now;
    if (left > 0) this.timers.schedule(this, left);
    else this.onIdle(`nothing carried for ${this.limitMs} ms`);
  }
}
