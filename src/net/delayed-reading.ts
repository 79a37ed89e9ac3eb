import type { Bytes } from '../base/bytes.ts';
import type { Fault } from '../base/fault.ts';
import { Timer, type Timers } from '../base/timers.ts';
import type { Connection } from './connection.ts';
import type { ConnectionOwner } from './connection-settings.ts';

/** Stands between a connection and its owner, and holds back some of what is read. As a timer it is the time that a piece waits. */
export class DelayedReading extends Timer implements ConnectionOwner {
  private readonly connection: Pick<Connection, 'pause' | 'resume'>;
  private readonly owner: ConnectionOwner;
  private readonly timers: Timers;
  private readonly delayMs: () => number;
  private held: Bytes | undefined = undefined;
  private endHeld = false;

  /** `delayMs` is asked for each piece that is read. */
  constructor(connection: Connection, timers: Timers, delayMs: () => number) {
    super();
    this.connection = connection;
    this.owner = connection.owner;
    this.timers = timers;
    this.delayMs = delayMs;
    connection.owner = this;
  }

  onRead(chunk: Bytes): void {
    const ms = this.delayMs();
    if (ms === 0) {
      this.owner.onRead(chunk);
      return;
    }
    // Nothing but the end is read until it is resumed.
    this.connection.pause();
    this.held = chunk;
    this.timers.schedule(this, ms);
  }

  onReadEnd(): void {
    if (this.scheduled) this.endHeld = true;
    else this.owner.onReadEnd();
  }

  onDrain(): void {
    this.owner.onDrain();
  }

  onClose(fault: Fault): void {
    this.timers.cancel(this);
    this.held = undefined;
    this.owner.onClose(fault);
  }

  override expire(): void {
    const { held } = this;
    this.held = undefined;
    this.connection.resume();
    if (held !== undefined) this.owner.onRead(held);
    if (!this.endHeld) return;
    this.endHeld = false;
    this.owner.onReadEnd();
  }
}
