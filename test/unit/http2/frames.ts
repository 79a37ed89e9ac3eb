/** Frames as a peer of the codec under test sends and reads them, made without the codec's own code. */
import type { Bytes } from 'meshloom/protocol';

const TYPES = ['DATA', 'HEADERS', 'PRIORITY', 'RST_STREAM', 'SETTINGS', 'PUSH_PROMISE', 'PING', 'GOAWAY', 'WINDOW_UPDATE', 'CONTINUATION'];
const ERRORS = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
];

export const END_STREAM = 1;
export const ACK = 1;
export const END_HEADERS = 4;
export const PADDED = 8;
export const HAS_PRIORITY = 32;

export const PREFACE: Bytes = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export type Lines = readonly (readonly [name: string, value: string])[];

export function frame(type: number, flags: number, streamId: number, payload: Bytes = Buffer.alloc(0)): Bytes {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, payload]);
}

function uint32(...values: number[]): Bytes {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, 4 * at);
  return bytes;
}

/** A header block of literals that no table has part in (RFC 7541 section 6.2.2). */
export function block(lines: Lines): Bytes {
  return Buffer.concat(lines.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

function text(value: string): Bytes {
  const bytes = Buffer.from(value, 'latin1');
  const length: number[] = [];
  if (bytes.length < 127) length.push(bytes.length);
  else {
    length.push(127);
    let rest = bytes.length - 127;
    for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128);
    length.push(rest);
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}

export const headers = (streamId: number, lines: Lines, flags = 0): Bytes => frame(1, END_HEADERS | flags, streamId, block(lines));
export const data = (streamId: number, payload: string | Bytes, flags = 0): Bytes => frame(0, flags, streamId, Buffer.from(payload));
export const paddedData = (streamId: number, payload: string, padding: number, flags = 0): Bytes =>
  frame(0, PADDED | flags, streamId, Buffer.concat([Buffer.from([padding]), Buffer.from(payload), Buffer.alloc(padding)]));
export const settings = (...pairs: readonly (readonly [id: number, value: number])[]): Bytes =>
  frame(4, 0, 0, Buffer.concat(pairs.map(([id, value]) => Buffer.concat([Buffer.from([id >> 8, id & 255]), uint32(value)]))));
export const settingsAck = (): Bytes => frame(4, ACK, 0);
export const ping = (flags = 0): Bytes => frame(6, flags, 0, Buffer.from('12345678'));
export const rstStream = (streamId: number, code: string): Bytes => frame(3, 0, streamId, uint32(ERRORS.indexOf(code)));
export const goAway = (lastStreamId: number, code = 'NO_ERROR'): Bytes => frame(7, 0, 0, uint32(lastStreamId, ERRORS.indexOf(code)));
export const windowUpdate = (streamId: number, increment: number): Bytes => frame(8, 0, streamId, uint32(increment));
export const continuation = (streamId: number, fragment: Bytes, flags = 0): Bytes => frame(9, flags, streamId, fragment);

/** What a client sends first. */
export const opening = (...pairs: readonly (readonly [id: number, value: number])[]): Bytes => Buffer.concat([PREFACE, settings(...pairs)]);

export const GET: Lines = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':authority', 'a.test'],
  [':path', '/'],
];
export const POST: Lines = [[':method', 'POST'], ...GET.slice(1)];
export const OK: Lines = [[':status', '200']];

/** One line for each frame: `HEADERS 1 END_STREAM`, `DATA 1 5 "hello"`, `RST_STREAM 1 CANCEL`, `SETTINGS ACK`, `WINDOW_UPDATE 0 100`. */
export function describeFrames(bytes: Bytes): string[] {
  const lines: string[] = [];
  let at = bytes.subarray(0, PREFACE.length).equals(PREFACE) ? PREFACE.length : 0;
  if (at > 0) lines.push('PREFACE');
  while (at < bytes.length) {
    const length = bytes.readUIntBE(at, 3);
    lines.push(describeFrame(bytes[at + 3]!, bytes[at + 4]!, bytes.readUInt32BE(at + 5), bytes.subarray(at + 9, at + 9 + length)));
    at += 9 + length;
  }
  return lines;
}

function describeFrame(type: number, flags: number, streamId: number, payload: Bytes): string {
  const name = TYPES[type] ?? `TYPE_${type}`;
  const end = (flags & END_STREAM) !== 0 ? ' END_STREAM' : '';
  switch (name) {
    case 'DATA':
      return `DATA ${streamId} ${payload.length}${end}`;
    case 'HEADERS':
      return `HEADERS ${streamId}${end}${(flags & END_HEADERS) !== 0 ? '' : ' ...'}`;
    case 'RST_STREAM':
      return `RST_STREAM ${streamId} ${ERRORS[payload.readUInt32BE(0)]}`;
    case 'SETTINGS':
    case 'PING':
      return (flags & ACK) !== 0 ? `${name} ACK` : name;
    case 'GOAWAY':
      return `GOAWAY ${payload.readUInt32BE(0)} ${ERRORS[payload.readUInt32BE(4)]}`;
    case 'WINDOW_UPDATE':
      return `WINDOW_UPDATE ${streamId} ${payload.readUInt32BE(0)}`;
    default:
      return `${name} ${streamId}`;
  }
}
