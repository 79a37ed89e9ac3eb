import type { Bytes } from 'meshloom/protocol';

/** RFC 9113 section 6: types of frames. */
export const DATA = 0;
export const HEADERS = 1;
export const PRIORITY = 2;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PUSH_PROMISE = 5;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

/** Flags, by the frames that have them. */
export const END_STREAM = 0x1;
export const ACK = 0x1;
export const END_HEADERS = 0x4;
export const PADDED = 0x8;
export const HAS_PRIORITY = 0x20;

export const FRAME_HEADER_BYTES = 9;
/** The largest payload that a peer may send us: what RFC 9113 section 6.5.2 starts from, and we announce no other. */
export const MAX_FRAME_BYTES = 16_384;
/** Largest value of stream ids, windows and their increments (RFC 9113 section 4.1, 6.9). */
export const MAX_31_BITS = 0x7fff_ffff;

/** The nine bytes before each payload (RFC 9113 section 4.1). One object is read into again and again. */
export class FrameHeader {
  length = 0;
  type = 0;
  flags = 0;
  streamId = 0;

  read(bytes: Bytes, at: number): void {
    this.length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    this.type = bytes[at + 3]!;
    this.flags = bytes[at + 4]!;
    this.streamId = readUint31(bytes, at + 5);
  }

  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }
}

/** A 31-bit number; the bit before it is reserved and ignored (RFC 9113 section 4.1). */
export function readUint31(bytes: Bytes, at: number): number {
  return ((bytes[at]! & 0x7f) << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

export function readUint32(bytes: Bytes, at: number): number {
  return readUint31(bytes, at) + (bytes[at]! >= 0x80 ? 0x8000_0000 : 0);
}

export function writeUint32(bytes: Bytes, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

export function writeFrameHeader(bytes: Bytes, at: number, length: number, type: number, flags: number, streamId: number): void {
  bytes[at] = length >>> 16;
  bytes[at + 1] = length >>> 8;
  bytes[at + 2] = length;
  bytes[at + 3] = type;
  bytes[at + 4] = flags;
  writeUint32(bytes, at + 5, streamId);
}

/** A frame with its header written and its payload, of `length` bytes, to be filled in. */
export function newFrame(length: number, type: number, flags: number, streamId: number): Bytes {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + length);
  writeFrameHeader(frame, 0, length, type, flags, streamId);
  return frame;
}
