import type { Bytes } from 'meshloom/protocol';
import { Hessian2Cursor, isTextTag } from './hessian2-cursor.ts';

/** Objects within objects. Java's own writer runs out of stack before ten times as many. */
const MAX_DEPTH = 256;

/** A member of an object; its value is a text of JSON. */
type Member = readonly [name: string, value: string];

interface ClassDefinition {
  readonly name: string;
  readonly fields: readonly string[];
}

/** Decimal numbers of any size are written by Java as objects with this one member. */
const DECIMAL = 'java.math.BigDecimal';
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?(E[+-]?\d+)?$/;

/**
 * Reads a value of Hessian 2.0 as the text of JSON, so that no number loses a digit. A date becomes its milliseconds since 1970, as which
 * Dubbo takes one too; bytes are in base64; NaN and the infinities are null, and so is an object within itself. undefined when it cannot
 * be read.
 *
 * `maxLength`: of the text. A few bytes can refer to one large object again and again.
 */
export function readJson(bytes: Bytes, at: number, maxLength: number): string | undefined {
  const transcoder = new JsonTranscoder(bytes, at, maxLength);
  const json = transcoder.value(0);
  return transcoder.failed ? undefined : json;
}

/** An object with its class: names of members, and their values as texts of JSON. */
export interface JsonObject {
  readonly className: string;
  readonly members: ReadonlyMap<string, string>;
}

/** The object that begins at `at`; undefined when there is none. */
export function readObject(bytes: Bytes, at: number, maxLength: number): JsonObject | undefined {
  const transcoder = new JsonTranscoder(bytes, at, maxLength);
  const object = transcoder.objectAtTop();
  return transcoder.failed ? undefined : object;
}

class JsonTranscoder extends Hessian2Cursor {
  /** What was read is no Hessian 2.0, is cut off, or is too long. Nothing that is returned from then on means anything. */
  failed = false;
  private readonly classes: ClassDefinition[] = [];
  /** What has been read of each list, map and object, in the order of their beginnings; null while it is not complete. */
  private readonly values: (string | null)[] = [];
  private readonly maxLength: number;
  private length = 0;

  constructor(bytes: Bytes, at: number, maxLength: number) {
    super(bytes);
    this.at = at;
    this.maxLength = maxLength;
  }

  objectAtTop(): JsonObject {
    this.defineClasses();
    const tag = this.byte();
    const definition = tag >= 0x60 && tag <= 0x6f ? this.classes[tag - 0x60] : tag === 0x4f ? this.classes[this.number()] : undefined;
    this.values.push(null);
    if (definition === undefined) this.fail();
    return { className: definition?.name ?? '', members: new Map(definition === undefined ? [] : this.members(definition, 1)) };
  }

  value(depth: number): string {
    if (depth > MAX_DEPTH) return this.fail();
    this.defineClasses();
    const tag = this.bytes[this.at];
    if (isTextTag(tag)) return this.limited(JSON.stringify(this.text()));
    if (isBinaryTag(tag)) return this.limited(`"${this.binary().toString('base64')}"`);
    const whole = this.readNumber();
    if (whole !== undefined) return String(whole);
    return this.other(this.byte(), depth);
  }

  private other(tag: number, depth: number): string {
    if (tag >= 0x60 && tag <= 0x6f) return this.object(this.classes[tag - 0x60], depth);
    if (tag >= 0x70 && tag <= 0x7f) return this.list(tag < 0x78, tag & 7, depth);
    if (tag >= 0xd8 && tag <= 0xef) return String(tag - 0xe0);
    if (tag >= 0xf0) return String(((tag - 0xf8) << 8) + this.byte());
    if (tag >= 0x38 && tag <= 0x3f) return String(((tag - 0x3c) << 16) + this.take(2).readUInt16BE());
    switch (tag) {
      case 0x4e: // N
        return 'null';
      case 0x54: // T
        return 'true';
      case 0x46: // F
        return 'false';
      case 0x4c: // L
        return String(this.take(8).readBigInt64BE());
      case 0x59:
        return String(this.take(4).readInt32BE());
      case 0x44: // D
        return numberText(this.take(8).readDoubleBE());
      case 0x5b:
        return '0';
      case 0x5c:
        return '1';
      case 0x5d:
        return String(this.take(1).readInt8());
      case 0x5e:
        return String(this.take(2).readInt16BE());
      case 0x5f:
        // Thousandths. Writers choose it where this product, and not the quotient, is what they have.
        return numberText(this.take(4).readInt32BE() * 0.001);
      case 0x4a:
        return String(this.take(8).readBigInt64BE());
      case 0x4b:
        return String(this.take(4).readInt32BE() * 60_000);
      case 0x48: // H
        return this.map(false, depth);
      case 0x4d: // M
        return this.map(true, depth);
      case 0x55:
        return this.openList(true, depth);
      case 0x57:
        return this.openList(false, depth);
      case 0x56:
        this.type();
        return this.list(false, this.number(), depth);
      case 0x58:
        return this.list(false, this.number(), depth);
      case 0x4f: // O
        return this.object(this.classes[this.number()], depth);
      case 0x51: // Q
        return this.referenced(this.number());
      default:
        return this.fail();
    }
  }

  private list(typed: boolean, count: number, depth: number): string {
    if (typed) this.type();
    const place = this.values.push(null) - 1;
    const items: string[] = [];
    for (let left = count; left > 0 && !this.failed; left--) items.push(this.value(depth + 1));
    return this.keep(place, `[${items.join(',')}]`);
  }

  private openList(typed: boolean, depth: number): string {
    if (typed) this.type();
    const place = this.values.push(null) - 1;
    const items: string[] = [];
    while (!this.ended() && !this.failed) items.push(this.value(depth + 1));
    return this.keep(place, `[${items.join(',')}]`);
  }

  /** A key that is no text is the text of its JSON. */
  private map(typed: boolean, depth: number): string {
    if (typed) this.type();
    const place = this.values.push(null) - 1;
    const members: string[] = [];
    while (!this.ended() && !this.failed) {
      const name = this.value(depth + 1);
      members.push(`${name.startsWith('"') ? name : JSON.stringify(name)}:${this.value(depth + 1)}`);
    }
    return this.keep(place, `{${members.join(',')}}`);
  }

  private object(definition: ClassDefinition | undefined, depth: number): string {
    if (definition === undefined) return this.fail();
    const place = this.values.push(null) - 1;
    const members = this.members(definition, depth + 1);
    if (definition.name === DECIMAL) {
      const text = members.find(([name]) => name === 'value')?.[1] ?? 'null';
      const digits = text.slice(1, -1);
      return this.keep(place, JSON_NUMBER.test(digits) ? digits : text);
    }
    return this.keep(place, `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`);
  }

  private members({ fields }: ClassDefinition, depth: number): Member[] {
    const members: Member[] = [];
    for (const name of fields) {
      if (this.failed) break;
      members.push([this.limited(name), this.value(depth)]);
    }
    return members;
  }

  private keep(place: number, json: string): string {
    this.values[place] = json;
    return json;
  }

  private referenced(place: number): string {
    const value = this.values[place];
    return value === undefined ? this.fail() : this.limited(value ?? 'null');
  }

  /** A class definition stands before a value and is none. */
  private defineClasses(): void {
    while (this.bytes[this.at] === 0x43) {
      this.at++;
      const name = this.text();
      const count = this.number();
      const fields: string[] = [];
      for (let left = count; left > 0 && !this.failed; left--) fields.push(this.text());
      this.classes.push({ name, fields });
    }
  }

  private ended(): boolean {
    if (this.bytes[this.at] !== 0x5a) return false;
    this.at++;
    return true;
  }

  /** A type is its name, or the number of one that was named before. */
  private type(): void {
    if (isTextTag(this.bytes[this.at])) this.text();
    else this.number();
  }

  /** `A` chunks, and a last one that is `B` or shorter. */
  private binary(): Bytes {
    const chunks: Bytes[] = [];
    for (;;) {
      const tag = this.byte();
      if (tag >= 0x20 && tag <= 0x2f) chunks.push(this.take(tag - 0x20));
      else if (tag >= 0x34 && tag <= 0x37) chunks.push(this.take(((tag - 0x34) << 8) + this.byte()));
      else if (tag === 0x41 || tag === 0x42) chunks.push(this.take(this.take(2).readUInt16BE()));
      else this.fail();
      if (tag !== 0x41) return Buffer.concat(chunks);
    }
  }

  private text(): string {
    return this.readText() ?? this.fail();
  }

  private number(): number {
    const number = this.readNumber();
    if (number !== undefined && number >= 0) return number;
    this.fail();
    return 0;
  }

  /** -1 where none is left. */
  private byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) this.fail();
    return byte ?? -1;
  }

  private take(length: number): Bytes {
    const from = this.at;
    this.at += length;
    if (this.at <= this.bytes.length) return this.bytes.subarray(from, this.at);
    this.fail();
    return Buffer.alloc(length);
  }

  private limited(json: string): string {
    this.length += json.length;
    return this.length > this.maxLength ? this.fail() : json;
  }

  private fail(): string {
    this.failed = true;
    this.at = this.bytes.length;
    return 'null';
  }
}

function isBinaryTag(tag: number | undefined): boolean {
  return tag !== undefined && ((tag >= 0x20 && tag <= 0x2f) || (tag >= 0x34 && tag <= 0x37) || tag === 0x41 || tag === 0x42);
}

function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null';
}
