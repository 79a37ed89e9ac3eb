import { type Bytes, EMPTY, type Fields, type RequestHead, type Transport } from 'meshloom/protocol';
import { ENHANCE_YOUR_CALM } from './error-code.ts';
import { INITIAL_WINDOW, SendWindow } from './flow-window.ts';
import { writeData } from './frames/data.ts';
import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES } from './frames/frame-header.ts';
import { writeHeaders } from './frames/headers.ts';
import { HpackEncoder } from './hpack/encoder.ts';
import { TinyWindow } from './limits/tiny-window.ts';
import type { WindowUpdates } from './limits/window-updates.ts';
import { encodeRequest, encodeResponse, encodeTrailers } from './message-writer.ts';
import type { Http2Options } from './options.ts';
import { RoundRobin } from './round-robin.ts';
import type { SendHalf } from './send-half.ts';

/** A stream, as far as sending goes. */
export interface Sender {
  readonly id: number;
  readonly over: boolean;
  readonly sending: SendHalf;
  /** Its END_STREAM has been written. */
  endSent(): void;
  /** Its handler may send again. */
  drain(): void;
}

export interface OutboundOwner {
  readonly over: boolean;
  violated(errorCode: number, detail: string): void;
}

/** Larger frames than this are not sent even to who would take them: another stream is to have its turn. */
const LARGEST_FRAME_BYTES = 4 * MAX_FRAME_BYTES;

/**
 * All that a connection sends on its streams. Heads go out at once, for their order is that of the HPACK table. DATA goes out at once while
 * windows and the transport let it; what must wait goes out later in turns of one frame a stream.
 */
export class Outbound {
  readonly encoder = new HpackEncoder();
  /** The window of the whole connection. */
  readonly window = new SendWindow(INITIAL_WINDOW);
  private readonly transport: Transport;
  private readonly owner: OutboundOwner;
  private readonly line = new RoundRobin<Sender>();
  /** Made when the first of them is owed an `onDrain`. */
  private owed: Set<Sender> | undefined = undefined;
  private readonly tinyWindow: TinyWindow;
  private readonly windowUpdates: WindowUpdates;
  private readonly bufferBytes: number;
  private maxFrameBytes = MAX_FRAME_BYTES;
  private flushing = false;

  constructor(transport: Transport, owner: OutboundOwner, options: Http2Options, windowUpdates: WindowUpdates) {
    this.transport = transport;
    this.owner = owner;
    this.bufferBytes = options.sendBufferBytes;
    this.tinyWindow = new TinyWindow(options.maxTinyFrames);
    this.windowUpdates = windowUpdates;
  }

  limitFrames(bytes: number): void {
    this.maxFrameBytes = Math.min(bytes, LARGEST_FRAME_BYTES);
  }

  request(streamId: number, head: RequestHead, end: boolean): void {
    this.encoder.begin(FRAME_HEADER_BYTES);
    encodeRequest(this.encoder, head, this.transport.secure);
    this.writeBlock(streamId, end);
  }

  response(streamId: number, status: number, fields: Fields, extended: boolean, end: boolean): void {
    this.encoder.begin(FRAME_HEADER_BYTES);
    encodeResponse(this.encoder, status, fields, extended);
    this.writeBlock(streamId, end);
  }

  data(sender: Sender, bytes: Bytes, end: boolean): void {
    const half = sender.sending;
    const { length } = bytes;
    const passes = half.begun && !half.waiting && this.passes(half, length);
    half.ended = end;
    if (passes) {
      if (length > 0 || end) this.write(sender, bytes, end);
      return;
    }
    half.hold().push(bytes);
    this.resume(sender);
    this.flush();
  }

  trailers(sender: Sender, fields: Fields): void {
    const half = sender.sending;
    const passes = half.begun && !half.waiting;
    half.ended = true;
    if (passes) {
      this.writeTrailers(sender, fields);
      return;
    }
    half.trailers = fields;
    this.resume(sender);
    this.flush();
  }

  /** What the stream's sender asks before it sends more. Whoever is told no is owed an `onDrain`. */
  isWritable(sender: Sender): boolean {
    if (this.hasRoom(sender)) return true;
    sender.sending.drainOwed = true;
    if (this.owed === undefined) this.owed = new Set();
    this.owed.add(sender);
    return false;
  }

  /** The stream may have got something to send, or the right to send it. `flush` follows. */
  resume(sender: Sender): void {
    const half = sender.sending;
    if (half.inLine || !half.begun || !half.waiting) return;
    half.inLine = true;
    this.line.join(sender);
  }

  /** Sends what waits, one frame a stream and turn, until the windows or the transport say stop. */
  flush(): void {
    // A handler that is told to go on sends, and what it sends joins the line.
    if (this.flushing) return;
    this.flushing = true;
    while (!this.line.empty && this.transport.writable && !this.owner.over) {
      const sender = this.line.next();
      if (!sender.over && this.window.available <= 0 && sender.sending.queuedBytes > 0) break;
      this.line.leave();
      sender.sending.inLine = false;
      if (!sender.over) this.turn(sender);
    }
    this.flushing = false;
  }

  /** The transport takes bytes again. */
  drained(): void {
    this.flush();
    if (this.owed !== undefined) for (const sender of [...this.owed]) this.payDrain(sender);
  }

  forget(sender: Sender): void {
    sender.sending.discard();
    this.owed?.delete(sender);
  }

  private passes(half: SendHalf, length: number): boolean {
    if (length === 0) return true;
    return length <= half.window.available && length <= this.window.available && length <= this.maxFrameBytes && this.transport.writable;
  }

  private turn(sender: Sender): void {
    const half = sender.sending;
    const waiting = half.queuedBytes;
    if (waiting > 0) {
      const allowed = Math.min(half.window.available, this.window.available);
      // The stream's own window is closed: it is back in line when that opens.
      if (allowed <= 0) return;
      const bytes = half.hold().take(Math.min(allowed, this.maxFrameBytes));
      if (!this.tinyWindow.sending(bytes.length, bytes.length === allowed && allowed < waiting)) {
        this.owner.violated(ENHANCE_YOUR_CALM, 'the window is opened too little at a time');
        return;
      }
      this.write(sender, bytes, half.ended && half.trailers === undefined && half.queuedBytes === 0);
    } else if (half.trailers === undefined) {
      this.write(sender, EMPTY, true);
    }
    if (half.trailers !== undefined && half.queuedBytes === 0 && !sender.over) this.writeTrailers(sender, half.trailers);
    this.resume(sender);
    this.payDrain(sender);
  }

  private payDrain(sender: Sender): void {
    if (!sender.sending.drainOwed || !this.hasRoom(sender)) return;
    sender.sending.drainOwed = false;
    this.owed?.delete(sender);
    sender.drain();
  }

  private hasRoom(sender: Sender): boolean {
    return sender.over || sender.sending.ended || (sender.sending.queuedBytes < this.bufferBytes && this.transport.writable);
  }

  private write(sender: Sender, bytes: Bytes, end: boolean): void {
    sender.sending.window.take(bytes.length);
    this.window.take(bytes.length);
    this.windowUpdates.dataSent();
    writeData(this.transport, sender.id, bytes, end);
    if (end) this.ended(sender);
  }

  private writeTrailers(sender: Sender, fields: Fields): void {
    sender.sending.trailers = undefined;
    this.encoder.begin(FRAME_HEADER_BYTES);
    encodeTrailers(this.encoder, fields);
    // No line is left to send: DATA ends the stream, for an empty block is a surprise to many.
    if (this.encoder.writer.at === FRAME_HEADER_BYTES) {
      this.write(sender, EMPTY, true);
      return;
    }
    this.writeBlock(sender.id, true);
    this.ended(sender);
  }

  private ended(sender: Sender): void {
    sender.sending.endSent = true;
    sender.endSent();
  }

  private writeBlock(streamId: number, end: boolean): void {
    const { writer } = this.encoder;
    writeHeaders(this.transport, streamId, writer.bytes, writer.at, end, this.maxFrameBytes);
  }
}
