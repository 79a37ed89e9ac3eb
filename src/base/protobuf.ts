import type { Bytes } from './bytes.ts';

/** Ways that values are written in protocol buffers (encoding guide: "Message structure"). */
const VARINT = 0;
const FIXED_64 = 1;
const LENGTH = 2;
const FIXED_32 = 5;

/** Writes a message, field by field. Values that are their type's default are left out. */
export class MessageWriter {
  private readonly parts: Bytes[] = [];

  text(field: number, value: string): this {
    return value === '' ? this : this.bytes(field, Buffer.from(value));
  }

  bytes(field: number, value: Bytes): this {
    this.parts.push(varint(field * 8 + LENGTH), varint(value.length), value);
    return this;
  }

  /** A whole number of at least 0. */
  number(field: number, value: number): this {
    if (value !== 0) this.parts.push(varint(field * 8 + VARINT), varint(value));
    return this;
  }

  message(field: number, write: (inner: MessageWriter) => void): this {
    const inner = new MessageWriter();
    write(inner);
    return this.bytes(field, inner.finish());
  }

  /** A map of texts: each entry is a message of key and value. */
  map(field: number, entries: Iterable<readonly [key: string, value: string]>): this {
    for (const [key, value] of entries) this.message(field, (inner) => inner.text(1, key).text(2, value));
    return this;
  }

  finish(): Bytes {
    return Buffer.concat(this.parts);
  }
}

function varint(value: number): Bytes {
  const bytes: number[] = [];
  let left = value;
  while (left >= 0x80) {
    bytes.push((left % 0x80) + 0x80);
    left = Math.floor(left / 0x80);
  }
  bytes.push(left);
  return Buffer.from(bytes);
}

/** A field of a message: a number, or bytes. */
export type MessageField = readonly [field: number, value: number | Bytes];

/** The fields of a message, in order; undefined when it is none. Numbers of 64 bits are of use only where they are small. */
export function readMessage(bytes: Bytes): readonly MessageField[] | undefined {
  const fields: MessageField[] = [];
  const place = { at: 0 };
  while (place.at < bytes.length) {
    const key = readVarint(bytes, place);
    if (key === undefined || key < 8) return undefined;
    const way = key % 8;
    const field = Math.floor(key / 8);
    if (way === VARINT) {
      const value = readVarint(bytes, place);
      if (value === undefined) return undefined;
      fields.push([field, value]);
      continue;
    }
    const length = way === LENGTH ? readVarint(bytes, place) : way === FIXED_64 ? 8 : way === FIXED_32 ? 4 : undefined;
    if (length === undefined || place.at + length > bytes.length) return undefined;
    if (way === LENGTH) fields.push([field, bytes.subarray(place.at, place.at + length)]);
    place.at += length;
  }
  return fields;
}

function readVarint(bytes: Bytes, place: { at: number }): number | undefined {
  let value = 0;
  for (let factor = 1, count = 0; count < 10; factor *= 0x80, count++) {
    const byte = bytes[place.at++];
    if (byte === undefined) return undefined;
    value += (byte % 0x80) * factor;
    if (byte < 0x80) return value;
  }
  return undefined;
}

/** The last value of a field that is a number; 0 where there is none. */
export function numberAt(fields: readonly MessageField[], field: number): number {
  const value = fields.findLast(([number]) => number === field)?.[1];
  return typeof value === 'number' ? value : 0;
}

/** All values of a field that are bytes. */
export function bytesAt(fields: readonly MessageField[], field: number): readonly Bytes[] {
  return fields.flatMap(([number, value]) => (number === field && typeof value !== 'number' ? [value] : []));
}

/** The last value of a field that is text; '' where there is none. */
export function textAt(fields: readonly MessageField[], field: number): string {
  return bytesAt(fields, field).at(-1)?.toString() ?? '';
}
