import type { Bytes } from 'meshloom/protocol';

/** The sixteen bytes before each body: magic, flags, status, id (8), length of the body (4), all big-endian. */
export const PREFIX_BYTES = 16;
export const MAGIC = 0xdabb;

export const FLAG_REQUEST = 0x80;
export const FLAG_TWO_WAY = 0x40;
export const FLAG_EVENT = 0x20;
/** The lower bits of the flags number the serialization of the body. */
export const SERIALIZATION_BITS = 0x1f;

export function flagsOf(frame: Bytes): number {
  return frame[2]!;
}

export function statusOf(frame: Bytes): number {
  return frame[3]!;
}

/** A frame whose id is 0. */
export function makeFrame(flags: number, status: number, body: Bytes): Bytes {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + body.length);
  frame.writeUInt16BE(MAGIC, 0);
  frame[2] = flags;
  frame[3] = status;
  frame.fill(0, 4, 12);
  frame.writeUInt32BE(body.length, 12);
  body.copy(frame, PREFIX_BYTES);
  return frame;
}
