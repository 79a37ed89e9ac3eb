const FIRST_SIZE = 16;

/**
 * The streams of a connection by their ids, which are the peer's to choose, within the rules: most are consecutive odd numbers, so that
 * half of the id says the slot, and what finds its slot taken has the next free one.
 *
 * Not a Map: one that is filled and emptied all the time leaves a chain of outgrown tables behind, through which the collector keeps what
 * is long gone. Measured with 256 streams in flight, that was more than half of the processor's time.
 */
export class StreamTable<Entry extends { readonly id: number }> {
  private slots: (Entry | undefined)[] = emptySlots(FIRST_SIZE);
  private used = 0;

  get size(): number {
    return this.used;
  }

  get(id: number): Entry | undefined {
    return this.slots[this.slotOf(id)];
  }

  /** No other of that id is there. */
  add(entry: Entry): void {
    // At most half full, so that a free slot is near.
    if (this.used * 2 >= this.slots.length) this.grow();
    this.slots[this.slotOf(entry.id)] = entry;
    this.used++;
  }

  delete(id: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let free = this.slotOf(id);
    if (slots[free] === undefined) return;
    slots[free] = undefined;
    this.used--;
    // Whoever was pushed on by the one that is gone moves up, or it would not be found any more.
    for (let at = (free + 1) & mask; slots[at] !== undefined; at = (at + 1) & mask) {
      const wanted = (slots[at]!.id >>> 1) & mask;
      if (((at - wanted) & mask) < ((at - free) & mask)) continue;
      slots[free] = slots[at];
      slots[at] = undefined;
      free = at;
    }
  }

  /** In the order in which they began. */
  all(): Entry[] {
    return this.slots.filter((entry) => entry !== undefined).sort((one, other) => one.id - other.id);
  }

  /** Where it is, or else where it would be. */
  private slotOf(id: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = (id >>> 1) & mask;
    while (slots[at] !== undefined && slots[at]!.id !== id) at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const entries = this.slots;
    this.slots = emptySlots(entries.length * 2);
    for (const entry of entries) if (entry !== undefined) this.slots[this.slotOf(entry.id)] = entry;
  }
}

function emptySlots(size: number): undefined[] {
  return new Array<undefined>(size).fill(undefined);
}
