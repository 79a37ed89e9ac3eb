import { Allowance } from './allowance.ts';

/**
 * DATA frames that we had to cut short of this because the peer opened its window by so little (CVE-2019-9511, "data dribble"): a
 * response of a megabyte must not become a million frames.
 */
export const TINY_FRAME_BYTES = 256;

/** 1,000: a quarter of a megabyte to a peer that has no more memory. A frame that was not cut short earns one back. */
export const DEFAULT_MAX_TINY_FRAMES = 1000;

export class TinyWindow extends Allowance {
  /** A DATA frame is about to be sent; `cut` when the window and not the data ended it. False is ENHANCE_YOUR_CALM. */
  sending(bytes: number, cut: boolean): boolean {
    if (cut && bytes < TINY_FRAME_BYTES) return this.spend();
    this.earn(1);
    return true;
  }
}
