import type { Bytes } from 'meshloom/protocol';
import { ALL_CLASSES, CLASSES } from './characters.ts';
import { CODE, CODE_LENGTH, EOS } from './huffman-code.ts';

/**
 * Decoding goes by half bytes: for each node inside the code's tree (256 of them) and each half byte, where the walk gets to, and what it
 * passes. No code is shorter than five bits, so that is one symbol at most:
 * node reached << 24 | classes of the symbol << 16 | EOS was met << 9 | there is a symbol << 8 | symbol.
 */
const NODES = 256;
const STEPS = new Uint32Array(NODES * 16);
const EOS_MET = 1 << 9;
const SYMBOL_MET = 1 << 8;
/** Whether a string may end at a node: RFC 7541 section 5.2 pads with the first bits, all of them ones, of EOS, and with less than a byte. */
const MAY_END = new Uint8Array(NODES);

buildSteps();

function buildSteps(): void {
  /** For each node and bit the next node, or ~symbol. */
  const tree: [zero: number, one: number][] = [[0, 0]];
  for (let symbol = 0; symbol <= EOS; symbol++) {
    let node = 0;
    for (let bit = CODE_LENGTH[symbol]! - 1; bit > 0; bit--) {
      const children = tree[node]!;
      const side = (CODE[symbol]! >>> bit) & 1;
      if (children[side] === 0) children[side] = tree.push([0, 0]) - 1;
      node = children[side]!;
    }
    tree[node]![CODE[symbol]! & 1] = ~symbol;
  }
  for (let node = 0; node < NODES; node++) {
    for (let half = 0; half < 16; half++) {
      let at = node;
      let met = ALL_CLASSES << 16;
      for (let bit = 3; bit >= 0; bit--) {
        at = tree[at]![(half >>> bit) & 1]!;
        if (at >= 0) continue;
        met = ~at === EOS ? EOS_MET : (CLASSES[~at]! << 16) | SYMBOL_MET | ~at;
        at = 0;
      }
      STEPS[node * 16 + half] = (at << 24) | met;
    }
  }
  for (let padding = 0, node = 0; padding < 8; padding++, node = tree[node]![1]) MAY_END[node] = 1;
}

/** The most bytes that so many bytes of Huffman code can stand for: the shortest code has five bits. And one more, which is written to. */
export function decodedBound(bytes: number): number {
  return Math.floor((bytes * 8) / 5) + 1;
}

/** What `decodeHuffman` found out. One object is written into again and again. */
export class Decoded {
  length = 0;
  /** The classes (`CLASSES`) that all the bytes belong to. */
  classes = ALL_CLASSES;
}

/** Decodes `bytes[start, end)` into `out` at 0, which must have room for `decodedBound`. False when it is no such code. */
export function decodeHuffman(bytes: Bytes, start: number, end: number, out: Uint8Array, decoded: Decoded): boolean {
  let all = ALL_CLASSES << 16;
  let any = 0;
  let node = 0;
  let at = 0;
  // No branch depends on the bytes: what is no symbol is written over by the next one.
  for (; start < end; start++) {
    const byte = bytes[start]!;
    const high = STEPS[node * 16 + (byte >>> 4)]!;
    out[at] = high;
    at += (high >>> 8) & 1;
    const low = STEPS[(high >>> 24) * 16 + (byte & 15)]!;
    out[at] = low;
    at += (low >>> 8) & 1;
    all &= high & low;
    any |= high | low;
    node = low >>> 24;
  }
  decoded.length = at;
  decoded.classes = (all >>> 16) & ALL_CLASSES;
  return (any & EOS_MET) === 0 && MAY_END[node] === 1;
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
