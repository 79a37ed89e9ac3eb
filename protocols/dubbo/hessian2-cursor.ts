import { isAscii } from 'node:buffer';
import type { Bytes } from 'meshloom/protocol';
import { isAsciiName } from './ascii-name.ts';
import { decodeUnits, endOfUnits } from './utf16.ts';

export const NULL = 0x4e;

/** From this length on a string is first tried as ASCII at once, instead of character by character. */
const LONG = 64;

/** Added to the units of a chunk of text that others follow. */
const NON_FINAL = 0x1_0000;

const BEYOND_ASCII = /[\u0080-\uffff]/;

/** Texts and whole numbers of Hessian 2.0, one after the other. */
export class Hessian2Cursor {
  at = 0;
  protected readonly bytes: Bytes;

  constructor(bytes: Bytes) {
    this.bytes = bytes;
  }

  readText(): string | undefined {
    const from = this.at;
    if (this.skipShort()) return this.bytes.toString('latin1', from + 1, this.at);
    if (this.skipNull()) return '';
    let text = '';
    for (;;) {
      const head = this.chunkUnits();
      if (head < 0) return undefined;
      const units = head < NON_FINAL ? head : head - NON_FINAL;
      const start = this.at;
      if (!this.skipUnits(units)) return undefined;
      text += this.at - start === units ? this.bytes.toString('latin1', start, this.at) : decodeUnits(this.bytes, start, this.at);
      if (head < NON_FINAL) return text;
    }
  }

  skipText(): boolean {
    if (this.skipShort() || this.skipNull()) return true;
    for (;;) {
      const head = this.chunkUnits();
      if (head < 0) return false;
      if (head < NON_FINAL) return this.skipUnits(head);
      if (!this.skipUnits(head - NON_FINAL)) return false;
    }
  }

  /** Nearly every name is this: up to 31 characters of ASCII. */
  private skipShort(): boolean {
    const { bytes } = this;
    const from = this.at + 1;
    const units = bytes[this.at] ?? 0xff;
    if (units > 0x1f || from + units > bytes.length) return false;
    const end = from + units;
    for (let at = from; at < end; at++) if (bytes[at]! >= 0x80) return false;
    this.at = end;
    return true;
  }

  private skipNull(): boolean {
    if (this.bytes[this.at] !== NULL) return false;
    this.at++;
    return true;
  }

  textAt(at: number): string {
    this.at = at;
    return this.readText() ?? '';
  }

  numberAt(at: number): number | undefined {
    this.at = at;
    return this.readNumber();
  }

  textIs(at: number, name: string): boolean {
    const { bytes } = this;
    const units = bytes[at]!;
    if (units > 0x1f) return isTextTag(units) && this.textAt(at).toLowerCase() === name;
    if (units !== name.length) return false;
    return isAsciiName(bytes, at + 1, name) || (BEYOND_ASCII.test(name) && this.textAt(at).toLowerCase() === name);
  }

  readNumber(): number | undefined {
    const { bytes } = this;
    const tag = bytes[this.at];
    if (tag === undefined) return undefined;
    if (tag >= 0x80 && tag <= 0xbf) {
      this.at++;
      return tag - 0x90;
    }
    const length = tag >= 0xc0 && tag <= 0xcf ? 2 : tag >= 0xd0 && tag <= 0xd7 ? 3 : tag === 0x49 ? 5 : 0;
    if (length === 0 || this.at + length > bytes.length) return undefined;
    const from = this.at;
    this.at += length;
    if (length === 2) return ((tag - 0xc8) << 8) + bytes[from + 1]!;
    if (length === 3) return ((tag - 0xd4) << 16) + bytes.readUInt16BE(from + 1);
    return bytes.readInt32BE(from + 1);
  }

  /** The head of a chunk of text: how many units it has, NON_FINAL more when others follow, -1 when it is none. */
  private chunkUnits(): number {
    const { bytes } = this;
    const tag = bytes[this.at];
    if (tag === undefined) return -1;
    if (tag <= 0x1f) {
      this.at++;
      return tag;
    }
    if (tag >= 0x30 && tag <= 0x33) {
      const low = bytes[this.at + 1];
      this.at += 2;
      return low === undefined ? -1 : ((tag - 0x30) << 8) + low;
    }
    if ((tag !== 0x52 && tag !== 0x53) || this.at + 3 > bytes.length) return -1;
    const units = bytes.readUInt16BE(this.at + 1);
    this.at += 3;
    return tag === 0x52 ? NON_FINAL + units : units;
  }

  private skipUnits(units: number): boolean {
    const { bytes, at } = this;
    const end = at + units;
    if (end > bytes.length) return false;
    if (units >= LONG && isAscii(bytes.subarray(at, end))) {
      this.at = end;
      return true;
    }
    this.at = endOfUnits(bytes, at, units);
    return this.at >= 0;
  }
}

export function isTextTag(tag: number | undefined): boolean {
  return tag !== undefined && (tag <= 0x1f || (tag >= 0x30 && tag <= 0x33) || tag === 0x52 || tag === 0x53);
}
