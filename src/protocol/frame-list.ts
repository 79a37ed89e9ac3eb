/** What a list can hold: it knows its place in it, -1 while it is in none. */
export interface Listed {
  place: number;
}

/** A collection in no order, for what comes and goes all the time. Not a Set, for the reason that `IdTable` is no Map. */
export class UnorderedList<Entry extends Listed> {
  private readonly entries: Entry[] = [];

  get size(): number {
    return this.entries.length;
  }

  add(entry: Entry): void {
    entry.place = this.entries.length;
    this.entries.push(entry);
  }

  /** False when it is not in the list. */
  delete(entry: Entry): boolean {
    const { place } = entry;
    if (place < 0) return false;
    entry.place = -1;
    const last = this.entries.pop()!;
    if (last !== entry) {
      this.entries[place] = last;
      last.place = place;
    }
    return true;
  }

  /** Takes out everything. */
  clear(): Entry[] {
    const entries = this.entries.splice(0);
    for (const entry of entries) entry.place = -1;
    return entries;
  }
}
