import { EMPTY } from 'meshloom/protocol';
import { Hessian2Cursor, isTextTag, NULL } from './hessian2-cursor.ts';
import { BROKEN, type NestedValues, skipValues, UNTIL_END } from './nested-values.ts';
import type { AttachmentEntry, AttachmentMap, ItemReader } from './serialization.ts';

const END = 0x5a;
const UNTYPED_MAP = 0x48;
const TYPED_MAP = 0x4d;
const CLASS_DEFINITION = 0x43;

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
export class Hessian2Reader extends Hessian2Cursor implements ItemReader, NestedValues {
  readonly endMark = END;
  readonly prefixMark = CLASS_DEFINITION;
  /** Field counts of the classes defined so far, by their numbers. */
  private classes: number[] | undefined = undefined;

  get end(): number {
    return this.bytes.length;
  }

  peek(): number {
    return this.bytes[this.at] ?? -1;
  }

  skip(items: number): boolean {
    return skipValues(this, items);
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
    const isName = isTextTag(this.bytes[from]);
    if (isName ? !this.skipText() : !this.skip(1)) return undefined;
    const valueAt = this.at;
    const isText = isTextTag(this.bytes[valueAt]);
    if (isText ? !this.skipText() : !this.skip(1)) return undefined;
    return { from, valueAt, to: this.at, isNamed: isName, isText: isName && isText };
  }

  enter(tag: number): number {
    const fixed = FIXED_LENGTH[tag]!;
    if (fixed !== 255) {
      this.at += 1 + fixed;
      return 0;
    }
    if (isTextTag(tag)) return this.skipText() ? 0 : BROKEN;
    this.at++;
    if (tag >= 0x60 && tag <= 0x6f) return this.classes?.[tag - 0x60] ?? BROKEN;
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
        return this.classes?.[this.readNumber() ?? -1] ?? BROKEN;
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
  skipPrefix(): boolean {
    this.at++;
    if (!this.skipText()) return false;
    const fields = this.readCount();
    if (fields === BROKEN) return false;
    for (let left = fields; left > 0; left--) if (!this.skipText()) return false;
    this.classes ??= [];
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
}
