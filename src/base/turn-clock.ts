/**
 * The monotonic clock, which stands still while a connection hands on what came: everything that one read leads to happens at one time,
 * and asking for it costs next to nothing where a request asks ten times.
 */
export class TurnClock {
  private held = 0;

  /** Milliseconds, with fractions. */
  get now(): number {
    return this.held === 0 ? performance.now() : this.held;
  }

  /** Stands still from now on, at the present time. */
  hold(): void {
    this.held = performance.now();
  }

  release(): void {
    this.held = 0;
  }
}

/** A thread has one event loop, and so one of these. */
export const turnClock = new TurnClock();
