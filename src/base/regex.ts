import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';
import { literalPrefix } from './regex-prefix.ts';

/**
 * A regular expression in RE2's syntax and with its promise: however it is written, it takes time linear in the length of the text
 * (decision 0011). There is no look-around and no backreference.
 */
export class Regex {
  /** What every text begins with that it is found in; '' where nothing can be said. */
  readonly prefix: string;
  private readonly compiled: RE2JS;

  constructor(compiled: RE2JS) {
    this.compiled = compiled;
    this.prefix = literalPrefix(compiled.pattern());
  }

  /** Whether it is found anywhere in the text. */
  test(text: string): boolean {
    return this.compiled.test(text);
  }

  /** The number of a group by its name or its number; undefined when there is no such group. */
  group(name: string): number | undefined {
    if (!/^\d+$/.test(name)) return this.compiled.namedGroups()[name];
    return Number(name) <= this.compiled.groupCount() ? Number(name) : undefined;
  }

  /** All that it finds gives way to these pieces, of which a number is the text of that group. */
  replaceAll(text: string, pieces: readonly (string | number)[]): string {
    const matcher = this.compiled.matcher(text);
    let replaced = '';
    let end = -1;
    while (matcher.find()) {
      const start = matcher.start();
      // As in Go, nothing is found between a match and the character after it.
      if (start === matcher.end() && start === end) continue;
      replaced += text.slice(Math.max(end, 0), start);
      for (const piece of pieces) replaced += typeof piece === 'string' ? piece : (matcher.group(piece) ?? '');
      end = matcher.end();
    }
    return end < 0 ? text : replaced + text.slice(end);
  }
}

/** Loaded for the first expression: a start without any need not wait for it. */
let engine: typeof import('re2js') | undefined;

/** Compiles what a configuration wrote; a string says what is wrong with it. */
export function regex(source: string): Regex | string {
  engine ??= createRequire(import.meta.url)('re2js') as typeof import('re2js');
  try {
    return new Regex(engine.RE2JS.compile(source));
  } catch (error) {
    if (error instanceof engine.RE2JSException) return error.message.replace(/^error parsing regexp: /, '');
    throw error;
  }
}

/** What is wrong with an expression; undefined when nothing is. */
export function regexFault(source: string): string | undefined {
  const compiled = regex(source);
  return typeof compiled === 'string' ? compiled : undefined;
}
