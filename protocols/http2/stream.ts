import {
  type Bytes,
  EMPTY,
  type Fault,
  type Fields,
  fault,
  type MachineEvent,
  NO_STEP,
  type Stream,
  type StreamHandler,
} from 'meshloom/protocol';
import { errorName, PROTOCOL_ERROR, REFUSED_STREAM } from './error-code.ts';
import type { HeaderFields } from './header-fields.ts';
import type { Inbound, Receiver } from './inbound.ts';
import type { Outbound, Sender } from './outbound.ts';
import { ReceiveHalf } from './receive-half.ts';
import { UNKNOWN_LENGTH } from './request-head.ts';
import { SendHalf } from './send-half.ts';
import { STREAM, STREAM_MACHINE, type StreamEvent, type StreamState } from './stream-state.ts';

/** What a stream needs of its connection. */
export interface StreamOwner {
  readonly inbound: Inbound;
  readonly outbound: Outbound;
  /** Who the peer is, in faults. */
  readonly peer: 'downstream' | 'upstream';
  /** The peer broke a rule on this stream: RST_STREAM, and `endWith`. */
  streamViolated(stream: Http2Stream, errorCode: number, detail: string): void;
  /** RST_STREAM, because we want no more of this stream. */
  writeReset(stream: Http2Stream, errorCode: number): void;
  /** The code that tells the peer of a fault of ours or of the other side. */
  resetCode(why: Fault): number;
  /** The stream is over, and before its handler hears so. */
  remove(stream: Http2Stream): void;
  /** The stream is over, and its handler knows. */
  settled(): void;
}

/**
 * One stream, either side of it: the wire's state, and two halves. It is over, and gone from its connection, when both directions have
 * ended on the wire and the handler has been told, or when it was reset.
 */
export abstract class Http2Stream implements Stream, Sender, Receiver {
  id: number;
  over = false;
  readonly sending: SendHalf;
  readonly receiving: ReceiveHalf;
  protected readonly owner: StreamOwner;
  protected handler: StreamHandler | undefined = undefined;
  protected state: StreamState = 'idle';
  /** The same as a number. */
  private stateAt = 0;
  private delivering = false;
  /** The stream was reset after the peer's message was complete, and that is still being delivered. */
  private lateFault: Fault | undefined = undefined;

  constructor(id: number, owner: StreamOwner, handler: StreamHandler | undefined, sendWindow: number, receiveWindow: number) {
    this.id = id;
    this.owner = owner;
    this.handler = handler;
    this.sending = new SendHalf(sendWindow);
    this.receiving = new ReceiveHalf(receiveWindow);
  }

  /** The peer may still send on this stream. */
  get remoteOpen(): boolean {
    return this.state === 'open' || this.state === 'half-closed-local';
  }

  get closed(): boolean {
    return this.state === 'closed';
  }

  get acceptsData(): boolean {
    return this.remoteOpen;
  }

  // ───────── what our side does

  get writable(): boolean {
    return this.owner.outbound.isWritable(this);
  }

  sendData(bytes: Bytes, end: boolean): void {
    if (this.over || this.sending.ended) return;
    this.owner.outbound.data(this, bytes, end);
  }

  sendTrailers(fields: Fields): void {
    if (this.over || this.sending.ended) return;
    this.owner.outbound.trailers(this, fields);
  }

  reset(why: Fault): void {
    if (this.over) return;
    if (this.state !== 'idle' && this.state !== 'closed') this.owner.writeReset(this, this.owner.resetCode(why));
    this.finish();
    this.owner.settled();
  }

  pause(): void {
    this.receiving.pauses++;
    this.receiving.waited = true;
  }

  resume(): void {
    if (this.receiving.pauses === 0 || --this.receiving.pauses > 0 || this.over) return;
    this.deliver();
    if (!this.over) this.owner.inbound.announceStream(this);
  }

  /** Moves the state; a pair that is not in the table is a bug of ours, for what the peer does has been judged before. */
  move(event: MachineEvent<StreamEvent>): void {
    const next = STREAM_MACHINE.next(this.stateAt, event);
    if (next === NO_STEP) throw new Error(`HTTP/2 stream ${this.id}: ${event.name} while ${this.state}`);
    this.stateAt = next;
    this.state = STREAM_MACHINE.states[next]!;
  }

  endSent(): void {
    this.move(STREAM['send-end']);
    this.finishIfDone();
  }

  drain(): void {
    this.handler?.onDrain();
  }

  // ───────── what the peer does

  foresee(bytes: number, end: boolean): boolean {
    const { receiving } = this;
    if (receiving.lengthLeft === UNKNOWN_LENGTH) return true;
    receiving.lengthLeft -= bytes;
    return end ? receiving.lengthLeft === 0 : receiving.lengthLeft >= 0;
  }

  receive(bytes: Bytes, end: boolean): void {
    const { receiving } = this;
    if (end) this.receiveEnd();
    if (receiving.pauses > 0 || receiving.heldBytes > 0) {
      this.owner.inbound.hold(receiving, bytes);
    } else {
      this.owner.inbound.release(bytes.length);
      this.hand(bytes, end);
    }
  }

  /** A second header block; on a client, after that of the head. */
  protected receiveTrailers(fields: HeaderFields | string, end: boolean): void {
    const { receiving } = this;
    // RFC 9113 section 8.1.
    const wrong = typeof fields === 'string' ? fields : end ? undefined : 'trailers without END_STREAM';
    if (wrong !== undefined || receiving.lengthLeft > 0) {
      this.owner.streamViolated(this, PROTOCOL_ERROR, wrong ?? 'body shorter than content-length');
      return;
    }
    this.move(STREAM['receive-headers']);
    this.receiveEnd();
    receiving.trailers = fields as HeaderFields;
    if (receiving.pauses === 0) this.deliver();
  }

  protected receiveEnd(): void {
    this.move(STREAM['receive-end']);
    this.receiving.ended = true;
  }

  receiveReset(errorCode: number): void {
    if (this.state === 'closed') return;
    this.move(STREAM['receive-reset']);
    const refused = errorCode === REFUSED_STREAM;
    const detail = `RST_STREAM ${errorName(errorCode)}`;
    this.endWith(fault(refused ? 'refused' : 'reset', this.owner.peer, refused ? 'no' : 'maybe', detail));
  }

  /**
   * Ends the stream because of what came from outside. A response that is complete and only waits to be delivered is delivered all the
   * same: RFC 9113 section 8.1 forbids to lose it to the RST_STREAM that follows it, and a closed connection is no better reason.
   */
  endWith(why: Fault): void {
    if (this.over) return;
    if (this.owner.peer === 'upstream' && this.receiving.ended && !this.receiving.delivered) {
      if (!this.sending.endSent) this.lateFault = why;
      this.sending.discard();
      if (this.state !== 'closed') this.move(STREAM['receive-reset']);
      return;
    }
    this.finish();
    this.handler?.onReset(why);
    this.owner.settled();
  }

  // ───────── between both

  /** Delivers what is held, as far as the handler wants it. */
  private deliver(): void {
    // The handler may pause and resume from within; the loop below sees to what comes of it.
    if (this.delivering) return;
    this.delivering = true;
    const { receiving } = this;
    while (receiving.pauses === 0 && !this.over && receiving.heldBytes > 0) {
      const bytes = this.owner.inbound.unhold(receiving);
      this.hand(bytes, receiving.ended && receiving.heldBytes === 0 && receiving.trailers === undefined);
    }
    if (receiving.pauses === 0 && !this.over && receiving.ended && !receiving.delivered) {
      const { trailers } = receiving;
      if (trailers === undefined) this.hand(EMPTY, true);
      else this.handTrailers(trailers);
    }
    this.delivering = false;
  }

  private hand(bytes: Bytes, end: boolean): void {
    if (!end) {
      this.handler?.onData(bytes, false);
      if (!this.over) this.owner.inbound.releaseStream(this, bytes.length);
      return;
    }
    const last = this.beginEnding();
    this.handler?.onData(bytes, true);
    this.completeEnding(last);
  }

  private handTrailers(trailers: Fields): void {
    const last = this.beginEnding();
    this.handler?.onTrailers(trailers);
    this.completeEnding(last);
  }

  /** The handler is about to be told of the peer's ending. True when that is the stream's: then it is gone before the handler hears so. */
  protected beginEnding(): boolean {
    this.receiving.delivered = true;
    if (this.state !== 'closed' || this.lateFault !== undefined) return false;
    this.finish();
    return true;
  }

  protected completeEnding(last: boolean): void {
    if (this.lateFault !== undefined && !this.over) {
      this.finish();
      this.handler?.onReset(this.lateFault);
      last = true;
    }
    if (last) this.owner.settled();
  }

  private finishIfDone(): void {
    if (this.over || this.state !== 'closed' || !this.receiving.delivered) return;
    this.finish();
    this.owner.settled();
  }

  protected finish(): void {
    this.over = true;
    this.owner.outbound.forget(this);
    this.owner.inbound.discard(this.receiving);
    this.owner.remove(this);
  }
}
