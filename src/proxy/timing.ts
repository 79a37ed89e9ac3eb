import type { Timers } from '../base/timers.ts';
import type { Timing } from '../filter/filter.ts';

/** When what happened to one request. */
export class ExchangeTiming implements Timing {
  readonly start: number;
  requestReceived: number | undefined = undefined;
  requestSent: number | undefined = undefined;
  responseStarted: number | undefined = undefined;
  completed: number | undefined = undefined;
  private readonly timers: Timers;

  constructor(timers: Timers) {
    this.timers = timers;
    this.start = timers.now;
    this.requestReceived = undefined;
    this.requestSent = undefined;
    this.responseStarted = undefined;
    this.completed = undefined;
  }

  /** Worked out when it is asked for: most requests are not. */
  get startedAt(): number {
    return Math.round(this.timers.wallClock - (this.timers.now - this.start));
  }
}
