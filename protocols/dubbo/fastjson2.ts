import { type Bytes, EMPTY } from 'meshloom/protocol';
import { isAsciiName } from './ascii-name.ts';
import { Front } from './front.ts';
import { JsonbReader, NULL, OBJECT } from './jsonb-reader.ts';
import type { AttachmentEntry, AttachmentMap, ItemReader, Serialization } from './serialization.ts';

const OPEN = Buffer.from([OBJECT]);
const CLOSE = Buffer.from([0xa5]);
/** Tags of texts of no character of ASCII, and of 47. */
const SHORT_ASCII = 0x49;
const LAST_SHORT_ASCII = 0x78;

const NULL_ITEM = Buffer.from([0, 0, 0, 1, NULL]);

/** Dubbo 3's second serialization: each item is its length in four bytes and a value in JSONB. */
export const fastjson2: Serialization = {
  reader: (body) => new Fastjson2Reader(body),
  front: (body) => new Front(new Fastjson2Reader(body)),
  textItem: (text) => (text === undefined ? NULL_ITEM : item([encodeText(text)])),
  flagItem: (flag) => item([Buffer.from([0xbd, flag])]),
  text: encodeText,
  mapItem: (open, entries) => item([open.length === 0 ? OPEN : open, ...entries, CLOSE]),
};

class Fastjson2Reader implements ItemReader {
  at = 0;
  private readonly bytes: Bytes;

  constructor(bytes: Bytes) {
    this.bytes = bytes;
  }

  readText(): string | undefined {
    const value = this.next();
    if (value === undefined) return undefined;
    const text = value.peek() === NULL ? '' : value.readText();
    return text;
  }

  /** An item of any kind: what it is shows when it is read. */
  skipText(): boolean {
    return this.next() !== undefined;
  }

  readNumber(): number | undefined {
    return this.next()?.readNumber();
  }

  skip(items: number): boolean {
    for (let left = items; left > 0; left--) if (this.next() === undefined) return false;
    return true;
  }

  textAt(at: number): string {
    return new JsonbReader(this.bytes, at, this.bytes.length).readText() ?? '';
  }

  numberAt(at: number): number | undefined {
    return new JsonbReader(this.bytes, at, this.bytes.length).readNumber();
  }

  textIs(at: number, name: string): boolean {
    const tag = this.bytes[at]!;
    if (tag < SHORT_ASCII || tag > LAST_SHORT_ASCII) return isText(tag) && this.textAt(at).toLowerCase() === name;
    return tag - SHORT_ASCII === name.length && isAsciiName(this.bytes, at + 1, name);
  }

  readMap(): AttachmentMap | undefined {
    const from = this.at;
    if (from === this.bytes.length) return { from, to: from, open: EMPTY, entries: [] };
    const value = this.next();
    if (value === undefined) return undefined;
    if (value.peek() === NULL) return { from, to: this.at, open: EMPTY, entries: [] };
    const start = value.at;
    if (!value.skipType() || value.peek() !== OBJECT) return undefined;
    value.at++;
    const open = this.bytes.subarray(start, value.at);
    const entries: AttachmentEntry[] = [];
    while (value.peek() !== CLOSE[0]) {
      const entry = readEntry(value);
      if (entry === undefined) return undefined;
      entries.push(entry);
    }
    return { from, to: this.at, open, entries };
  }

  /** The value of the next item; undefined when it does not fit into the body. */
  private next(): JsonbReader | undefined {
    const { bytes, at } = this;
    if (at + 4 > bytes.length) return undefined;
    const from = at + 4;
    const end = from + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    this.at = end;
    return new JsonbReader(bytes, from, end);
  }
}

function readEntry(reader: JsonbReader): AttachmentEntry | undefined {
  const from = reader.at;
  const isName = isText(reader.peek());
  if (!reader.skip(1)) return undefined;
  const valueAt = reader.at;
  const isValue = isText(reader.peek());
  if (!reader.skip(1)) return undefined;
  return { from, valueAt, to: reader.at, isNamed: isName, isText: isName && isValue };
}

function isText(tag: number): boolean {
  return (tag >= 0x49 && tag <= 0x7a) || tag === 0x7c || tag === 0x7d;
}

function item(parts: readonly Bytes[]): Bytes {
  const bytes = Buffer.concat([Buffer.allocUnsafe(4), ...parts]);
  bytes.writeUInt32BE(bytes.length - 4, 0);
  return bytes;
}

function encodeText(text: string): Bytes {
  const bytes = Buffer.from(text, 'utf8');
  const ascii = bytes.length === text.length;
  if (ascii && bytes.length <= 47) return Buffer.concat([Buffer.from([0x49 + bytes.length]), bytes]);
  return Buffer.concat([Buffer.from([ascii ? 0x79 : 0x7a]), encodeNumber(bytes.length), bytes]);
}

/** A count, in the fewest bytes. */
function encodeNumber(number: number): Bytes {
  if (number < 48) return Buffer.from([number]);
  if (number < 0x800) return Buffer.from([0x38 + (number >> 8), number & 0xff]);
  if (number < 0x4_0000) return Buffer.from([0x44 + (number >> 16), (number >> 8) & 0xff, number & 0xff]);
  const bytes = Buffer.from([0x48, 0, 0, 0, 0]);
  bytes.writeInt32BE(number, 1);
  return bytes;
}
