/**
 * Ordered, repeatable fields: the header section of HTTP, the attachments of RPC. Names are in lower case, here and in arguments.
 * A plugin may decode on first touch; untouched means never decoded, and the bytes that arrived are the bytes that leave.
 */
export interface Fields extends Iterable<readonly [name: string, value: string]> {
  /** The value; several lines of one name are joined by ", " in order (RFC 9110 section 5.3). undefined when there is none. */
  get(name: string): string | undefined;
  has(name: string): boolean;
  /** Replaces every line of that name by one. */
  set(name: string, value: string): void;
  /** Adds a line and keeps those of the same name. */
  append(name: string, value: string): void;
  delete(name: string): void;
}

/** Fields held as plain pairs: for heads made here, and for protocols that must decode all of them anyway. */
export class FieldList implements Fields {
  private readonly pairs: [name: string, value: string][];

  constructor(pairs: Iterable<readonly [name: string, value: string]> = []) {
    this.pairs = Array.from(pairs, ([name, value]) => [name, value]);
  }

  get(name: string): string | undefined {
    let found: string | undefined;
    for (const [key, value] of this.pairs) {
      if (key === name) found = found === undefined ? value : `${found}, ${value}`;
    }
    return found;
  }

  has(name: string): boolean {
    return this.pairs.some(([key]) => key === name);
  }

  set(name: string, value: string): void {
    const at = this.pairs.findIndex(([key]) => key === name);
    if (at < 0) {
      this.pairs.push([name, value]);
      return;
    }
    this.pairs[at] = [name, value];
    for (let later = this.pairs.length - 1; later > at; later--) {
      if (this.pairs[later]?.[0] === name) this.pairs.splice(later, 1);
    }
  }

  append(name: string, value: string): void {
    this.pairs.push([name, value]);
  }

  delete(name: string): void {
    for (let at = this.pairs.length - 1; at >= 0; at--) {
      if (this.pairs[at]?.[0] === name) this.pairs.splice(at, 1);
    }
  }

  [Symbol.iterator](): Iterator<readonly [name: string, value: string]> {
    return this.pairs[Symbol.iterator]();
  }
}
