import { Timer, type Timers } from '../base/timers.ts';
import type { Wire } from './wire.ts';

/** How many times a peer is asked for a sign of life before it counts as gone: one question may be lost in a long pause of its own. */
export const MAX_UNANSWERED = 3;

/**
 * Looks from time to time whether a peer still lives. A peer from which nothing has come since the last look is asked; one that has been
 * asked for nothing `MAX_UNANSWERED` times in a row is silent. What is read costs nothing: the look compares counts of bytes.
 */
export class Pulse extends Timer {
  private readonly wire: Wire;
  private readonly timers: Timers;
  private readonly intervalMs: number;
  private readonly ask: () => void;
  private readonly onSilence: () => void;
  private bytesRead: number;
  private unanswered = 0;

  constructor(wire: Wire, timers: Timers, intervalMs: number, ask: () => void, onSilence: () => void) {
    super();
    this.wire = wire;
    this.timers = timers;
    this.intervalMs = intervalMs;
    this.ask = ask;
    this.onSilence = onSilence;
    this.bytesRead = wire.bytesRead;
    timers.schedule(this, intervalMs);
  }

  stop(): void {
    this.timers.cancel(this);
  }

  override expire(): void {
    const { bytesRead } = this.wire;
    if (bytesRead !== this.bytesRead) {
      this.bytesRead = bytesRead;
      this.unanswered = 0;
    } else if (this.unanswered === MAX_UNANSWERED) {
      this.onSilence();
      return;
    } else {
      this.unanswered++;
      this.ask();
    }
    this.timers.schedule(this, this.intervalMs);
  }
}
