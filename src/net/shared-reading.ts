import type { Bytes } from '../base/bytes.ts';

/** Small reads of all sockets go here, one after the other. */
const SHARED_BYTES = 16_384;
const shared: Bytes = Buffer.allocUnsafeSlow(SHARED_BYTES);

/** What Node reads in one go when it has no other word. */
const BULK_BYTES = 65_536;

/**
 * Memory for the reads of one socket (`onread` of node:net): the one that all share.
 * What came is copied out, which costs less than the memory that Node makes for each read. A read that fills it says that bytes come in
 * bulk: until one is small again each has memory of its own, and goes on without a copy.
 */
export class SharedReading {
  /** Who is told. Set before the event loop goes on. */
  listener: { onSocketData(chunk: Bytes): void } | undefined;
  private memory: Bytes = shared;

  /** Node asks for the memory of the next read. */
  readonly buffer = (): Uint8Array => this.memory;

  /** Node has read that many bytes into `buffer`. */
  readonly callback = (length: number): boolean => {
    const { memory } = this;
    let chunk: Bytes;
    if (memory === shared) {
      chunk = Buffer.allocUnsafe(length);
      memory.copy(chunk, 0, 0, length);
    } else {
      chunk = memory.subarray(0, length);
    }
    if (memory !== shared || length === SHARED_BYTES) this.memory = length < SHARED_BYTES ? shared : Buffer.allocUnsafeSlow(BULK_BYTES);
    this.listener!.onSocketData(chunk);
    return true;
  };
}
