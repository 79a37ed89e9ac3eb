import { MAX_31_BITS } from './frames/frame-header.ts';

/** What both sides start from, for streams and for the connection (RFC 9113 section 6.9.2). */
export const INITIAL_WINDOW = 65_535;

/** How much we may send (RFC 9113 section 6.9): two numbers, what was ever granted less what was ever sent, kept as their difference. */
export class SendWindow {
  /** Below 0 when the peer took back what had been used already (RFC 9113 section 6.9.2). */
  available: number;

  constructor(available: number) {
    this.available = available;
  }

  take(bytes: number): void {
    this.available -= bytes;
  }

  /** False is an overflow: more than a window may hold (RFC 9113 section 6.9.1). */
  grow(bytes: number): boolean {
    this.available += bytes;
    return this.available <= MAX_31_BITS;
  }
}

/**
 * How much the peer may send, as two numbers: what it may still send, and what we have been done with and not told it yet. Their sum and
 * what is held in between always make up the size of the window; each byte that comes in is released exactly once.
 */
export class ReceiveWindow {
  available: number;
  released = 0;
  /** What it makes up in all. */
  size: number;

  constructor(size: number) {
    this.size = size;
    this.available = size;
  }

  /** False when the peer sent more than it may (RFC 9113 section 6.9.1). */
  take(bytes: number): boolean {
    this.available -= bytes;
    return this.available >= 0;
  }

  /** We are done with so many bytes. */
  release(bytes: number): void {
    this.released += bytes;
  }

  /** The increment to announce now, or 0: small change is saved up to half of the window, so that few frames do for many bytes. */
  announce(): number {
    const increment = this.released;
    if (increment === 0 || increment * 2 < this.size) return 0;
    this.released = 0;
    this.available += increment;
    return increment;
  }

  /** The peer may send so many bytes more than before; to be announced with what is. */
  grow(bytes: number): void {
    this.size += bytes;
    this.available += bytes;
  }
}
