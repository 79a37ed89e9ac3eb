import type { Bytes } from 'meshloom/protocol';
import { FRAME_HEADER_BYTES, newFrame, RST_STREAM, writeUint32 } from './frame-header.ts';

/** RFC 9113 section 6.4: an error code. */
export const RST_STREAM_BYTES = 4;

export function rstStream(streamId: number, errorCode: number): Bytes {
  const frame = newFrame(RST_STREAM_BYTES, RST_STREAM, 0, streamId);
  writeUint32(frame, FRAME_HEADER_BYTES, errorCode);
  return frame;
}
