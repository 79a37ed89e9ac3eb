import type { Bytes } from 'meshloom/protocol';
import { CODE, CODE_LENGTH, EOS, FIRST_CODE, FIRST_INDEX, LONGEST, SYMBOLS_BY_CODE } from './huffman-code.ts';

/** Codes up to this length are found with one look; they are those of all symbols that header fields are made of. */
const SHORT = 10;
const SHORT_MASK = (1 << SHORT) - 1;

/** By the next ten bits: length of the code << 8 | symbol, or 0 when the code is longer than ten bits. */
const BY_PREFIX = new Uint16Array(1 << SHORT);
for (let symbol = 0; symbol < EOS; symbol++) {
  const length = CODE_LENGTH[symbol]!;
  if (length > SHORT) continue;
  const spare = SHORT - length;
  BY_PREFIX.fill((length << 8) | symbol, CODE[symbol]! << spare, (CODE[symbol]! + 1) << spare);
}

/** The most bytes that so many bytes of Huffman code can stand for: the shortest code has five bits. */
export function decodedBound(bytes: number): number {
  return Math.floor((bytes * 8) / 5);
}

/** Decodes `bytes[start, end)` into `out` at 0, which must have room for `decodedBound`. Returns how many bytes, or -1 when it is no such code. */
export function decodeHuffman(bytes: Bytes, start: number, end: number, out: Uint8Array): number {
  let at = 0;
  let bits = 0;
  let count = 0;
  for (;;) {
    while (count <= 16 && start < end) {
      bits = (bits << 8) | bytes[start++]!;
      count += 8;
    }
    const entry = BY_PREFIX[(count >= SHORT ? bits >>> (count - SHORT) : bits << (SHORT - count)) & SHORT_MASK]!;
    const length = entry >>> 8;
    if (length > count) break;
    if (entry !== 0) {
      out[at++] = entry & 0xff;
      count -= length;
      continue;
    }
    const long = longSymbol(bytes, start * 8 - count, end * 8);
    if (long < 0) return -1;
    out[at++] = SYMBOLS_BY_CODE[long]!;
    const next = start * 8 - count + CODE_LENGTH[SYMBOLS_BY_CODE[long]!]!;
    start = next >>> 3;
    count = 0;
    if ((next & 7) !== 0) {
      bits = bytes[start++]!;
      count = 8 - (next & 7);
    }
  }
  // RFC 7541 section 5.2: what is left is padding, shorter than a byte, and made of the highest bits of EOS, which are ones.
  const padding = (1 << count) - 1;
  return count < 8 && (bits & padding) === padding ? at : -1;
}

/** Where in `SYMBOLS_BY_CODE` the symbol is whose code begins at bit `position`; -1 when there is none, or EOS (RFC 7541 section 5.2). */
function longSymbol(bytes: Bytes, position: number, endPosition: number): number {
  let code = 0;
  for (let length = 1; length <= LONGEST && position < endPosition; length++, position++) {
    code = (code << 1) | ((bytes[position >>> 3]! >>> (7 - (position & 7))) & 1);
    const index = FIRST_INDEX[length]! + code - FIRST_CODE[length]!;
    if (code >= FIRST_CODE[length]! && index < FIRST_INDEX[length + 1]!) return SYMBOLS_BY_CODE[index] === EOS ? -1 : index;
  }
  return -1;
}

/** How many bytes the Huffman code of `text` takes. */
export function huffmanBytes(text: string): number {
  let bits = 0;
  for (let at = 0; at < text.length; at++) bits += CODE_LENGTH[text.charCodeAt(at)]!;
  return (bits + 7) >>> 3;
}

/** Writes the Huffman code of `text`, all of whose characters are below 256, and returns where it ends. */
export function encodeHuffman(text: string, out: Uint8Array, at: number): number {
  let bits = 0;
  let count = 0;
  for (let from = 0; from < text.length; from++) {
    const symbol = text.charCodeAt(from);
    let length = CODE_LENGTH[symbol]!;
    let code = CODE[symbol]!;
    // Up to 7 bits wait, and a code has up to 30: the longest are taken in two pieces, so that 32 bits do.
    if (length > 24) {
      length -= 16;
      bits = (bits << length) | (code >>> 16);
      count += length;
      for (; count >= 8; count -= 8) out[at++] = bits >>> (count - 8);
      code &= 0xffff;
      length = 16;
    }
    bits = (bits << length) | code;
    count += length;
    for (; count >= 8; count -= 8) out[at++] = bits >>> (count - 8);
  }
  if (count > 0) out[at++] = (bits << (8 - count)) | (0xff >>> count);
  return at;
}
