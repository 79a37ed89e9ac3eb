import { Timer, type Timers } from '../base/timers.ts';

/** How long a client may leave us waiting, in milliseconds; 0 means for ever. */
export interface ClientTimeouts {
  /** Between two pieces of a request body. */
  readonly bodyMs: number;
  /** Until it has taken what is queued for it. */
  readonly drainMs: number;
}

export interface PatienceOwner {
  onClientTimeout(waitedFor: 'body' | 'drain'): void;
}

/**
 * The time limit on a client that sends its body, or takes its response, too slowly. Only exchanges that wait for a client have one.
 * Waiting begins anew with each sign of progress; that costs a field and no timer work.
 */
export class ClientPatience extends Timer {
  private readonly timers: Timers;
  private readonly timeouts: ClientTimeouts;
  private readonly owner: PatienceOwner;
  private bodySince = -1;
  private drainSince = -1;

  constructor(timers: Timers, timeouts: ClientTimeouts, owner: PatienceOwner) {
    super();
    this.timers = timers;
    this.timeouts = timeouts;
    this.owner = owner;
  }

  waitForBody(): void {
    if (this.timeouts.bodyMs === 0) return;
    this.bodySince = this.timers.now;
    if (!this.scheduled) this.timers.schedule(this, this.timeouts.bodyMs);
  }

  waitForDrain(): void {
    if (this.timeouts.drainMs === 0) return;
    this.drainSince = this.timers.now;
    if (!this.scheduled) this.timers.schedule(this, this.timeouts.drainMs);
  }

  stopWaitingForBody(): void {
    this.bodySince = -1;
  }

  stopWaitingForDrain(): void {
    this.drainSince = -1;
  }

  stop(): void {
    this.timers.cancel(this);
  }

  override expire(): void {
    const now = this.timers.now;
    const body = this.bodySince < 0 ? Number.POSITIVE_INFINITY : this.bodySince + this.timeouts.bodyMs - now;
    const drain = this.drainSince < 0 ? Number.POSITIVE_INFINITY : this.drainSince + this.timeouts.drainMs - now;
    if (body <= 0) this.owner.onClientTimeout('body');
    else if (drain <= 0) this.owner.onClientTimeout('drain');
    else if (Number.isFinite(Math.min(body, drain))) this.timers.schedule(this, Math.min(body, drain));
  }
}
