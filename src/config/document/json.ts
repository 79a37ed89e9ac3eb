import type { Json } from '../../base/schema/json.ts';
import type { Position, Report } from '../../base/schema/report.ts';

/** Why a text is not what it should be, and where. */
export interface SyntaxFault {
  readonly message: string;
  readonly position: Position;
}

/** Deeper than any configuration goes, and far from the end of the stack. */
const DEEPEST = 200;

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * Reads JSON (RFC 8259). JSON.parse would do but for its messages, which differ from one Node.js to the next and give no line,
 * and but for keys that are written twice, of which it drops one without a word.
 */
export function readJson(text: string, report: Report): { readonly value: Json } | SyntaxFault {
  try {
    return { value: new Reader(text).document(report) };
  } catch (thrown) {
    if (!(thrown instanceof Unreadable)) throw thrown;
    return { message: thrown.message, position: positionOf(text, thrown.offset) };
  }
}

/** Line and column of a place in a text. */
export function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: before.length, column: before[before.length - 1]!.length + 1 };
}

/** Never leaves this file. */
class Unreadable extends Error {
  readonly offset: number;

  constructor(expected: string, found: string, offset: number) {
    super(`expected ${expected}, but found ${found}`);
    this.offset = offset;
  }
}

class Reader {
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(report: Report): Json {
    const value = this.value(report, 'a value');
    this.skipSpace();
    if (this.at < this.text.length) this.fail('the end of the file');
    return value;
  }

  private value(report: Report, expected: string): Json {
    this.skipSpace();
    switch (this.text[this.at]) {
      case '{':
        return this.object(report);
      case '[':
        return this.list(report);
      case '"':
        return this.string();
      case 't':
        return this.word('true', true, expected);
      case 'f':
        return this.word('false', false, expected);
      case 'n':
        return this.word('null', null, expected);
      default:
        return this.number(expected);
    }
  }

  private object(report: Report): Json {
    const result: Record<string, Json> = {};
    this.enter();
    if (!this.skip('}')) {
      do {
        this.skipSpace();
        const keyAt = this.at;
        if (this.text[keyAt] !== '"') this.fail('a key in double quotes');
        const key = this.string();
        if (Object.hasOwn(result, key)) report.at(key).warn('is written twice: the later one counts', this.lineOf(keyAt));
        if (!this.skip(':')) this.fail("':' after a key");
        // Not by assignment, which for the key __proto__ would be something else.
        const value = this.value(report.at(key), 'a value');
        Object.defineProperty(result, key, { value, writable: true, enumerable: true, configurable: true });
      } while (this.skip(','));
      if (!this.skip('}')) this.fail("',' or '}' after a value");
    }
    this.depth--;
    return result;
  }

  private list(report: Report): Json {
    const result: Json[] = [];
    this.enter();
    if (!this.skip(']')) {
      do result.push(this.value(report.at(result.length), 'a value'));
      while (this.skip(','));
      if (!this.skip(']')) this.fail("',' or ']' after a value");
    }
    this.depth--;
    return result;
  }

  private enter(): void {
    this.depth++;
    if (this.depth > DEEPEST) this.fail(`no more than ${DEEPEST} objects and lists in one another`);
    this.at++;
  }

  private string(): string {
    const start = this.at++;
    let result = '';
    for (;;) {
      const from = this.at;
      while (isPlain(this.text.charCodeAt(this.at))) this.at++;
      result += this.text.slice(from, this.at);
      const sign = this.text[this.at];
      if (sign === '"') {
        this.at++;
        return result;
      }
      if (sign === '\\') result += this.escape();
      else if (sign === undefined || sign === '\n' || sign === '\r')
        throw new Unreadable('a string that ends on its line', 'no end', start);
      else this.fail('no control characters in a string');
    }
  }

  private escape(): string {
    const sign = this.text[this.at + 1] ?? '';
    if (sign === 'u') {
      const digits = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9A-Fa-f]{4}$/.test(digits)) this.fail('four hexadecimal digits after \\u');
      this.at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const meant = Object.hasOwn(ESCAPES, sign) ? ESCAPES[sign] : undefined;
    if (meant === undefined) this.fail('one of " \\ / b f n r t u after a backslash');
    this.at += 2;
    return meant;
  }

  private number(expected: string): number {
    const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
    number.lastIndex = this.at;
    const written = number.exec(this.text)?.[0];
    if (written === undefined) this.fail(expected);
    this.at += written.length;
    if (/[0-9A-Za-z.+-]/.test(this.text[this.at] ?? '')) this.fail('a number as JSON writes it');
    return Number(written);
  }

  private word<T extends Json>(word: string, value: T, expected: string): T {
    if (!this.text.startsWith(word, this.at)) this.fail(expected);
    this.at += word.length;
    return value;
  }

  private skip(sign: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }

  private fail(expected: string): never {
    throw new Unreadable(expected, this.found(), this.at);
  }

  private found(): string {
    const rest = this.text.slice(this.at, this.at + 30);
    if (rest === '') return 'the end of the file';
    if (rest.startsWith('//') || rest.startsWith('/*') || rest.startsWith('#')) return 'a comment, which JSON does not have';
    const [word] = /^(?:[A-Za-z0-9_.+-]+|.)/su.exec(rest) ?? [rest];
    return JSON.stringify(word);
  }

  private lineOf(offset: number): string {
    return `look at line ${positionOf(this.text, offset).line}`;
  }
}

function isPlain(code: number): boolean {
  return code >= 0x20 && code !== 0x22 && code !== 0x5c;
}
