import { type Bytes, EMPTY } from '../base/bytes.ts';

/** The part of a format that cutting needs. */
export interface FrameBounds {
  readonly prefixBytes: number;
  readonly maxFrameBytes: number;
  frameBytes(bytes: Bytes, at: number): number;
}

export interface FrameSink {
  onFrame(frame: Bytes): void;
  /** A frame over the limit: its prefix. The rest is skipped. */
  onOversizeFrame(prefix: Bytes, frameBytes: number): void;
}

/** Frames up to this length are given their memory at once; longer ones as they arrive, so that a claimed length alone costs nothing. */
const FIRST_STORAGE = 64 * 1024;

/**
 * Cuts a stream of bytes into frames. A frame within one chunk is a view of it; one that came in several is copied together.
 * Holds at most one frame that is not complete, in at most twice the bytes that have arrived of it, however small the chunks.
 */
export class FrameReader {
  private held = EMPTY;
  private heldBytes = 0;
  /** Length of the held frame; 0 while its prefix is not complete. */
  private wanted = 0;
  private skipping = 0;
  private stopped = false;
  private readonly bounds: FrameBounds;
  private readonly sink: FrameSink;

  constructor(bounds: FrameBounds, sink: FrameSink) {
    this.bounds = bounds;
    this.sink = sink;
  }

  /** A frame has begun and is not complete. */
  get partial(): boolean {
    return this.heldBytes > 0 || this.skipping > 0;
  }

  /** From inside a callback or outside: no frame is delivered any more. */
  stop(): void {
    this.stopped = true;
    this.held = EMPTY;
    this.heldBytes = 0;
    this.skipping = 0;
  }

  /** False when the bytes are not of this protocol. */
  read(chunk: Bytes): boolean {
    let at = 0;
    if (this.skipping > 0) at = this.skip(chunk, 0);
    if (this.heldBytes > 0) {
      at = this.complete(chunk, at);
      if (at < 0) return false;
    }
    return this.cut(chunk, at);
  }

  private cut(chunk: Bytes, from: number): boolean {
    const { bounds, sink } = this;
    let at = from;
    while (!this.stopped && chunk.length - at >= bounds.prefixBytes) {
      const size = bounds.frameBytes(chunk, at);
      if (size < bounds.prefixBytes) return false;
      if (size > bounds.maxFrameBytes) {
        at = this.oversize(chunk.subarray(at, at + bounds.prefixBytes), size, chunk, at + bounds.prefixBytes);
        continue;
      }
      if (chunk.length - at < size) {
        this.wanted = size;
        break;
      }
      const frame = size === chunk.length ? chunk : chunk.subarray(at, at + size);
      at += size;
      sink.onFrame(frame);
    }
    if (at < chunk.length && !this.stopped) this.hold(chunk, at, chunk.length);
    return true;
  }

  /** Goes on with the held frame. Returns where the next one begins, or -1 when this is none. */
  private complete(chunk: Bytes, from: number): number {
    const { bounds, sink } = this;
    let at = from;
    if (this.wanted === 0) {
      at = this.holdUpTo(bounds.prefixBytes, chunk, at);
      if (this.heldBytes < bounds.prefixBytes) return at;
      const size = bounds.frameBytes(this.held, 0);
      if (size < bounds.prefixBytes) return -1;
      if (size > bounds.maxFrameBytes) return this.oversize(this.release(), size, chunk, at);
      this.wanted = size;
    }
    at = this.holdUpTo(this.wanted, chunk, at);
    if (this.heldBytes === this.wanted) sink.onFrame(this.release());
    return at;
  }

  private oversize(prefix: Bytes, size: number, chunk: Bytes, at: number): number {
    this.skipping = size - this.bounds.prefixBytes;
    const next = this.skip(chunk, at);
    this.sink.onOversizeFrame(prefix, size);
    return next;
  }

  private skip(chunk: Bytes, at: number): number {
    const skipped = Math.min(this.skipping, chunk.length - at);
    this.skipping -= skipped;
    return at + skipped;
  }

  private holdUpTo(length: number, chunk: Bytes, at: number): number {
    const to = Math.min(at + length - this.heldBytes, chunk.length);
    this.hold(chunk, at, to);
    return to;
  }

  private hold(chunk: Bytes, from: number, to: number): void {
    const needed = this.heldBytes + to - from;
    if (needed > this.held.length) {
      const storage =
        this.wanted === 0 ? this.bounds.prefixBytes : Math.min(this.wanted, Math.max(needed, FIRST_STORAGE, 2 * this.held.length));
      const grown = Buffer.allocUnsafeSlow(storage);
      this.held.copy(grown, 0, 0, this.heldBytes);
      this.held = grown;
    }
    chunk.copy(this.held, this.heldBytes, from, to);
    this.heldBytes = needed;
  }

  private release(): Bytes {
    const bytes = this.held.length === this.heldBytes ? this.held : this.held.subarray(0, this.heldBytes);
    this.held = EMPTY;
    this.heldBytes = 0;
    this.wanted = 0;
    return bytes;
  }
}
