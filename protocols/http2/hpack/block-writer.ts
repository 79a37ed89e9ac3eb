import type { Bytes } from 'meshloom/protocol';
import { encodeHuffman, huffmanBytes } from './huffman.ts';
import { INTEGER_BOUND, writeInteger } from './integer.ts';

const USUAL_BYTES = 16_384;
/** Below this a loop over characters beats the call into C++ (measured). */
const SHORT_TEXT = 24;
/** All that RFC 9110 section 5.5 lets a field value have, as characters that stand for one byte each. */
const NO_FIELD_TEXT = /[^\t\x20-\x7e\x80-\xff]/;

const NOT_LATIN1 = /[\u0100-\uffff]/;

/** Where header blocks are built, one at a time, before they are cut into frames and copied out. */
export class BlockWriter {
  bytes: Bytes = Buffer.allocUnsafeSlow(USUAL_BYTES);
  at = 0;

  /** Begins a block and leaves `headroom` bytes free before it. */
  begin(headroom: number): void {
    if (this.bytes.length > 4 * USUAL_BYTES) this.bytes = Buffer.allocUnsafeSlow(USUAL_BYTES);
    this.at = headroom;
  }

  integer(flags: number, prefixBits: number, value: number): void {
    if (this.at + INTEGER_BOUND > this.bytes.length) this.grow(INTEGER_BOUND);
    this.at = writeInteger(this.bytes, this.at, flags, prefixBits, value);
  }

  /** RFC 7541 section 5.2: a string as it is. The cheapest for one that passes once. `text` is what `fieldText` gave. */
  plainString(text: string): void {
    const length = text.length;
    if (this.at + INTEGER_BOUND + length > this.bytes.length) this.grow(INTEGER_BOUND + length);
    this.at = writeInteger(this.bytes, this.at, 0, 7, length);
    if (length > SHORT_TEXT) {
      this.bytes.write(text, this.at, length, 'latin1');
    } else {
      for (let from = 0; from < length; from++) this.bytes[this.at + from] = text.charCodeAt(from);
    }
    this.at += length;
  }

  /** RFC 7541 section 5.2: the shorter one of both forms. Worth its time for a string that goes into the table. */
  shortestString(text: string): void {
    const length = huffmanBytes(text);
    if (length >= text.length) {
      this.plainString(text);
      return;
    }
    if (this.at + INTEGER_BOUND + length > this.bytes.length) this.grow(INTEGER_BOUND + length);
    this.at = writeInteger(this.bytes, this.at, 0x80, 7, length);
    this.at = encodeHuffman(text, this.bytes, this.at);
  }

  private grow(wanted: number): void {
    const larger = Buffer.allocUnsafeSlow(2 * this.bytes.length + wanted);
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }
}

/**
 * A text as a field may carry it, one character a byte. What came in by a codec is that already; what a filter made is written as UTF-8,
 * and control characters become spaces (RFC 9110 section 5.5), so that nobody who passes it on as HTTP/1.1 finds a line's end in it.
 */
export function fieldText(text: string): string {
  if (!NO_FIELD_TEXT.test(text)) return text;
  const bytes = Buffer.from(text, NOT_LATIN1.test(text) ? 'utf8' : 'latin1');
  return bytes
    .toString('latin1')
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ')
    .trim();
}
