import type { Fault } from '../base/fault.ts';
import type { ResponseHead } from '../protocol/head.ts';
import type { Attempt, AttemptOwner } from './attempt.ts';

/** What the exchange is told of the attempts that it goes on with beside the latest one. */
export interface HedgeOwner {
  /** Whether this response is one that the exchange would rather try again. */
  wouldRetry(head: ResponseHead): boolean;
  /** Nothing but rivals is under way. */
  readonly waitsForRivals: boolean;
  /** It has answered first. It is a rival no more. */
  onRivalHead(attempt: Attempt, head: ResponseHead, end: boolean): void;
  /** The last rival has failed, and nothing else is under way. */
  onRivalsLost(why: Fault): void;
}

/**
 * Attempts that took too long and go on all the same, while another host is asked (Envoy's `hedge_on_per_try_timeout`): the first good
 * answer wins. Only a request that has been hedged has them.
 */
export class Rivals {
  private readonly owner: HedgeOwner;
  private readonly attempts = new Set<Attempt>();

  constructor(owner: HedgeOwner) {
    this.owner = owner;
  }

  get size(): number {
    return this.attempts.size;
  }

  add(attempt: Attempt): void {
    this.attempts.add(attempt);
    attempt.handTo(new Rival(this, attempt));
  }

  cancel(why: Fault): void {
    for (const attempt of this.attempts) attempt.cancel(why);
    this.attempts.clear();
  }

  onHead(attempt: Attempt, head: ResponseHead, end: boolean): void {
    this.attempts.delete(attempt);
    const { owner } = this;
    const only = owner.waitsForRivals && this.attempts.size === 0;
    if (only || !owner.wouldRetry(head)) owner.onRivalHead(attempt, head, end);
    else attempt.cancel({ code: 'cancelled', origin: 'local', processed: 'maybe', detail: 'another attempt may be answered better' });
  }

  onFault(attempt: Attempt, why: Fault): void {
    this.attempts.delete(attempt);
    if (this.owner.waitsForRivals && this.attempts.size === 0) this.owner.onRivalsLost(why);
  }
}

/** Hears one attempt until it has answered. */
class Rival implements AttemptOwner {
  private readonly rivals: Rivals;
  private readonly attempt: Attempt;

  constructor(rivals: Rivals, attempt: Attempt) {
    this.rivals = rivals;
    this.attempt = attempt;
  }

  onAttemptHead(head: ResponseHead, end: boolean): void {
    this.rivals.onHead(this.attempt, head, end);
  }
  onAttemptFault(why: Fault): void {
    this.rivals.onFault(this.attempt, why);
  }
  // It has its stream, and all of the request; its time is up, and what comes after a head is heard by the exchange.
  onAttemptStream(): void {}
  onAttemptInformational(): void {}
  onAttemptData(): void {}
  onAttemptTrailers(): void {}
  onAttemptDrain(): void {}
  onAttemptTimeout(): void {}
}
