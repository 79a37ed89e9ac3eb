import type { Fields } from 'meshloom/protocol';
import { ALL_CLASSES, CLASSES } from './hpack/characters.ts';
import { COOKIE, HeaderField, kindOfLine, kindOfName } from './hpack/header-field.ts';

/**
 * The fields of a message that came in by HTTP/2, without pseudo-header fields. Lines are kept as they came, a cookie in several of them
 * (RFC 9113 section 8.2.3), so that towards HTTP/2 they leave so; to everybody else there is one cookie.
 */
export class HeaderFields implements Fields {
  /** Shared entries of the tables, in a list of this message's own. */
  readonly lines: HeaderField[];

  constructor(lines: HeaderField[]) {
    this.lines = lines;
  }

  get(name: string): string | undefined {
    let found: string | undefined;
    for (const line of this.lines) {
      if (line.name !== name) continue;
      if (found === undefined) found = line.value;
      else found += (line.kind === COOKIE ? '; ' : ', ') + line.value;
    }
    return found;
  }

  has(name: string): boolean {
    for (const line of this.lines) if (line.name === name) return true;
    return false;
  }

  set(name: string, value: string): void {
    const at = this.lines.findIndex((line) => line.name === name);
    if (at < 0) {
      this.append(name, value);
      return;
    }
    this.lines[at] = newLine(name, value);
    for (let later = this.lines.length - 1; later > at; later--) {
      if (this.lines[later]!.name === name) this.lines.splice(later, 1);
    }
  }

  append(name: string, value: string): void {
    this.lines.push(newLine(name, value));
  }

  delete(name: string): void {
    for (let at = this.lines.length - 1; at >= 0; at--) {
      if (this.lines[at]!.name === name) this.lines.splice(at, 1);
    }
  }

  /** One cookie line, where the first of them stands: RFC 9113 section 8.2.3 asks for it where a message leaves HTTP/2. */
  [Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    const pairs: [name: string, value: string][] = [];
    let cookie: [name: string, value: string] | undefined;
    for (const line of this.lines) {
      if (line.kind === COOKIE && cookie !== undefined) {
        cookie[1] += `; ${line.value}`;
        continue;
      }
      const pair: [name: string, value: string] = [line.name, line.value];
      if (line.kind === COOKIE) cookie = pair;
      pairs.push(pair);
    }
    return pairs[Symbol.iterator]();
  }
}

/** A line made here, by a filter: the same rules as for one that came in, so that a line that must not leave is known by its kind. */
function newLine(name: string, value: string): HeaderField {
  const nameKind = kindOfName(name, classesOf(name));
  return new HeaderField(name, value, nameKind, kindOfLine(nameKind, value, classesOf(value)));
}

function classesOf(text: string): number {
  let classes = ALL_CLASSES;
  for (let at = 0; at < text.length; at++) classes &= CLASSES[text.charCodeAt(at)] ?? 0;
  return classes;
}
