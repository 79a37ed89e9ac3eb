import type { Bytes } from 'meshloom/protocol';
import { Hessian2Fronts } from './hessian2-fronts.ts';
import { Hessian2Reader } from './hessian2-reader.ts';
import type { Serialization } from './serialization.ts';
import { encodeUnits } from './utf16.ts';

const NULL = Buffer.from('N');
const OPEN = Buffer.from('H');
const CLOSE = Buffer.from('Z');

/** Units in one chunk of a long text. Java writes as many. */
const CHUNK_UNITS = 0x8000;

const fronts = new Hessian2Fronts();

/** What Dubbo writes unless it is told otherwise: Hessian 2.0. */
export const hessian2: Serialization = {
  reader: (body) => new Hessian2Reader(body),
  front: (body) => fronts.of(body),
  textItem: (text) => (text === undefined ? NULL : encodeText(text)),
  flagItem: (flag) => Buffer.from([0x90 + flag]),
  text: encodeText,
  mapItem: (open, entries) => Buffer.concat([open.length === 0 ? OPEN : open, ...entries, CLOSE]),
};

function encodeText(text: string): Bytes {
  const pieces: Bytes[] = [];
  let from = 0;
  for (let to = chunkEnd(text, from); to < text.length; to = chunkEnd(text, from)) {
    const head = Buffer.from([0x52, 0, 0]);
    head.writeUInt16BE(to - from, 1);
    pieces.push(head, encodeUnits(text.slice(from, to)));
    from = to;
  }
  const last = text.length - from;
  const head = last <= 0x1f ? [last] : last <= 0x3ff ? [0x30 + (last >> 8), last & 0xff] : [0x53, last >> 8, last & 0xff];
  pieces.push(Buffer.from(head), from === 0 ? encodeUnits(text) : encodeUnits(text.slice(from)));
  return Buffer.concat(pieces);
}

/** A surrogate pair is not cut in two: readers that decode chunk by chunk could not join it. */
function chunkEnd(text: string, from: number): number {
  const to = from + CHUNK_UNITS;
  if (to >= text.length) return text.length;
  const last = text.charCodeAt(to - 1);
  return last >= 0xd800 && last < 0xdc00 ? to - 1 : to;
}
