const META = new Set('\\.+*?()|[]{}^$');
/** What makes the character before it one that may be there no times. */
const MAKES_OPTIONAL = new Set('*?{');
/** Groups of flags and quotations, which may be empty: what follows them may speak of what stands before. */
const TRANSPARENT = /\(\?[a-zA-Z-]*\)|\\Q/;

/**
 * What every text begins with that the expression is found in: the plain characters after a `^` that it begins with. '' where that is
 * not plain to see, which is always right: it is for looking up expressions by it, and not for saying that they match.
 */
export function literalPrefix(pattern: string): string {
  if (!pattern.startsWith('^') || TRANSPARENT.test(pattern) || hasAlternatives(pattern)) return '';
  let prefix = '';
  let at = 1;
  for (; at < pattern.length; at++) {
    const character = pattern[at]!;
    const next = pattern[at + 1] ?? '';
    // An escaped sign of punctuation is that sign; any other escape may be anything.
    if (character === '\\' && /[^\w\s]/.test(next)) {
      prefix += next;
      at++;
    } else if (META.has(character)) break;
    else prefix += character;
  }
  // Half of a surrogate pair is no character.
  return MAKES_OPTIONAL.has(pattern[at] ?? '') ? prefix.replace(/[\s\S]$/u, '') : prefix;
}

/** Whether a bar stands outside of all groups. */
function hasAlternatives(pattern: string): boolean {
  let depth = 0;
  // Escapes, classes (a bracket that comes first in one is one of its characters), and what is looked for.
  for (const [piece] of pattern.matchAll(/\\[\s\S]|\[\^?\]?(?:\[:\w+:\]|\\[\s\S]|[^\]\\])*\]|[(|)]/g)) {
    if (piece === '|' && depth === 0) return true;
    if (piece === '(') depth++;
    else if (piece === ')') depth--;
  }
  return false;
}
