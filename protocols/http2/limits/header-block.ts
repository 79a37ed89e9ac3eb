import type { Bytes } from 'meshloom/protocol';

/**
 * CONTINUATION frames of one header block (CVE-2024-27316 and others). A head that we accept fits into five full frames; 16 leaves room for
 * peers that cut smaller, and lets heads that are too large, but not by far, cost their own stream only. They are at most 272 KiB.
 */
export const DEFAULT_MAX_CONTINUATIONS = 16;

/** A header block that comes in several frames (RFC 9113 section 4.3), bounded in frames and so in bytes. */
export class HeaderBlock {
  streamId = 0;
  endStream = false;
  private readonly maxContinuations: number;
  private fragments: Bytes[] = [];
  private bytes = 0;

  constructor(maxContinuations: number) {
    this.maxContinuations = maxContinuations;
  }

  /** While a block is open only its own CONTINUATION may come (RFC 9113 section 6.10). */
  get open(): boolean {
    return this.streamId !== 0;
  }

  /** False is ENHANCE_YOUR_CALM. The fragment is copied, for it may be a small part of what was read. */
  begin(streamId: number, endStream: boolean, bytes: Bytes, start: number, end: number): boolean {
    this.streamId = streamId;
    this.endStream = endStream;
    return this.add(bytes, start, end);
  }

  add(bytes: Bytes, start: number, end: number): boolean {
    this.fragments.push(Buffer.from(bytes.subarray(start, end)));
    this.bytes += end - start;
    return this.fragments.length <= this.maxContinuations + 1;
  }

  /** The whole block; nothing is open any more. */
  take(): Bytes {
    const block = Buffer.concat(this.fragments, this.bytes);
    this.discard();
    return block;
  }

  discard(): void {
    this.streamId = 0;
    this.fragments = [];
    this.bytes = 0;
  }
}
