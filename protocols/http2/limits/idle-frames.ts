import { Allowance } from './allowance.ts';

/**
 * Frames that change nothing and ask for no answer: PRIORITY, frames of unknown types, frames on streams that are over
 * (CVE-2019-9513, "resource loop", and its kin). Each stream that begins earns 100, as in Envoy (`max_inbound_priority_frames_per_stream`).
 *
 * 1,000: browsers send some PRIORITY first; what was in flight when a stream was reset is some dozens.
 */
export const DEFAULT_MAX_IDLE_FRAMES = 1000;
const EARNED_BY_STREAM = 100;

export class IdleFrames extends Allowance {
  /** False is ENHANCE_YOUR_CALM. */
  received(): boolean {
    return this.spend();
  }

  streamBegan(): void {
    this.earn(EARNED_BY_STREAM);
  }
}
