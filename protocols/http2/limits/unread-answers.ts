/**
 * Frames that we must answer (PING, SETTINGS) or that make us send RST_STREAM, from a peer that does not read the answers
 * (CVE-2019-9512, -9514, -9515): they would pile up here. Counted only while the transport is not writable.
 *
 * 1,000 as Envoy's `max_outbound_control_frames`: about 17 KB.
 */
export const DEFAULT_MAX_UNREAD_ANSWERS = 1000;

export class UnreadAnswers {
  private readonly maximum: number;
  private count = 0;

  constructor(maximum: number) {
    this.maximum = maximum;
  }

  /** An answer is about to be written. False is ENHANCE_YOUR_CALM. */
  answering(writable: boolean): boolean {
    this.count = writable ? 0 : this.count + 1;
    return this.count <= this.maximum;
  }
}
