import { type Bytes, EMPTY } from 'meshloom/protocol';

/** Least memory for bytes that wait for the rest of a head. */
const MIN_GROWN_BYTES = 256;

/**
 * Bytes that have arrived and are not dealt with. The usual chunk is looked at where it is; only what must wait for more is copied
 * together, into memory that grows by halves, so that a head that arrives byte by byte is copied a few times and not once a byte.
 */
export class Input {
  bytes: Bytes = EMPTY;
  at = 0;
  end = 0;

  get size(): number {
    return this.end - this.at;
  }

  append(chunk: Bytes): void {
    const held = this.end - this.at;
    if (held === 0) {
      this.bytes = chunk;
      this.at = 0;
      this.end = chunk.length;
      return;
    }
    if (this.end + chunk.length > this.bytes.length) {
      const needed = held + chunk.length;
      // Views of the old memory may be in use elsewhere: it is left as it is.
      const grown: Bytes = Buffer.allocUnsafe(Math.max(needed + (needed >> 1), MIN_GROWN_BYTES));
      this.bytes.copy(grown, 0, this.at, this.end);
      this.bytes = grown;
      this.at = 0;
      this.end = held;
    }
    this.end += chunk.copy(this.bytes, this.end);
  }

  /** The next bytes, as a view. They will not be written to any more from here. */
  take(length: number): Bytes {
    const from = this.at;
    const taken = from === 0 && length === this.bytes.length ? this.bytes : this.bytes.subarray(from, from + length);
    this.skip(length);
    return taken;
  }

  skip(length: number): void {
    this.at += length;
    if (this.at === this.end) this.clear();
  }

  /** Keeps no memory while there is nothing to hold. */
  clear(): void {
    this.bytes = EMPTY;
    this.at = this.end = 0;
  }
}
