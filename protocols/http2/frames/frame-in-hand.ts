import { type Bytes, EMPTY } from 'meshloom/protocol';
import { FRAME_HEADER_BYTES } from './frame-header.ts';

/**
 * The DATA frame whose payload is being handed on. Whoever sends that very payload meanwhile, as a proxy does, may have its memory with the
 * header before it, which nobody needs any more: so one piece goes out where there would be two, and frames that came one behind the other
 * leave as one.
 */
class FrameInHand {
  private payload: Bytes | undefined = undefined;
  private chunk: Bytes = EMPTY;
  private start = 0;

  /** `payload` stands in `chunk` from `start` on. Nothing is held where its frame did not begin in the same chunk. */
  hold(payload: Bytes, chunk: Bytes, start: number): void {
    // What comes of a frame that began in an earlier chunk has less than a header before it.
    if (start < FRAME_HEADER_BYTES) return;
    this.payload = payload;
    this.chunk = chunk;
    this.start = start;
  }

  /** Memory for a frame of this payload, which stands in it already; undefined when it is not in hand, or has been taken. */
  take(payload: Bytes): Bytes | undefined {
    if (payload !== this.payload) return undefined;
    const frame = this.chunk.subarray(this.start - FRAME_HEADER_BYTES, this.start + payload.length);
    this.release();
    return frame;
  }

  release(): void {
    this.payload = undefined;
    this.chunk = EMPTY;
  }
}

/** All happens within one call, so that there is one for all connections. */
export const frameInHand = new FrameInHand();
