import type { Bytes } from 'meshloom/protocol';
import { ACK, FRAME_HEADER_BYTES, newFrame, readUint32, SETTINGS, writeUint32 } from './frame-header.ts';

/** RFC 9113 section 6.5.2 and, the last one, RFC 8441 section 3. */
export const HEADER_TABLE_SIZE = 1;
export const ENABLE_PUSH = 2;
export const MAX_CONCURRENT_STREAMS = 3;
export const INITIAL_WINDOW_SIZE = 4;
export const MAX_FRAME_SIZE = 5;
export const MAX_HEADER_LIST_SIZE = 6;
export const ENABLE_CONNECT_PROTOCOL = 8;

/** RFC 9113 section 6.5.1: an identifier of two bytes and a value of four. */
export const SETTING_BYTES = 6;

export type Setting = readonly [id: number, value: number];

export function settingId(bytes: Bytes, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

export function settingValue(bytes: Bytes, at: number): number {
  return readUint32(bytes, at + 2);
}

export function settingsFrame(settings: readonly Setting[]): Bytes {
  const frame = newFrame(settings.length * SETTING_BYTES, SETTINGS, 0, 0);
  let at = FRAME_HEADER_BYTES;
  for (const [id, value] of settings) {
    frame[at] = id >>> 8;
    frame[at + 1] = id;
    writeUint32(frame, at + 2, value);
    at += SETTING_BYTES;
  }
  return frame;
}

export function settingsAck(): Bytes {
  return newFrame(0, SETTINGS, ACK, 0);
}
