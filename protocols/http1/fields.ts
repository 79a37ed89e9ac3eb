import { type Bytes, FieldList, type Fields } from 'meshloom/protocol';
import { isHopByHop } from './field-kind.ts';
import { type HeadScanner, HIDDEN, LENGTH_BITS, MARKS_PER_FIELD, NAME, NAME_START, VALUE_END, VALUE_START } from './scanner.ts';
import { LOWER } from './tables.ts';
import { isToken, wireValue } from './wire-text.ts';

const SHOWN_LENGTH = LENGTH_BITS | HIDDEN;

/**
 * The fields of a head that came over HTTP/1: a view of its bytes, decoded where it is touched. Fields of the connection alone are not
 * seen. Changes are written down beside the bytes, so that all other lines keep their order and the case of their names.
 */
export class Http1Fields implements Fields {
  /** Nobody above the codec has changed anything. */
  changed = false;
  readonly head: Bytes;
  private readonly marks: Int32Array;
  private readonly first: number;
  private readonly count: number;
  /** New values by line. */
  private values: (string | undefined)[] | undefined;
  /** Names and values in turn. */
  private added: string[] | undefined = undefined;

  constructor(head: Bytes, scanner: HeadScanner) {
    this.head = head;
    this.marks = scanner.marks;
    this.first = scanner.first;
    this.count = scanner.count;
  }

  get(name: string): string | undefined {
    let found: string | undefined;
    for (let line = this.find(name, 0); line >= 0; line = this.find(name, line + 1)) {
      const value = this.valueAt(line);
      found = found === undefined ? value : `${found}, ${value}`;
    }
    if (this.added === undefined) return found;
    for (let at = 0; at < this.added.length; at += 2) {
      if (this.added[at] === name) found = found === undefined ? this.added[at + 1]! : `${found}, ${this.added[at + 1]!}`;
    }
    return found;
  }

  has(name: string): boolean {
    return this.find(name, 0) >= 0 || (this.added?.some((text, at) => at % 2 === 0 && text === name) ?? false);
  }

  set(name: string, value: string): void {
    const line = this.find(name, 0);
    this.deleteFrom(name, line + 1);
    if (line < 0) {
      this.append(name, value);
    } else {
      this.changed = true;
      this.values ??= [];
      this.values[line] = value;
    }
  }

  append(name: string, value: string): void {
    this.changed = true;
    this.added ??= [];
    this.added.push(name, value);
  }

  delete(name: string): void {
    this.deleteFrom(name, 0);
  }

  *[Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    for (let line = 0; line < this.count; line++) {
      if ((this.mark(line, NAME) & HIDDEN) === 0) yield [this.nameAt(line), this.valueAt(line)];
    }
    for (let at = 0; at < (this.added?.length ?? 0); at += 2) yield [this.added![at]!, this.added![at + 1]!];
  }

  /** The lines that concern the connection alone, which are not seen otherwise. */
  hiddenFields(): FieldList {
    const fields = new FieldList();
    for (let line = 0; line < this.count; line++) {
      if ((this.mark(line, NAME) & HIDDEN) !== 0) fields.append(this.nameAt(line), this.valueAt(line));
    }
    return fields;
  }

  private deleteFrom(name: string, line: number): void {
    for (let at = this.find(name, line); at >= 0; at = this.find(name, at + 1)) {
      this.marks[this.first + at * MARKS_PER_FIELD + NAME]! |= HIDDEN;
      this.changed = true;
    }
    for (let at = (this.added?.length ?? 0) - 2; at >= 0; at -= 2) {
      if (this.added![at] === name) {
        this.added!.splice(at, 2);
        this.changed = true;
      }
    }
  }

  /** The first line of that name from `line` on, -1 when there is none. */
  private find(name: string, line: number): number {
    for (let at = line; at < this.count; at++) if (this.isNamed(at, name)) return at;
    return -1;
  }

  private isNamed(line: number, name: string): boolean {
    const { head, marks } = this;
    const mark = this.first + line * MARKS_PER_FIELD;
    const { length } = name;
    if ((marks[mark + NAME]! & SHOWN_LENGTH) !== length) return false;
    const start = marks[mark + NAME_START]!;
    let same = 0;
    while (same < length && LOWER[head[start + same]!] === name.charCodeAt(same)) same++;
    return same === length;
  }

  private mark(line: number, which: number): number {
    return this.marks[this.first + line * MARKS_PER_FIELD + which]!;
  }

  private nameAt(line: number): string {
    const start = this.mark(line, NAME_START);
    return this.head.toString('latin1', start, start + (this.mark(line, NAME) & LENGTH_BITS)).toLowerCase();
  }

  private valueAt(line: number): string {
    return this.values?.[line] ?? this.head.toString('latin1', this.mark(line, VALUE_START), this.mark(line, VALUE_END));
  }

  /**
   * Puts the lines that are not hidden into `out` from `at` on, as they came where they were not changed.
   * `shown` is a hidden line that is wanted all the same (-1: none), `dropped` the name of lines that are not wanted.
   */
  copyLines(out: Bytes, at: number, shown: number, dropped: string | undefined): number {
    const end = this.head.length - 2;
    let runStart = -1;
    for (let line = 0; line < this.count; line++) {
      const from = this.mark(line, NAME_START);
      const hidden = line !== shown && (this.mark(line, NAME) & HIDDEN) !== 0;
      const unwanted = hidden || (dropped !== undefined && this.isNamed(line, dropped));
      const value = this.values?.[line];
      if (!unwanted && value === undefined) {
        if (runStart < 0) runStart = from;
        continue;
      }
      if (runStart >= 0) at += this.head.copy(out, at, runStart, from);
      runStart = -1;
      if (unwanted) continue;
      at += this.head.copy(out, at, from, from + (this.mark(line, NAME) & LENGTH_BITS));
      at += out.write(`: ${wireValue(value!)}\r\n`, at, 'latin1');
    }
    return runStart < 0 ? at : at + this.head.copy(out, at, runStart, end);
  }

  /** Bytes that `copyLines` writes at most, besides those of the original head. */
  get extraBytes(): number {
    if (this.values === undefined) return 0;
    let bytes = 0;
    for (const value of this.values) bytes += value === undefined ? 0 : wireValue(value).length + 4;
    return bytes;
  }

  /**
   * Lines that were added. Framing and connection are the codec's own affair, so that fields of that kind are not added by anybody else.
   */
  addedLines(dropped: string | undefined): string {
    let lines = '';
    for (let at = 0; at < (this.added?.length ?? 0); at += 2) {
      const name = this.added![at]!;
      if (name !== dropped && !isHopByHop(name) && isToken(name)) lines += `${name}: ${wireValue(this.added![at + 1]!)}\r\n`;
    }
    return lines;
  }
}
