import type { Bytes, Transport } from 'meshloom/protocol';
import { copyBytes } from './copy.ts';
import { DATA, END_STREAM, FRAME_HEADER_BYTES, writeFrameHeader } from './frame-header.ts';
import { frameInHand } from './frame-in-hand.ts';

/** Up to this a payload is copied behind its frame header: one write is cheaper than two. */
const SMALL_PAYLOAD = 2048;

/** Writes one DATA frame (RFC 9113 section 6.1). We send no padding. */
export function writeData(transport: Transport, streamId: number, payload: Bytes, end: boolean): void {
  const length = payload.length;
  const flags = end ? END_STREAM : 0;
  const whole = frameInHand.take(payload);
  if (whole !== undefined) {
    writeFrameHeader(whole, 0, length, DATA, flags, streamId);
    transport.write(whole);
    return;
  }
  const together = length <= SMALL_PAYLOAD;
  const frame = Buffer.allocUnsafe(together ? FRAME_HEADER_BYTES + length : FRAME_HEADER_BYTES);
  writeFrameHeader(frame, 0, length, DATA, flags, streamId);
  if (together) copyBytes(payload, 0, length, frame, FRAME_HEADER_BYTES);
  transport.write(frame);
  if (!together) transport.write(payload);
}
