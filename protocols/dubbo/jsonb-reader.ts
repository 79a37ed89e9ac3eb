import type { Bytes } from 'meshloom/protocol';
import { BROKEN, type NestedValues, skipValues, UNTIL_END } from './nested-values.ts';

const TYPED = 0x92;
const REFERENCE = 0x93;
const END = 0xa5;
export const OBJECT = 0xa6;
export const NULL = 0xaf;
const SYMBOL = 0x7f;

/** How many bytes follow the tag of a value of fixed length; 255 for tags of other values and for those that are none. */
const FIXED_LENGTH = fixedLengths();

function fixedLengths(): Uint8Array {
  const lengths = new Uint8Array(256).fill(255);
  const set = (from: number, to: number, length: number): Uint8Array => lengths.fill(length, from, to + 1);
  // Whole numbers: 32 bits in one, two, three and five bytes.
  set(0xf0, 0xff, 0);
  set(0x00, 0x2f, 0);
  set(0x30, 0x3f, 1);
  set(0x40, 0x47, 2);
  set(0x48, 0x48, 4);
  // 64 bits in one, two, three, five and nine bytes; 8 and 16 bits.
  set(0xd8, 0xef, 0);
  set(0xc8, 0xd7, 1);
  set(0xc0, 0xc7, 2);
  set(0xbf, 0xbf, 4);
  set(0xbe, 0xbe, 8);
  set(0xbd, 0xbd, 1);
  set(0xbc, 0xbc, 2);
  // null, false, true, the doubles 0 and 1, double, float.
  set(0xaf, 0xb3, 0);
  set(0xb5, 0xb5, 8);
  set(0xb7, 0xb7, 4);
  // Timestamps in milliseconds, seconds and minutes; date; time of day without and with its date as far as they are of fixed length.
  set(0xab, 0xab, 8);
  set(0xac, 0xad, 4);
  set(0xa9, 0xa9, 4);
  // Texts of up to 47 ASCII characters.
  for (let length = 0; length <= 47; length++) lengths[0x49 + length] = length;
  return lengths;
}

/** JSONB, fastjson2's binary form of JSON, as far as passing over values and reading texts needs. */
export class JsonbReader implements NestedValues {
  at: number;
  readonly end: number;
  readonly endMark = END;
  readonly prefixMark = TYPED;
  private readonly bytes: Bytes;

  constructor(bytes: Bytes, from: number, end: number) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  peek(): number {
    return this.at < this.end ? this.bytes[this.at]! : -1;
  }

  /** undefined when it is no text, or one in an encoding that is not read here. */
  readText(): string | undefined {
    const tag = this.peek();
    const from = this.at;
    if (!this.skip(1)) return undefined;
    if (tag >= 0x49 && tag <= 0x78) return this.bytes.toString('latin1', from + 1, this.at);
    const length = tag >= 0x79 && tag <= 0x7d ? this.lengthAfter(from) : -1;
    const start = this.at - length;
    switch (length < 0 ? -1 : tag) {
      case 0x79:
        return this.bytes.toString('latin1', start, this.at);
      case 0x7a:
        return this.bytes.toString('utf8', start, this.at);
      case 0x7c:
        return this.bytes.toString('utf16le', start, this.at);
      case 0x7d:
        return Buffer.from(this.bytes.subarray(start, start + (length & ~1)))
          .swap16()
          .toString('utf16le');
      default:
        return undefined;
    }
  }

  readNumber(): number | undefined {
    const tag = this.peek();
    const from = this.at;
    if (tag < 0 || FIXED_LENGTH[tag] === 255 || !this.skip(1)) return undefined;
    const { bytes } = this;
    if (tag >= 0xf0) return tag - 0x100;
    if (tag <= 0x2f) return tag;
    if (tag <= 0x3f) return ((tag - 0x38) << 8) + bytes[from + 1]!;
    if (tag <= 0x47) return ((tag - 0x44) << 16) + bytes.readUInt16BE(from + 1);
    if (tag === 0x48) return bytes.readInt32BE(from + 1);
    if (tag === 0xbd) return bytes.readInt8(from + 1);
    if (tag === 0xbc) return bytes.readInt16BE(from + 1);
    return undefined;
  }

  /** Passes over a type: `TYPED`, its name and the number it is given, or the number of one that was named before. */
  skipType(): boolean {
    if (this.peek() !== TYPED) return true;
    this.at++;
    return this.skipSymbol();
  }

  skipPrefix(): boolean {
    return this.skipType();
  }

  skip(values: number): boolean {
    return skipValues(this, values);
  }

  enter(tag: number): number {
    this.at++;
    const fixed = FIXED_LENGTH[tag]!;
    if (fixed !== 255) {
      this.at += fixed;
      return 0;
    }
    // Arrays of up to fifteen values.
    if (tag >= 0x94 && tag <= 0xa3) return tag - 0x94;
    switch (tag) {
      case OBJECT:
        return UNTIL_END;
      case 0xa4:
        return this.readCount();
      case SYMBOL:
        return this.skipSymbol() ? 0 : BROKEN;
      // Texts by encoding, bytes, a large whole number.
      case 0x79:
      case 0x7a:
      case 0x7b:
      case 0x7c:
      case 0x7d:
      case 0x7e:
      case 0x91:
      case 0xbb:
        return this.skipCounted();
      // A reference's path, a character, and numbers that are written as whole ones.
      case REFERENCE:
      case 0x90:
      case 0xb4:
      case 0xb6:
      case 0xb8:
      case 0xba:
        return 1;
      // A decimal: its scale and its digits.
      case 0xb9:
        return 2;
      // Hour, minute, second and a number of nanoseconds; with year, month and day before them; with a zone after them.
      case 0xa7:
        this.at += 3;
        return 1;
      case 0xa8:
        this.at += 7;
        return 1;
      case 0xaa:
        this.at += 7;
        return 2;
      // Seconds and nanoseconds.
      case 0xae:
        return 2;
      default:
        return BROKEN;
    }
  }

  private readCount(): number {
    const count = this.readNumber();
    return count === undefined || count < 0 ? BROKEN : count;
  }

  private skipCounted(): number {
    const count = this.readCount();
    if (count === BROKEN) return BROKEN;
    this.at += count;
    return 0;
  }

  /** A name and its number, or a number alone. */
  private skipSymbol(): boolean {
    const tag = this.peek();
    if (tag >= 0x49 && tag <= 0x7e && !this.skip(1)) return false;
    return this.readNumber() !== undefined;
  }

  /** The count that stands after the tag at `at`. */
  private lengthAfter(at: number): number {
    return new JsonbReader(this.bytes, at + 1, this.end).readNumber() ?? -1;
  }
}
