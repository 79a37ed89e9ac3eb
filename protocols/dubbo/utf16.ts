import type { Bytes } from 'meshloom/protocol';

/**
 * Java writes strings as UTF-16 units, each as one to three bytes, a surrogate pair as two of three bytes (CESU-8); other writers use
 * four bytes for a pair. Both are read; -1 stands for bytes that are neither, or too few.
 */

/** Where so many units end that begin at `from`. */
export function endOfUnits(bytes: Bytes, from: number, units: number): number {
  let at = from;
  for (let left = units; left > 0; left--) {
    const length = unitLength(bytes[at]);
    if (length === 0) return -1;
    at += length;
    // Four bytes are two units.
    if (length === 4) left--;
  }
  return at <= bytes.length ? at : -1;
}

/** The text of the bytes from `from` to `to`, which `endOfUnits` has measured. */
export function decodeUnits(bytes: Bytes, from: number, to: number): string {
  const units: number[] = [];
  let text = '';
  for (let at = from; at < to; ) {
    const first = bytes[at]!;
    const length = unitLength(first);
    if (length === 1) units.push(first);
    else if (length === 2) units.push(((first & 0x1f) << 6) | (bytes[at + 1]! & 0x3f));
    else if (length === 3) units.push(((first & 0x0f) << 12) | ((bytes[at + 1]! & 0x3f) << 6) | (bytes[at + 2]! & 0x3f));
    else {
      const point = ((first & 0x07) << 18) | ((bytes[at + 1]! & 0x3f) << 12) | ((bytes[at + 2]! & 0x3f) << 6) | (bytes[at + 3]! & 0x3f);
      units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
    }
    at += length;
    // Few enough to be arguments of one call.
    if (units.length >= 4096) text += String.fromCharCode(...units.splice(0));
  }
  return text + String.fromCharCode(...units);
}

/** One to three bytes for each unit of the text, as Java does. */
export function encodeUnits(text: string): Bytes {
  const bytes = Buffer.allocUnsafe(text.length * 3);
  let at = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) bytes[at++] = unit;
    else if (unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >> 6);
      bytes[at++] = 0x80 | (unit & 0x3f);
    } else {
      bytes[at++] = 0xe0 | (unit >> 12);
      bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
      bytes[at++] = 0x80 | (unit & 0x3f);
    }
  }
  return bytes.subarray(0, at);
}

function unitLength(first: number | undefined): number {
  if (first === undefined) return 0;
  if (first < 0x80) return 1;
  if (first < 0xc0) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf8 ? 4 : 0;
}
