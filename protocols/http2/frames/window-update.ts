import type { Bytes } from 'meshloom/protocol';
import { FRAME_HEADER_BYTES, newFrame, readUint31, WINDOW_UPDATE, writeUint32 } from './frame-header.ts';

/** RFC 9113 section 6.9: an increment. */
export const WINDOW_UPDATE_BYTES = 4;

/** `streamId` 0 is the connection. */
export function windowUpdate(streamId: number, increment: number): Bytes {
  const frame = newFrame(WINDOW_UPDATE_BYTES, WINDOW_UPDATE, 0, streamId);
  writeUint32(frame, FRAME_HEADER_BYTES, increment);
  return frame;
}

export function windowIncrement(bytes: Bytes, start: number): number {
  return readUint31(bytes, start);
}
