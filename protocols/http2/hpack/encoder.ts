import { BlockWriter, fieldText } from './block-writer.ts';
import { DynamicTable, TABLE_BYTES } from './dynamic-table.ts';
import { HeaderField } from './header-field.ts';
import { NameUse } from './name-use.ts';
import { STATIC_TABLE } from './static-table.ts';

/** Names that the encoder keeps knowledge of; further ones are written out and not indexed. More than any program uses on purpose. */
const MOST_NAMES = 256;

/** Shared by all connections: a block is built and taken away in one go. */
const writer = new BlockWriter();

/** The sending half of HPACK (RFC 7541). Blocks must leave in the order in which they were built. */
export class HpackEncoder {
  readonly writer: BlockWriter = writer;
  private readonly table = new DynamicTable();
  private readonly names = new Map<string, NameUse>();
  /** Entries ever inserted. The newest has this number, and `insertions - table.length` is that of the last one evicted. */
  private insertions = 0;
  private smallestSize = TABLE_BYTES;
  private finalSize = TABLE_BYTES;

  /** The peer's SETTINGS_HEADER_TABLE_SIZE. Takes effect with the next block. */
  limitTable(bytes: number): void {
    this.finalSize = Math.min(bytes, TABLE_BYTES);
    this.smallestSize = Math.min(this.smallestSize, this.finalSize);
  }

  /** Begins a block in `writer` and leaves `headroom` bytes free before it. */
  begin(headroom: number): void {
    this.writer.begin(headroom);
    if (this.smallestSize === this.table.maximumSize && this.finalSize === this.table.maximumSize) return;
    // RFC 7541 section 4.2: the smallest size since the last block, where the final one is larger, and then the final one.
    if (this.smallestSize < this.finalSize) this.resize(this.smallestSize);
    this.resize(this.finalSize);
    this.smallestSize = this.finalSize;
  }

  field(name: string, value: string, neverIndexed: boolean): void {
    let use = this.names.get(name);
    if (use === undefined) {
      use = new NameUse(name);
      if (this.names.size < MOST_NAMES) this.names.set(name, use);
    }
    const evicted = this.insertions - this.table.length;
    const place = neverIndexed ? 0 : use.find(value, evicted);
    if (place !== 0) {
      this.writer.integer(0x80, 7, this.index(place));
      return;
    }
    const text = fieldText(value);
    if (neverIndexed || use.neverIndexed) this.literal(0x10, 4, name, use, text);
    else if (use.worthIndexing(text) && this.table.fits(name, text) && this.names.has(name)) this.insert(name, use, text);
    else this.literal(0x00, 4, name, use, text);
  }

  private literal(flags: number, prefixBits: number, name: string, use: NameUse, text: string): void {
    this.name(flags, prefixBits, name, use);
    this.writer.plainString(text);
  }

  private insert(name: string, use: NameUse, text: string): void {
    this.name(0x40, 6, name, use);
    this.writer.shortestString(text);
    this.table.add(new HeaderField(name, text));
    use.inserted(text, ++this.insertions);
  }

  private name(flags: number, prefixBits: number, name: string, use: NameUse): void {
    const place = use.findName(this.insertions - this.table.length);
    if (place !== 0) {
      this.writer.integer(flags, prefixBits, this.index(place));
      return;
    }
    this.writer.integer(flags, prefixBits, 0);
    if (prefixBits === 6) this.writer.shortestString(name);
    else this.writer.plainString(name);
  }

  /** RFC 7541 section 2.3.3: the newest entry of the dynamic table comes right after the static table. */
  private index(place: number): number {
    return place < 0 ? -place : STATIC_TABLE.length + 1 + this.insertions - place;
  }

  private resize(bytes: number): void {
    this.table.resize(bytes);
    this.writer.integer(0x20, 5, bytes);
  }
}
