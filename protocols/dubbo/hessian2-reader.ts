import { isAscii } from 'node:buffer';
import { type Bytes, EMPTY } from 'meshloom/protocol';
import type { AttachmentEntry, AttachmentMap, ItemReader } from './serialization.ts';
import { decodeUnits, endOfUnits } from './utf16.ts';

/** Containers within containers. Java's own reader runs out of stack before. */
const MAX_DEPTH = 10_000;

/** Instead of a count: until the end mark. */
const UNTIL_END = -1;

const NULL = 0x4e;
const END = 0x5a;
const UNTYPED_MAP = 0x48;
const TYPED_MAP = 0x4d;

/** From this length on a string is first tried as ASCII at once, instead of character by character. */
const LONG = 64;

/** How many bytes follow the tag of a value of fixed length; 255 for tags of other values and for those that are none. */
const FIXED_LENGTH = fixedLengths();

function fixedLengths(): Uint8Array {
  const lengths = new Uint8Array(256).fill(255);
  const set = (from: number, to: number, length: number): Uint8Array => lengths.fill(length, from, to + 1);
  for (let length = 0; length < 16; length++) lengths[0x20 + length] = length;
  set(0x80, 0xbf, 0);
  set(0xc0, 0xcf, 1);
  set(0xd0, 0xd7, 2);
  set(0xd8, 0xef, 0);
  set(0xf0, 0xff, 1);
  set(0x38, 0x3f, 2);
  for (const tag of 'FNT') lengths[tag.charCodeAt(0)] = 0;
  for (const tag of 'IKY') lengths[tag.charCodeAt(0)] = 4;
  for (const tag of 'DJL') lengths[tag.charCodeAt(0)] = 8;
  set(0x5b, 0x5c, 0);
  set(0x5d, 0x5d, 1);
  set(0x5e, 0x5e, 2);
  set(0x5f, 0x5f, 4);
  return lengths;
}

/** Hessian 2.0 (http://hessian.caucho.com/doc/hessian-serialization.html), as far as passing over values and reading texts needs. */
export class Hessian2Reader implements ItemReader {
  at = 0;
  private readonly bytes: Bytes;
  /** Field counts of the classes defined so far, by their numbers. */
  private readonly classes: number[] = [];

  constructor(bytes: Bytes) {
    this.bytes = bytes;
  }

  readText(): string | undefined {
    if (this.bytes[this.at] === NULL) {
      this.at++;
      return '';
    }
    let text = '';
    for (;;) {
      const units = this.chunkUnits();
      if (units < 0) return undefined;
      const from = this.at;
      if (!this.skipUnits(units < NON_FINAL ? units : units - NON_FINAL)) return undefined;
      const bytesLong = this.at - from;
      const ascii = bytesLong === (units < NON_FINAL ? units : units - NON_FINAL);
      text += ascii ? this.bytes.toString('latin1', from, this.at) : decodeUnits(this.bytes, from, this.at);
      if (units < NON_FINAL) return text;
    }
  }

  skipText(): boolean {
    if (this.bytes[this.at] === NULL) {
      this.at++;
      return true;
    }
    for (;;) {
      const units = this.chunkUnits();
      if (units < 0) return false;
      if (units < NON_FINAL) return this.skipUnits(units);
      if (!this.skipUnits(units - NON_FINAL)) return false;
    }
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

  /** Without recursion, for it is a peer who decides how deep it goes. */
  skip(items: number): boolean {
    const { bytes, classes } = this;
    const open: number[] = [];
    let left = items;
    for (;;) {
      if (left === 0) {
        const outer = open.pop();
        if (outer === undefined) return true;
        left = outer;
        continue;
      }
      const tag = bytes[this.at];
      if (tag === undefined) return false;
      if (left === UNTIL_END && tag === END) {
        this.at++;
        left = 0;
        continue;
      }
      const fixed = FIXED_LENGTH[tag]!;
      if (fixed !== 255) {
        this.at += 1 + fixed;
        if (this.at > bytes.length) return false;
        if (left > 0) left--;
        continue;
      }
      if (tag === 0x43) {
        // A class definition stands before a value and is none.
        if (!this.defineClass()) return false;
        continue;
      }
      if (left > 0) left--;
      const inner = this.enter(tag, classes);
      if (inner === BROKEN) return false;
      if (inner !== 0) {
        if (open.length === MAX_DEPTH) return false;
        open.push(left);
        left = inner;
      }
    }
  }

  readMap(): AttachmentMap | undefined {
    const { bytes, at: from } = this;
    const tag = bytes[from];
    if (tag === undefined || tag === NULL) {
      this.at = tag === undefined ? from : from + 1;
      return { from, to: this.at, open: EMPTY, entries: [] };
    }
    this.at++;
    if (tag !== UNTYPED_MAP && (tag !== TYPED_MAP || !this.skipType())) return undefined;
    const open = bytes.subarray(from, this.at);
    const entries: AttachmentEntry[] = [];
    for (;;) {
      const next = bytes[this.at];
      if (next === undefined) return undefined;
      if (next === END) {
        this.at++;
        return { from, to: this.at, open, entries };
      }
      const entry = this.readEntry();
      if (entry === undefined) return undefined;
      entries.push(entry);
    }
  }

  private readEntry(): AttachmentEntry | undefined {
    const from = this.at;
    const name = isTextTag(this.bytes[from]) ? this.readText() : this.skip(1) ? '' : undefined;
    if (name === undefined) return undefined;
    const isText = isTextTag(this.bytes[this.at]);
    const value = isText ? this.readText() : undefined;
    if (isText ? value === undefined : !this.skip(1)) return undefined;
    return { name, value, from, to: this.at };
  }

  /** Passes over the head of a value that has parts. Returns how many values follow as its parts, UNTIL_END, or BROKEN. */
  private enter(tag: number, classes: readonly number[]): number {
    if (isTextTag(tag)) return this.skipText() ? 0 : BROKEN;
    this.at++;
    if (tag >= 0x60 && tag <= 0x6f) return classes[tag - 0x60] ?? BROKEN;
    if (tag >= 0x70 && tag <= 0x77) return this.skipType() ? tag - 0x70 : BROKEN;
    if (tag >= 0x78 && tag <= 0x7f) return tag - 0x78;
    switch (tag) {
      case 0x34:
      case 0x35:
      case 0x36:
      case 0x37:
      case 0x41:
      case 0x42:
        this.at--;
        return this.skipBinary() ? 0 : BROKEN;
      case UNTYPED_MAP:
      case 0x57:
        return UNTIL_END;
      case TYPED_MAP:
      case 0x55:
        return this.skipType() ? UNTIL_END : BROKEN;
      case 0x4f:
        return classes[this.readNumber() ?? -1] ?? BROKEN;
      case 0x51:
        return this.readNumber() === undefined ? BROKEN : 0;
      case 0x56:
        return this.skipType() ? this.readCount() : BROKEN;
      case 0x58:
        return this.readCount();
      default:
        return BROKEN;
    }
  }

  private readCount(): number {
    const count = this.readNumber();
    return count === undefined || count < 0 ? BROKEN : count;
  }

  /** `C` name, count, the names of the fields. */
  private defineClass(): boolean {
    this.at++;
    if (!this.skipText()) return false;
    const fields = this.readCount();
    if (fields === BROKEN) return false;
    for (let left = fields; left > 0; left--) if (!this.skipText()) return false;
    this.classes.push(fields);
    return true;
  }

  /** A type is its name, or the number of one that was named before. */
  private skipType(): boolean {
    return isTextTag(this.bytes[this.at]) ? this.skipText() : this.readNumber() !== undefined;
  }

  /** `A` chunks, and a last one that is `B` or shorter. */
  private skipBinary(): boolean {
    const { bytes } = this;
    for (;;) {
      const tag = bytes[this.at] ?? -1;
      if (tag >= 0x20 && tag <= 0x2f) this.at += 1 + tag - 0x20;
      else if (tag >= 0x34 && tag <= 0x37 && this.at + 2 <= bytes.length) this.at += 2 + ((tag - 0x34) << 8) + bytes[this.at + 1]!;
      else if ((tag === 0x41 || tag === 0x42) && this.at + 3 <= bytes.length) this.at += 3 + bytes.readUInt16BE(this.at + 1);
      else return false;
      if (this.at > bytes.length) return false;
      if (tag !== 0x41) return true;
    }
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

const BROKEN = -2;
const NON_FINAL = 0x1_0000;

function isTextTag(tag: number | undefined): boolean {
  return tag !== undefined && (tag <= 0x1f || (tag >= 0x30 && tag <= 0x33) || tag === 0x52 || tag === 0x53);
}
