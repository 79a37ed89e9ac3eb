import { STATIC_NAMES, STATIC_TABLE } from './static-table.ts';

/**
 * Fields that one user's requests share with nobody's: connections to an upstream carry requests of many clients, and a shared table
 * would let one of them probe for the values of others (RFC 7541 section 7.1).
 */
const NEVER_INDEXED: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);

/** How many values of one name are looked for in the dynamic table; more are rare, and searching them costs. */
const REMEMBERED_VALUES = 8;
/** How many values of one name may go into the table without ever coming back before the name is held to be one of ever new values. */
const PATIENCE = 8;

/**
 * What the encoder knows of one name: which of its values the tables hold, and whether its values come back at all. A name with ever new
 * values (a path, an id, a date) would push everything else out of the table and be of no use there.
 */
export class NameUse {
  readonly neverIndexed: boolean;
  /** Index of the name in the static table, 0 when it is not there. */
  readonly staticIndex: number;
  /** Values and where they are: -index for an entry of the static table, otherwise the number of the entry in order of insertion, from 1. */
  private readonly values: string[] = [];
  private readonly places: number[] = [];
  private readonly statics: number;
  private next: number;
  private insertions = 0;
  private comebacks = 0;
  private last = '';

  constructor(name: string) {
    this.neverIndexed = NEVER_INDEXED.has(name);
    this.staticIndex = STATIC_NAMES.get(name) ?? 0;
    for (let index = this.staticIndex; index > 0 && STATIC_TABLE[index - 1]?.name === name; index++) {
      const value = STATIC_TABLE[index - 1]!.value;
      if (value === '') continue;
      this.values.push(value);
      this.places.push(-index);
    }
    this.statics = this.values.length;
    this.next = this.statics;
  }

  /** Where the value is; 0 when it is nowhere. Entries up to `evicted` are no more. */
  find(value: string, evicted: number): number {
    for (let at = 0; at < this.values.length; at++) {
      if (this.values[at] !== value) continue;
      const place = this.places[at]!;
      if (place > 0 && place <= evicted) continue;
      this.comebacks++;
      return place;
    }
    return 0;
  }

  /** The newest entry that has this name; 0 when there is none left. */
  newestPlace(evicted: number): number {
    let newest = 0;
    for (let at = this.statics; at < this.places.length; at++) newest = Math.max(newest, this.places[at]!);
    return newest > evicted ? newest : 0;
  }

  /** To be asked once for each value that was not found. */
  worthIndexing(value: string): boolean {
    if (value === this.last) this.comebacks++;
    this.last = value;
    return this.insertions < this.comebacks + PATIENCE;
  }

  inserted(value: string, place: number): void {
    this.insertions++;
    this.values[this.next] = value;
    this.places[this.next] = place;
    if (++this.next === this.statics + REMEMBERED_VALUES) this.next = this.statics;
  }
}
