/** A pattern for JavaScript's RegExp. */
export interface TranslatedRegex {
  readonly source: string;
  readonly flags: string;
}

/** RE2's largest count in `{n,m}`. */
export const MAX_REPETITION = 1000;

/** What a piece of RE2's syntax is called in JavaScript's Unicode mode; a Refusal when it is called nothing. */
type Rule = readonly [piece: RegExp, translation: (piece: RegExpExecArray) => string | Refusal];

class Refusal {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

const same = (piece: RegExpExecArray) => piece[0];
const refuse = (reason: string) => () => new Refusal(reason);
const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replaceAll('-', '\\x2d');
const unicodeClass = (sign: string, name: string) => `\\${sign}{${name.length > 2 ? `Script=${name}` : name}}`;

/** Escapes that mean the same inside and outside of a class. In each list the first rule that fits counts. */
const ESCAPES: readonly Rule[] = [
  [/\\[1-9]|\\k[<{]/y, refuse('backreferences are not supported: they cannot be matched in linear time')],
  [/\\0[0-7]{0,2}/y, ([text]) => hexEscape(Number.parseInt(text.slice(1), 8))],
  [/\\x[0-9a-fA-F]{2}/y, same],
  [/\\x\{([0-9a-fA-F]{1,6})\}/y, ([, hex]) => `\\u{${hex}}`],
  [/\\a/y, () => '\\x07'],
  [/\\[fnrtv]/y, same],
  [/\\([pP])([A-Z])/y, ([, sign = '', name = '']) => unicodeClass(sign, name)],
  [/\\([pP])\{(\w+)\}/y, ([, sign = '', name = '']) => unicodeClass(sign, name)],
  [/\\[A-Za-z0-9]/y, ([text]) => new Refusal(`there is no escape ${text}`)],
  [/\\([\s\S])/y, ([, character = '']) => literal(character)],
  [/\\$/y, refuse('a backslash stands at the end')],
];

const OUTSIDE: readonly Rule[] = [
  [/\(\?P?<(?![=!])/y, () => '(?<'],
  [/\(\?:/y, same],
  [/\(\?<?[=!]/y, refuse('look-around is not supported: it cannot be matched in linear time')],
  [/\(\?/y, refuse('flags are understood at the beginning of the pattern only, and of them i, m and s')],
  [/\\A/y, () => '(?<![\\s\\S])'],
  [/\\z/y, () => '(?![\\s\\S])'],
  [/\\Q([\s\S]*?)(?:\\E|$)/y, ([, text = '']) => literal(text)],
  [/\\[dDwWsSbB]/y, same],
  ...ESCAPES,
  [
    /\{(\d+)(?:,(\d*))?\}/y,
    ([text, least, most]) => (tooMany(least) || tooMany(most) ? new Refusal(`${text} repeats more than ${MAX_REPETITION} times`) : text),
  ],
  [/[{}\]]/y, ([text]) => literal(text)],
  [/[\s\S]/y, same],
];

const INSIDE: readonly Rule[] = [
  [/\[:(\^?\w+):\]/y, ([text, name = '']) => POSIX_CLASSES[name] ?? new Refusal(`the class ${text} is not supported`)],
  // After a set a hyphen cannot begin a range, and so means itself.
  [/(\\[dDwWsS])-(?!\])/y, ([, set]) => `${set}\\-`],
  [/\\[dDwWsS]/y, same],
  ...ESCAPES,
  [/\[/y, () => '\\['],
  [/[\s\S]/y, same],
];

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** From RE2's syntax to JavaScript's; a string says why it cannot be. */
export function translateRegex(pattern: string): TranslatedRegex | string {
  const [flagGroup = '', flags = ''] = /^\(\?([ims]+)\)/.exec(pattern) ?? [];
  let source = '';
  let inClass = false;
  for (let at = flagGroup.length; at < pattern.length; ) {
    if (!inClass) {
      // A closing bracket that comes first in a class is one of its characters.
      const opening = matchAt(/\[(\^?)(\]?)/y, pattern, at);
      if (opening !== null) {
        source += `[${opening[1]}${opening[2] === '' ? '' : '\\]'}`;
        at += opening[0].length;
        inClass = true;
        continue;
      }
    } else if (pattern[at] === ']') {
      source += ']';
      at++;
      inClass = false;
      continue;
    }
    const piece = translatePiece(pattern, at, inClass ? INSIDE : OUTSIDE);
    if (piece.text instanceof Refusal) return piece.text.reason;
    source += piece.text;
    at = piece.end;
  }
  return { source, flags: `u${[...new Set(flags)].join('')}` };
}

/** The last rule of each list takes any character, so that one always fits. */
function translatePiece(pattern: string, at: number, rules: readonly Rule[]): { readonly text: string | Refusal; readonly end: number } {
  for (const [rule, translation] of rules) {
    const piece = matchAt(rule, pattern, at);
    if (piece !== null) return { text: translation(piece), end: at + piece[0].length };
  }
  throw new Error(`no rule for ${JSON.stringify(pattern)} at ${at}`);
}

function matchAt(rule: RegExp, text: string, at: number): RegExpExecArray | null {
  rule.lastIndex = at;
  return rule.exec(text);
}

function tooMany(count: string | undefined): boolean {
  return Number(count ?? 0) > MAX_REPETITION;
}

function hexEscape(code: number): string {
  return `\\x${code.toString(16).padStart(2, '0')}`;
}
