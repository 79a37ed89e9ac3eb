import { type Bytes, EMPTY } from 'meshloom/protocol';

/** A view that shows less than this part of the memory that it keeps alive is copied. */
const WASTEFUL = 4;
const FIRST_BLOCK_BYTES = 1024;
const LAST_BLOCK_BYTES = 16_384;

/**
 * Bytes that wait: received ones for a handler that paused, sent ones for a window to open. Small pieces are gathered in blocks, so that
 * what is held costs little more than the bytes say, and a drip of single bytes (each of them an object, each a view that keeps all that
 * was read with it alive) is harmless.
 */
export class ByteQueue {
  /** How many wait. */
  bytes = 0;
  private readonly pieces: Bytes[] = [];
  /** Small pieces are copied behind each other here; how much of it is used, and whether the last piece is what was copied last. */
  private block: Bytes = EMPTY;
  private used = 0;
  private blockIsLast = false;

  push(bytes: Bytes): void {
    const { length } = bytes;
    if (length === 0) return;
    this.bytes += length;
    if (length * WASTEFUL >= bytes.buffer.byteLength || this.pieces.at(-1)?.buffer === bytes.buffer) {
      this.pieces.push(bytes);
      this.blockIsLast = false;
    } else {
      this.copy(bytes);
    }
  }

  private copy(bytes: Bytes): void {
    const { length } = bytes;
    if (this.used + length > this.block.length) {
      this.block = Buffer.allocUnsafeSlow(Math.max(length, Math.min(LAST_BLOCK_BYTES, Math.max(FIRST_BLOCK_BYTES, this.bytes))));
      this.used = 0;
      this.blockIsLast = false;
    }
    bytes.copy(this.block, this.used);
    const begun = this.blockIsLast ? this.used - this.pieces.pop()!.length : this.used;
    this.used += length;
    this.pieces.push(this.block.subarray(begun, this.used));
    this.blockIsLast = true;
  }

  /** The next bytes, at most so many; fewer where a piece ends. Only while some wait. */
  take(most: number): Bytes {
    const piece = this.pieces[0]!;
    if (piece.length > most) {
      this.pieces[0] = piece.subarray(most);
      this.bytes -= most;
      return piece.subarray(0, most);
    }
    this.pieces.shift();
    this.bytes -= piece.length;
    if (this.pieces.length === 0) this.blockIsLast = false;
    if (this.bytes === 0) this.block = EMPTY;
    return piece;
  }

  clear(): void {
    this.pieces.length = 0;
    this.bytes = 0;
    this.block = EMPTY;
    this.used = 0;
  }
}
