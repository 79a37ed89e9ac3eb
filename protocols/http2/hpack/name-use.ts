import { STATIC_TABLE } from './static-table.ts';

/**
 * Fields that one user's requests share with nobody's: connections to an upstream carry requests of many clients, and a shared table
 * would let one of them probe for the values of others (RFC 7541 section 7.1). All are names of the static table.
 */
const NEVER_INDEXED: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);

/** What the static table has of a name: the same for all connections. */
class StaticName {
  /** Index of the first entry, 0 when there is none. */
  readonly index: number;
  /** The values of the entries from there on. */
  readonly values: readonly string[];
  readonly neverIndexed: boolean;

  constructor(index: number, values: readonly string[], neverIndexed: boolean) {
    this.index = index;
    this.values = values;
    this.neverIndexed = neverIndexed;
  }
}

const NOT_STATIC = new StaticName(0, [], false);
const STATIC_NAMES: ReadonlyMap<string, StaticName> = new Map(
  STATIC_TABLE.map(({ name }) => {
    const index = STATIC_TABLE.findIndex((field) => field.name === name) + 1;
    const values = STATIC_TABLE.filter((field) => field.name === name).map(({ value }) => value);
    return [name, new StaticName(index, values[0] === '' ? [] : values, NEVER_INDEXED.has(name))];
  }),
);

/** A value that was put into the dynamic table, as entry number `place` in order of insertion, from 1. */
class Remembered {
  readonly value: string;
  readonly place: number;
  older: Remembered | undefined = undefined;

  constructor(value: string, place: number, older: Remembered | undefined) {
    this.value = value;
    this.place = place;
    this.older = older;
  }
}

/** How many values of one name are looked for in the dynamic table; more are rare, and searching them costs. */
const MOST_REMEMBERED = 8;
/** How many values of one name in a row may go into the table without one coming back before the name is held to be one of ever new values. */
const PATIENCE = 8;

/**
 * What the encoder knows of one name: which of its values the tables hold, and whether its values come back at all. A name with ever new
 * values (a path, an id, a date) would push everything else out of the table and be of no use there.
 */
export class NameUse {
  private readonly statics: StaticName;
  private newest: Remembered | undefined = undefined;
  /** What is left of the patience: an insertion takes one, a value that comes back gives two. */
  private patience = PATIENCE;
  private last = '';

  constructor(name: string) {
    this.statics = STATIC_NAMES.get(name) ?? NOT_STATIC;
  }

  get neverIndexed(): boolean {
    return this.statics.neverIndexed;
  }

  /**
   * Where the value is: -index for an entry of the static table, the number of the entry for one of the dynamic table, 0 when it is
   * nowhere. Entries up to `evicted` are no more.
   */
  find(value: string, evicted: number): number {
    const { index, values } = this.statics;
    for (let at = 0; at < values.length; at++) if (values[at] === value) return -(index + at);
    // Among ever new values there is nothing to be found; looking costs most where they begin alike.
    if (this.givenUp) return 0;
    for (let entry = this.newest; entry !== undefined && entry.place > evicted; entry = entry.older) {
      if (entry.value !== value) continue;
      this.cameBack();
      return entry.place;
    }
    return 0;
  }

  /** An entry that has this name, as `find` gives it; 0 when there is none left. */
  findName(evicted: number): number {
    if (this.statics.index > 0) return -this.statics.index;
    return this.newest !== undefined && this.newest.place > evicted ? this.newest.place : 0;
  }

  /** To be asked once for each value that was not found. */
  worthIndexing(value: string): boolean {
    if (value === this.last) this.cameBack();
    this.last = value;
    return !this.givenUp;
  }

  inserted(value: string, place: number): void {
    this.patience--;
    this.newest = new Remembered(value, place, this.newest);
    let entry = this.newest;
    for (let kept = 1; kept < MOST_REMEMBERED && entry.older !== undefined; kept++) entry = entry.older;
    entry.older = undefined;
  }

  private get givenUp(): boolean {
    return this.patience === 0;
  }

  private cameBack(): void {
    this.patience = Math.min(PATIENCE, this.patience + 2);
  }
}
