import type { Bytes } from '../base/bytes.ts';
import type { Protocol } from '../protocol/protocol.ts';

/** Enough for every protocol's first line or frame prefix; past it a peer that is still undecided is none of ours. */
const MAX_PREFIX_BYTES = 4096;

/** Finds out by the first bytes of a connection which of several protocols it speaks. */
export class Detection {
  private candidates: readonly Protocol[];
  /** All that has come. */
  prefix: Bytes = Buffer.alloc(0);

  constructor(candidates: readonly Protocol[]) {
    this.candidates = candidates;
  }

  read(chunk: Bytes): Protocol | 'more' | 'unknown' {
    this.prefix = this.prefix.length === 0 ? chunk : Buffer.concat([this.prefix, chunk]);
    const undecided: Protocol[] = [];
    for (const protocol of this.candidates) {
      const answer = protocol.sniff(this.prefix);
      if (answer === 'yes') return protocol;
      if (answer === 'more') undecided.push(protocol);
    }
    this.candidates = undecided;
    return undecided.length === 0 || this.prefix.length >= MAX_PREFIX_BYTES ? 'unknown' : 'more';
  }
}
