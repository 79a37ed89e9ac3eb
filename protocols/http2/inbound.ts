import { type Bytes, EMPTY, type Transport } from 'meshloom/protocol';
import { ENHANCE_YOUR_CALM, FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, PROTOCOL_ERROR, STREAM_CLOSED } from './error-code.ts';
import { ReceiveWindow } from './flow-window.ts';
import { END_STREAM, type FrameHeader, PADDED } from './frames/frame-header.ts';
import { frameInHand } from './frames/frame-in-hand.ts';
import { windowUpdate } from './frames/window-update.ts';
import { EmptyData } from './limits/empty-data.ts';
import type { Http2Options } from './options.ts';
import type { ReceiveHalf } from './receive-half.ts';

/** A stream, as far as receiving goes. */
export interface Receiver {
  readonly id: number;
  readonly over: boolean;
  readonly receiving: ReceiveHalf;
  /** DATA may come now: its head has been here, and its end has not. */
  readonly acceptsData: boolean;
  /** A frame of so many bytes is about to be received. False when it does not agree with `content-length` (RFC 9113 section 8.1.1). */
  foresee(bytes: number, end: boolean): boolean;
  receive(bytes: Bytes, end: boolean): void;
}

export interface InboundOwner {
  readonly over: boolean;
  violated(errorCode: number, detail: string): void;
  streamViolated(stream: Receiver, errorCode: number, detail: string): void;
  receiver(streamId: number): Receiver | undefined;
  /** DATA for a stream that is not there. */
  onStrayData(streamId: number): void;
}

/**
 * DATA that comes in, and the windows that the peer gets back for it. Every byte of every DATA frame, padding and all, is taken from the
 * connection's window when the frame begins and released exactly once, whatever becomes of its stream: when it is delivered, dropped, or
 * held, for a paused stream is to stop nobody else. Only above `max_held_bytes` is what is held released later.
 *
 * The window of a stream whose bytes are passed on as fast as they come grows, for its sender is not to wait for our WINDOW_UPDATE. What all
 * windows of a connection grow by is limited: a stream may be paused later, and its whole window be held.
 */
export class Inbound {
  private readonly transport: Transport;
  private readonly owner: InboundOwner;
  private readonly window: ReceiveWindow;
  private readonly emptyData: EmptyData;
  private readonly maxHeldBytes: number;
  private growthLeft: number;
  private heldBytes = 0;
  /** Whose frame is being read; undefined when its payload is dropped. */
  private stream: Receiver | undefined = undefined;
  private end = false;
  private payloadLeft = 0;
  /** The Pad Length field is the next byte. */
  private padLengthNext = false;

  constructor(transport: Transport, owner: InboundOwner, options: Http2Options) {
    this.transport = transport;
    this.owner = owner;
    this.window = new ReceiveWindow(options.connectionWindowBytes);
    this.emptyData = new EmptyData(options.maxEmptyData);
    this.maxHeldBytes = options.maxHeldBytes;
    this.growthLeft = Math.max(0, options.maxStreamWindowBytes - options.streamWindowBytes);
  }

  onFrame(frame: FrameHeader): void {
    const { length, streamId } = frame;
    const padded = frame.has(PADDED);
    this.stream = undefined;
    this.end = frame.has(END_STREAM);
    this.payloadLeft = length;
    this.padLengthNext = padded;
    if (streamId === 0) {
      this.owner.violated(PROTOCOL_ERROR, 'DATA on stream 0');
    } else if (padded && length === 0) {
      this.owner.violated(FRAME_SIZE_ERROR, 'padded DATA without Pad Length');
    } else if (!this.window.take(length)) {
      this.owner.violated(FLOW_CONTROL_ERROR, "DATA past the connection's window");
    } else if (length === 0 && !this.end && !this.emptyData.empty()) {
      this.owner.violated(ENHANCE_YOUR_CALM, 'too many empty DATA frames');
    } else {
      if (length > 0) this.emptyData.useful();
      this.stream = this.accepting(streamId, length);
      if (!padded) this.foresee();
    }
  }

  /**
   * Asked when it is known how much the frame brings, before any of it is passed on: in HTTP/1.1 what is too much would be another message.
   */
  private foresee(): void {
    const { stream } = this;
    if (stream === undefined || stream.foresee(this.payloadLeft, this.end)) return;
    this.stream = undefined;
    this.owner.streamViolated(stream, PROTOCOL_ERROR, 'body and content-length differ');
  }

  /** The stream that the frame is for; undefined when it has none, or not any more. */
  private accepting(streamId: number, length: number): Receiver | undefined {
    const stream = this.owner.receiver(streamId);
    if (stream === undefined) {
      this.owner.onStrayData(streamId);
    } else if (!stream.acceptsData) {
      this.owner.streamViolated(stream, stream.receiving.ended ? STREAM_CLOSED : PROTOCOL_ERROR, 'DATA out of place');
    } else if (!stream.receiving.window.take(length)) {
      this.owner.streamViolated(stream, FLOW_CONTROL_ERROR, "DATA past the stream's window");
    } else {
      return stream;
    }
    return undefined;
  }

  onRun(bytes: Bytes, start: number, end: number, last: boolean): void {
    let overhead = 0;
    if (this.padLengthNext && start < end) {
      this.padLengthNext = false;
      overhead = 1;
      this.payloadLeft -= 1 + bytes[start]!;
      start++;
      // RFC 9113 section 6.1.
      if (this.payloadLeft < 0) {
        this.owner.violated(PROTOCOL_ERROR, 'DATA with more padding than payload');
        return;
      }
      if (this.stream?.over === false) this.foresee();
    }
    const payload = Math.min(this.payloadLeft, end - start);
    this.payloadLeft -= payload;
    overhead += end - start - payload;
    const { stream } = this;
    if (stream === undefined || stream.over) {
      this.release(payload + overhead);
      return;
    }
    if (overhead > 0) {
      this.release(overhead);
      stream.receiving.window.release(overhead);
    }
    const ends = last && this.end;
    if (payload === 0 && !ends) return;
    if (payload === 0) {
      stream.receive(EMPTY, ends);
      return;
    }
    const passed = bytes.subarray(start, start + payload);
    frameInHand.hold(passed, bytes, start);
    stream.receive(passed, ends);
    frameInHand.release();
  }

  /** So many bytes are delivered or dropped: the peer may have them back. */
  release(bytes: number): void {
    this.window.release(bytes);
    const increment = this.window.announce();
    if (increment > 0 && !this.owner.over) this.transport.write(windowUpdate(0, increment));
  }

  /** So many bytes are delivered on a stream which goes on. */
  releaseStream(stream: Receiver, bytes: number): void {
    const { receiving } = stream;
    receiving.window.release(bytes);
    this.announceStream(stream);
  }

  /** A stream that is paused or has come to its end gets nothing back. */
  announceStream(stream: Receiver): void {
    const { receiving } = stream;
    if (receiving.pauses > 0 || receiving.ended || stream.over || this.owner.over) return;
    const increment = receiving.window.announce();
    if (increment === 0) return;
    const growth = receiving.waited ? 0 : this.grow(receiving);
    receiving.waited = false;
    this.transport.write(windowUpdate(stream.id, increment + growth));
  }

  /** Doubles a stream's window, as far as the connection lets it, and says by how much. */
  private grow(receiving: ReceiveHalf): number {
    const growth = Math.min(this.growthLeft, receiving.window.size);
    this.growthLeft -= growth;
    receiving.grown += growth;
    receiving.window.grow(growth);
    return growth;
  }

  hold(receiving: ReceiveHalf, bytes: Bytes): void {
    const { length } = bytes;
    receiving.hold().push(bytes);
    this.heldBytes += length;
    if (this.heldBytes > this.maxHeldBytes) receiving.owedToConnection += length;
    else this.release(length);
  }

  /** The next of the held bytes. */
  unhold(receiving: ReceiveHalf): Bytes {
    const bytes = receiving.hold().take(Number.POSITIVE_INFINITY);
    this.settle(receiving, bytes.length);
    return bytes;
  }

  /** The stream is over: what it held is dropped, and what its window grew by is another's. */
  discard(receiving: ReceiveHalf): void {
    this.growthLeft += receiving.grown;
    receiving.grown = 0;
    const { heldBytes } = receiving;
    if (heldBytes === 0) return;
    receiving.hold().clear();
    this.settle(receiving, heldBytes);
  }

  private settle(receiving: ReceiveHalf, bytes: number): void {
    this.heldBytes -= bytes;
    const owed = Math.min(receiving.owedToConnection, bytes);
    receiving.owedToConnection -= owed;
    if (owed > 0) this.release(owed);
  }
}
