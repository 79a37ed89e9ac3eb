import type { Timing } from '../filter/filter.ts';

/** When what happened to one request. */
export class ExchangeTiming implements Timing {
  readonly startedAt: number;
  readonly start: number;
  requestReceived: number | undefined;
  requestSent: number | undefined;
  responseStarted: number | undefined;
  completed: number | undefined;

  constructor(wallClock: number, now: number) {
    this.startedAt = wallClock;
    this.start = now;
    this.requestReceived = undefined;
    this.requestSent = undefined;
    this.responseStarted = undefined;
    this.completed = undefined;
  }
}
