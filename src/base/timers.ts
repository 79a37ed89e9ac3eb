/**
 * A deadline. Whatever wants one extends this or owns one. It is a link of the list that it waits in, so that to schedule and to cancel
 * allocate nothing; the `timer...` fields belong to the `Timers` that it was given to.
 */
export abstract class Timer {
  timerNext: Timer | undefined = undefined;
  timerPrevious: Timer | undefined = undefined;
  timerDue = 0;

  /** The time is up. Once for each `schedule`, and not after `cancel`. May schedule and cancel timers, this one too. */
  abstract expire(): void;

  get scheduled(): boolean {
    return this.timerNext !== undefined;
  }
}

/** A clock and its deadlines. */
export interface Timers {
  /**
   * Milliseconds, with fractions, on a clock that is never set back; where its zero lies means nothing. While what a connection has read
   * is dealt with it stands still.
   */
  readonly now: number;
  /** Milliseconds since 1970. Jumps when the machine's clock is set. */
  readonly wallClock: number;
  /**
   * Calls `timer.expire()` in `delayMs` from `now`: never earlier, a little later, and never from inside this call.
   * A timer that waits already waits for the new deadline instead.
   */
  schedule(timer: Timer, delayMs: number): void;
  /** Does nothing to a timer that does not wait. */
  cancel(timer: Timer): void;
}

/** A deadline that is rare enough to spend a closure on. */
export class CallbackTimer extends Timer {
  private readonly callback: () => void;

  constructor(callback: () => void) {
    super();
    this.callback = callback;
  }

  override expire(): void {
    this.callback();
  }
}
