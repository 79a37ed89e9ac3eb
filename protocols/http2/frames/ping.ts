import type { Bytes } from 'meshloom/protocol';
import { ACK, FRAME_HEADER_BYTES, newFrame, PING } from './frame-header.ts';

/** RFC 9113 section 6.7: any eight bytes. */
export const PING_BYTES = 8;

export function ping(): Bytes {
  return newFrame(PING_BYTES, PING, 0, 0).fill(0, FRAME_HEADER_BYTES);
}

/** The answer carries the bytes of the question. */
export function pingAck(bytes: Bytes, start: number): Bytes {
  const frame = newFrame(PING_BYTES, PING, ACK, 0);
  bytes.copy(frame, FRAME_HEADER_BYTES, start, start + PING_BYTES);
  return frame;
}
