import { type Bytes, EMPTY } from 'meshloom/protocol';
import { CONTINUATION, DATA, FRAME_HEADER_BYTES, FrameHeader, MAX_FRAME_BYTES } from './frames/frame-header.ts';

export interface FrameSink {
  /** Nothing more is to be read. */
  readonly over: boolean;
  /** A frame, whole; its payload is `bytes[start, end)`, which is lent for the time of the call. */
  onFrame(frame: FrameHeader, bytes: Bytes, start: number, end: number): void;
  /** A DATA frame has begun. Its payload, padding and all, comes in any number of runs, so that it can be passed on as it comes. */
  onDataFrame(frame: FrameHeader): void;
  /** A run, which belongs to the sink. `last` for the one that ends the frame; it may be empty. */
  onDataRun(bytes: Bytes, start: number, end: number, last: boolean): void;
  /** A frame of a type that RFC 9113 does not know has begun (section 4.1: it is skipped). */
  onUnknownFrame(frame: FrameHeader): void;
  /** A frame is larger than we allow. */
  onOversizedFrame(frame: FrameHeader): void;
}

/** Cuts what comes in into frames. Holds one frame header or one payload at most, and copies only what is cut by the end of a chunk. */
export class FrameReader {
  private readonly sink: FrameSink;
  private readonly frame = new FrameHeader();
  private readonly header: Bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
  private headerBytes = 0;
  /** The payload that is being put together, and how much of it there is. */
  private payload: Bytes = EMPTY;
  private payloadBytes = 0;
  private state: 'header' | 'payload' | 'data' | 'unknown' = 'header';
  /** What is to come of a payload that is not put together. */
  private left = 0;

  constructor(sink: FrameSink) {
    this.sink = sink;
  }

  /** A frame has begun and is not here. A DATA frame whose payload comes slowly is not meant: that is a slow body. */
  get partial(): boolean {
    return this.headerBytes > 0 || this.state === 'payload' || this.state === 'unknown';
  }

  /** Reads `chunk` from `at` on. */
  read(chunk: Bytes, at: number): void {
    while (!this.sink.over) {
      if (this.state === 'header') {
        const header = this.readHeader(chunk, at);
        if (header < 0) return;
        at = header;
        if (this.frame.length > MAX_FRAME_BYTES) this.sink.onOversizedFrame(this.frame);
        else this.begin();
      } else if (this.state === 'payload') {
        at = this.readPayload(chunk, at);
        if (at < 0) return;
      } else {
        at = this.readRun(chunk, at);
        if (this.left > 0) return;
      }
    }
  }

  /** Where the payload begins; -1 when the header is not all there. */
  private readHeader(chunk: Bytes, at: number): number {
    if (this.headerBytes === 0 && chunk.length - at >= FRAME_HEADER_BYTES) {
      this.frame.read(chunk, at);
      return at + FRAME_HEADER_BYTES;
    }
    const taken = Math.min(FRAME_HEADER_BYTES - this.headerBytes, chunk.length - at);
    chunk.copy(this.header, this.headerBytes, at, at + taken);
    this.headerBytes += taken;
    if (this.headerBytes < FRAME_HEADER_BYTES) return -1;
    this.headerBytes = 0;
    this.frame.read(this.header, 0);
    return at + taken;
  }

  private begin(): void {
    this.left = this.frame.length;
    if (this.frame.type === DATA) {
      this.state = 'data';
      this.sink.onDataFrame(this.frame);
    } else if (this.frame.type > CONTINUATION) {
      this.state = 'unknown';
      this.sink.onUnknownFrame(this.frame);
    } else {
      this.state = 'payload';
      this.payloadBytes = 0;
    }
  }

  /** Where the next frame begins; -1 when the payload is not all there. */
  private readPayload(chunk: Bytes, at: number): number {
    const { length } = this.frame;
    const there = chunk.length - at;
    if (this.payloadBytes === 0 && there >= length) {
      this.state = 'header';
      this.sink.onFrame(this.frame, chunk, at, at + length);
      return at + length;
    }
    if (there === 0) return -1;
    if (this.payloadBytes === 0) this.payload = Buffer.allocUnsafe(length);
    const taken = Math.min(length - this.payloadBytes, there);
    chunk.copy(this.payload, this.payloadBytes, at, at + taken);
    this.payloadBytes += taken;
    if (this.payloadBytes < length) return -1;
    const { payload } = this;
    this.payload = EMPTY;
    this.state = 'header';
    this.sink.onFrame(this.frame, payload, 0, length);
    return at + taken;
  }

  private readRun(chunk: Bytes, at: number): number {
    const taken = Math.min(this.left, chunk.length - at);
    this.left -= taken;
    const last = this.left === 0;
    const data = this.state === 'data';
    if (last) this.state = 'header';
    if (data && (taken > 0 || last)) this.sink.onDataRun(chunk, at, at + taken, last);
    return at + taken;
  }
}
