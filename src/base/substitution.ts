import type { Regex } from './regex.ts';

/** What takes the place of the matches of an expression: text, and numbers of groups. */
export type Substitution = readonly (string | number)[];

/**
 * Understands a substitution as Envoy writes it (`\1`, `\\`) and as MOSN does, which is Go's way (`$1`, `${1}`, `${name}`, `$$`). A
 * string says what is wrong with it. A dollar or a backslash before anything else stands for itself.
 */
export function substitution(regex: Regex, written: string): Substitution | string {
  const pieces: (string | number)[] = [];
  let textFrom = 0;
  for (const { 0: sign, 1: digit, 2: braced, 3: bare, index } of written.matchAll(/\\(\d)|\$\{(\w+)\}|\$(\w+)|\\\\|\$\$/g)) {
    if (index > textFrom) pieces.push(written.slice(textFrom, index));
    textFrom = index + sign.length;
    const name = digit ?? braced ?? bare;
    if (name === undefined) {
      pieces.push(sign.charAt(0));
      continue;
    }
    const group = regex.group(name);
    if (group === undefined) return `there is no group ${name} for ${sign}`;
    pieces.push(group);
  }
  if (textFrom < written.length) pieces.push(written.slice(textFrom));
  return pieces;
}
