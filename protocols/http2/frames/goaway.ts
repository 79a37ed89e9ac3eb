import type { Bytes } from 'meshloom/protocol';
import { FRAME_HEADER_BYTES, GOAWAY, newFrame, readUint31, readUint32, writeUint32 } from './frame-header.ts';

/** RFC 9113 section 6.8: last stream id and error code; debug data may follow. */
export const GOAWAY_BYTES = 8;

export function goAwayFrame(lastStreamId: number, errorCode: number, debug: string): Bytes {
  const frame = newFrame(GOAWAY_BYTES + debug.length, GOAWAY, 0, 0);
  writeUint32(frame, FRAME_HEADER_BYTES, lastStreamId);
  writeUint32(frame, FRAME_HEADER_BYTES + 4, errorCode);
  frame.write(debug, FRAME_HEADER_BYTES + GOAWAY_BYTES, 'latin1');
  return frame;
}

export function goAwayLastStreamId(bytes: Bytes, start: number): number {
  return readUint31(bytes, start);
}

export function goAwayErrorCode(bytes: Bytes, start: number): number {
  return readUint32(bytes, start + 4);
}
