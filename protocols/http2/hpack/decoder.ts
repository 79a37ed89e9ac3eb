import type { Bytes } from 'meshloom/protocol';
import { ALL_CLASSES, CLASSES } from './characters.ts';
import { DynamicTable, TABLE_BYTES } from './dynamic-table.ts';
import { HeaderField, kindOfLine, kindOfName, MALFORMED } from './header-field.ts';
import { Decoded, decodedBound, decodeHuffman } from './huffman.ts';
import { STATIC_TABLE } from './static-table.ts';

/** What may come in one header section. */
export interface HeadLimits {
  /** Names, values and 32 bytes for each line, as SETTINGS_MAX_HEADER_LIST_SIZE counts. */
  readonly maxHeadBytes: number;
  readonly maxHeadFields: number;
}

/** Lines of the block that was decoded last, whichever connection it came on: the next `decode` overwrites them. */
const lines: HeaderField[] = [];
const decoded = new Decoded();
let scratch: Bytes = Buffer.allocUnsafeSlow(4096);

/**
 * The receiving half of HPACK (RFC 7541). A block is decoded to its end even where its head is refused, for the table is shared by all
 * that follow; but lines past the limits are not kept, and no string is made of them.
 */
export class HpackDecoder {
  readonly lines: readonly HeaderField[] = lines;
  /** How many of `lines` the last block had. */
  count = 0;
  /** The last block went past a limit, and its lines are not all there. */
  tooLarge = false;
  private readonly table = new DynamicTable();
  private readonly limits: HeadLimits;
  private block: Bytes = scratch;
  private position = 0;
  private end = 0;
  private listBytes = 0;
  /** The classes of characters (`CLASSES`) that all bytes of the last string belong to. */
  private classes = 0;

  constructor(limits: HeadLimits) {
    this.limits = limits;
  }

  /** Decodes `block[start, end)`. False is a COMPRESSION_ERROR (RFC 7541 section 2.2 and 5): the table is lost, and with it the connection. */
  decode(block: Bytes, start: number, end: number): boolean {
    this.block = block;
    this.position = start;
    this.end = end;
    this.count = 0;
    this.listBytes = 0;
    this.tooLarge = false;
    const decoded = this.sizeUpdates() && this.representations();
    this.block = scratch;
    return decoded;
  }

  /** RFC 7541 section 4.2: at the beginning of a block only, and never more than two, the smallest size and the final one. */
  private sizeUpdates(): boolean {
    for (let updates = 0; this.position < this.end && (this.block[this.position]! & 0xe0) === 0x20; updates++) {
      const size = this.integer(5);
      if (updates === 2 || size < 0 || size > TABLE_BYTES) return false;
      this.table.resize(size);
    }
    return true;
  }

  private representations(): boolean {
    while (this.position < this.end) {
      const first = this.block[this.position]!;
      if (first >= 0x80) {
        const field = this.entry(this.integer(7));
        if (field === undefined) return false;
        this.keep(field);
      } else if (first >= 0x40) {
        const field = this.literal(6, false);
        if (field === undefined) return false;
        this.table.add(field);
        this.keep(field);
      } else if (first < 0x20) {
        const field = this.literal(4, first >= 0x10);
        if (field === undefined) return false;
        this.keep(field);
      } else {
        return false;
      }
    }
    return true;
  }

  private keep(field: HeaderField): void {
    this.listBytes += field.size;
    if (this.listBytes > this.limits.maxHeadBytes || this.count >= this.limits.maxHeadFields) this.tooLarge = true;
    else lines[this.count++] = field;
  }

  /** RFC 7541 section 2.3.3: one address space, the static table first, from 1. */
  private entry(index: number): HeaderField | undefined {
    return index <= STATIC_TABLE.length ? STATIC_TABLE[index - 1] : this.table.at(index - STATIC_TABLE.length - 1);
  }

  /** RFC 7541 section 6.2. */
  private literal(prefixBits: number, neverIndexed: boolean): HeaderField | undefined {
    const index = this.integer(prefixBits);
    if (index < 0) return undefined;
    let name: string | undefined;
    let nameKind = MALFORMED;
    if (index > 0) {
      const entry = this.entry(index);
      if (entry === undefined) return undefined;
      name = entry.name;
      nameKind = entry.nameKind;
    } else {
      name = this.string();
      if (name === undefined) return undefined;
      nameKind = kindOfName(name, this.classes);
    }
    const value = this.string();
    if (value === undefined) return undefined;
    return new HeaderField(name, value, nameKind, kindOfLine(nameKind, value, this.classes), neverIndexed);
  }

  /** RFC 7541 section 5.1. -1 when it does not end within the block, or is larger than any length or index could be. */
  private integer(prefixBits: number): number {
    const most = (1 << prefixBits) - 1;
    let value = this.block[this.position++]! & most;
    if (value < most) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      if (this.position >= this.end) return -1;
      const byte = this.block[this.position++]!;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return -1;
  }

  /** RFC 7541 section 5.2. Bytes become characters one by one (latin1), so that any byte goes out as it came in. */
  private string(): string | undefined {
    if (this.position >= this.end) return undefined;
    const huffman = this.block[this.position]! >= 0x80;
    const length = this.integer(7);
    const start = this.position;
    if (length < 0 || start + length > this.end) return undefined;
    this.position = start + length;
    if (!huffman) {
      let classes = ALL_CLASSES;
      for (let at = start; at < this.position; at++) classes &= CLASSES[this.block[at]!]!;
      this.classes = classes;
      return this.block.toString('latin1', start, this.position);
    }
    if (scratch.length < decodedBound(length)) scratch = Buffer.allocUnsafeSlow(decodedBound(length));
    if (!decodeHuffman(this.block, start, this.position, scratch, decoded)) return undefined;
    this.classes = decoded.classes;
    return scratch.toString('latin1', 0, decoded.length);
  }
}
