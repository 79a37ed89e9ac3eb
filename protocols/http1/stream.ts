import type { Bytes, Fault, Fields, Stream, StreamHandler } from 'meshloom/protocol';

/** What a stream needs of the connection that it is on. */
export interface StreamOwner {
  readonly writable: boolean;
  sendData(bytes: Bytes, end: boolean): void;
  sendTrailers(fields: Fields): void;
  /** The owner of the stream does not want it any more. */
  cancel(fault: Fault): void;
  /** The stream has been paused. */
  balance(): void;
  /** The stream is not paused any more. */
  run(): void;
}

/**
 * The one stream that a connection has at a time. Verbs go to the connection as long as the stream is not over; a stream that is over is
 * deaf, for the connection may have another one by then.
 */
export abstract class Http1Stream implements Stream {
  over = false;
  /** Pauses not yet resumed. */
  pauses = 0;
  private readonly owner: StreamOwner;

  constructor(owner: StreamOwner) {
    this.owner = owner;
  }

  /** undefined while the owner has not yet said who it is: inside `onRequest`. */
  abstract readonly listener: StreamHandler | undefined;

  get writable(): boolean {
    return this.owner.writable;
  }

  /** What comes out of turn is not sent: bytes between two messages would be taken for one. */
  sendData(bytes: Bytes, end: boolean): void {
    if (!this.over) this.owner.sendData(bytes, end);
  }

  sendTrailers(fields: Fields): void {
    if (!this.over) this.owner.sendTrailers(fields);
  }

  reset(fault: Fault): void {
    if (this.over) return;
    this.over = true;
    this.owner.cancel(fault);
  }

  pause(): void {
    this.pauses++;
    if (!this.over) this.owner.balance();
  }

  resume(): void {
    if (this.pauses === 0) return;
    this.pauses--;
    if (this.pauses === 0 && !this.over) this.owner.run();
  }
}
