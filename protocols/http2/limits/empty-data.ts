import { Allowance } from './allowance.ts';

/**
 * DATA frames that neither carry a byte nor end a stream (CVE-2019-9518): flow control does not see them. DATA with a byte in it earns one
 * back.
 *
 * 100: some clients send one before they have anything to send; no use is known for many.
 */
export const DEFAULT_MAX_EMPTY_DATA = 100;

export class EmptyData extends Allowance {
  /** False is ENHANCE_YOUR_CALM. */
  empty(): boolean {
    return this.spend();
  }

  useful(): void {
    this.earn(1);
  }
}
