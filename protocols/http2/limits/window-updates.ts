import { Allowance } from './allowance.ts';

/**
 * WINDOW_UPDATE frames beyond what our DATA can be the reason of. Each stream that begins earns 2 and each DATA frame that we send 10, as
 * in Envoy (`max_inbound_window_update_frames_per_data_frame_sent`).
 *
 * 1,000: a peer may open windows in advance, and streams end with updates still on their way.
 */
export const DEFAULT_MAX_WINDOW_UPDATES = 1000;
const EARNED_BY_STREAM = 2;
const EARNED_BY_DATA = 10;

export class WindowUpdates extends Allowance {
  /** False is ENHANCE_YOUR_CALM. */
  received(): boolean {
    return this.spend();
  }

  streamBegan(): void {
    this.earn(EARNED_BY_STREAM);
  }

  dataSent(): void {
    this.earn(EARNED_BY_DATA);
  }
}
