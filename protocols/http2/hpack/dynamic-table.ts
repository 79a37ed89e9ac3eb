import { ENTRY_OVERHEAD, type HeaderField } from './header-field.ts';

/** The size that both sides start from (RFC 9113 section 6.5.2, SETTINGS_HEADER_TABLE_SIZE). We neither ask for another nor use a larger. */
export const TABLE_BYTES = 4096;

/** The dynamic table of one direction (RFC 7541 section 2.3.2): a ring, the newest entry first, bounded in bytes. */
export class DynamicTable {
  /** A power of two of places; grows up to what `TABLE_BYTES` can hold, so that an idle connection pays for none. */
  private ring: (HeaderField | undefined)[] = [];
  private newest = 0;
  private count = 0;
  private bytes = 0;
  private maximum = TABLE_BYTES;

  get length(): number {
    return this.count;
  }

  get maximumSize(): number {
    return this.maximum;
  }

  /** The entry at `index`, 0 being the newest; undefined past the oldest. */
  at(index: number): HeaderField | undefined {
    return index < this.count ? this.ring[(this.newest + index) & (this.ring.length - 1)] : undefined;
  }

  /** RFC 7541 section 4.3. */
  resize(maximum: number): void {
    this.maximum = maximum;
    while (this.bytes > maximum) this.evict();
  }

  /** RFC 7541 section 4.4: an entry larger than the table empties it, and that is no error. */
  add(field: HeaderField): void {
    const size = field.size;
    while (this.count > 0 && this.bytes + size > this.maximum) this.evict();
    if (size > this.maximum) return;
    if (this.count === this.ring.length) this.grow();
    this.newest = (this.newest - 1) & (this.ring.length - 1);
    this.ring[this.newest] = field;
    this.count++;
    this.bytes += size;
  }

  /** Whether `add` would find a place for it: how the encoder keeps from emptying its own table. */
  fits(name: string, value: string): boolean {
    return name.length + value.length + ENTRY_OVERHEAD <= this.maximum;
  }

  private evict(): void {
    const oldest = (this.newest + --this.count) & (this.ring.length - 1);
    this.bytes -= this.ring[oldest]!.size;
    this.ring[oldest] = undefined;
  }

  private grow(): void {
    const ring = new Array<HeaderField | undefined>(Math.max(8, this.ring.length * 2)).fill(undefined);
    for (let index = 0; index < this.count; index++) ring[index] = this.at(index);
    this.ring = ring;
    this.newest = 0;
  }
}
