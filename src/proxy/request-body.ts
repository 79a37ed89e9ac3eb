import { type Bytes, EMPTY } from '../base/bytes.ts';
import type { Fields } from '../protocol/fields.ts';
import type { ClientStream } from '../protocol/stream.ts';

/**
 * The request's body between client and upstream: holds what cannot be sent yet, and what a retry would have to send again.
 * Replaying is given up when more than `replayLimit` bytes have passed; what has been sent is let go of then.
 */
export class RequestBody {
  private readonly pieces: Bytes[] = [];
  private readonly replayLimit: number;
  private trailers: Fields | undefined = undefined;
  private ended = false;
  /** How many of `pieces` the current attempt has been given, and whether it has been given the ending. */
  private sent = 0;
  private endSent = false;
  private bytes = 0;
  private canReplay = true;

  constructor(replayLimit: number) {
    this.replayLimit = replayLimit;
  }

  /** Bytes held, sent or not. */
  get held(): number {
    return this.bytes;
  }
  /** The current attempt has been given the whole of it. */
  get complete(): boolean {
    return this.endSent;
  }
  /** The next attempt can be given everything from the start. */
  get replayable(): boolean {
    return this.canReplay;
  }

  push(bytes: Bytes, end: boolean): void {
    if (bytes.length > 0) {
      this.pieces.push(bytes);
      this.bytes += bytes.length;
    }
    if (end) this.ended = true;
  }

  pushTrailers(trailers: Fields): void {
    this.trailers = trailers;
    this.ended = true;
  }

  /** Gives the stream all that it has not had. */
  sendTo(stream: ClientStream): void {
    while (this.sent < this.pieces.length) {
      const piece = this.pieces[this.sent]!;
      this.sent++;
      const last = this.ended && this.trailers === undefined && this.sent === this.pieces.length;
      if (last) this.endSent = true;
      stream.sendData(piece, last);
    }
    if (this.ended && !this.endSent) {
      this.endSent = true;
      if (this.trailers === undefined) stream.sendData(EMPTY, true);
      else stream.sendTrailers(this.trailers);
    }
    if (this.bytes > this.replayLimit) this.canReplay = false;
    if (!this.canReplay) this.forgetSent();
  }

  /** A new attempt begins. Only while `replayable`. */
  rewind(): void {
    this.sent = 0;
    this.endSent = false;
  }

  /** There will be no other attempt: nothing is kept for one. */
  giveUpReplay(): void {
    this.canReplay = false;
    this.forgetSent();
  }

  private forgetSent(): void {
    if (this.sent === 0) return;
    for (let at = 0; at < this.sent; at++) this.bytes -= this.pieces[at]!.length;
    this.pieces.splice(0, this.sent);
    this.sent = 0;
  }
}
