import { refuse } from './scalars.ts';
import type { Leaf, Schema } from './schema.ts';

/** What RE2, and so MOSN, does not have, for it cannot be matched in linear time. */
const BACKTRACKING: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, 'looks ahead or behind'],
  [/\\[1-9]/, 'refers back to a group'],
  [/\\k</, 'refers back to a group'],
];

/** What RE2 has, and a regular expression of JavaScript takes for something else without a word. */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/\(\?P</, 'names a group in the way of Python: write (?<name>...)'],
  [/\(\?[a-zA-Z]*-?[a-zA-Z]+[):]/, 'sets flags inside: spell the letters out, such as [aA]'],
  [/\\A/, 'uses \\A: write ^'],
  [/\\z/, 'uses \\z: write $'],
  [/\\[QE]/, 'quotes with \\Q and \\E: put a backslash before each sign'],
  [/\\[pP]/, 'uses a Unicode class: spell the letters out'],
  [/\\[CUaL]/, 'uses an escape that only RE2 knows'],
  [/\[\[:\^?[a-z]+:\]/, 'uses a POSIX class: spell the letters out, such as [a-z]'],
];

const shape: Leaf = {
  kind: 'leaf',
  takes: 'a regular expression (the part of RE2 that JavaScript has too)',
  json: { type: 'string', format: 'regex' },
};

/** A regular expression, kept as text. It means the same in RE2, which MOSN uses, and in JavaScript. */
export function regularExpression(): Schema<string> {
  return {
    shape,
    read(value, report) {
      if (typeof value !== 'string' || value === '') return refuse(shape, value, report);
      const wrong = whyNot(value);
      return wrong === undefined ? value : refuse(shape, value, report, wrong);
    },
  };
}

/** Why a text will not do as a regular expression; undefined when it will. */
export function whyNot(source: string): string | undefined {
  // An escaped backslash begins nothing.
  const bare = source.replaceAll('\\\\', '');
  for (const [sign, wrong] of [...BACKTRACKING, ...FOREIGN]) {
    if (sign.test(bare)) return `it ${wrong}`;
  }
  try {
    new RegExp(source);
    return undefined;
  } catch (thrown) {
    return thrown instanceof SyntaxError ? thrown.message.replace(/^.*\/: /, '').toLowerCase() : 'it cannot be read';
  }
}
