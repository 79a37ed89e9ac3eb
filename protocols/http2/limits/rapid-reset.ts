import { Allowance } from './allowance.ts';

/**
 * Streams that ended without an answer because of the client (CVE-2023-44487: HEADERS and RST_STREAM in turn, and CVE-2025-8671: making us
 * send the RST_STREAM), which set work going without ever using up MAX_CONCURRENT_STREAMS. An answered stream earns one back.
 *
 * 1,000 as in nghttp2: a client that gives up on all that it has in flight, some times over, stays well below.
 */
export const DEFAULT_MAX_RESETS = 1000;

export class RapidReset extends Allowance {
  /** False is ENHANCE_YOUR_CALM. */
  unanswered(): boolean {
    return this.spend();
  }

  answered(): void {
    this.earn(1);
  }
}
