/**
 * A value that somebody else chose, made fit for one line of a log: control characters, line separators, quotes and backslashes are
 * escaped, so that nobody forges a line or a column. Other text comes back as it is.
 */
export function printable(text: string): string {
  for (let at = 0; at < text.length; at++) if (isUnsafe(text.charCodeAt(at))) return escaped(text, at);
  return text;
}

function escaped(text: string, from: number): string {
  let out = text.slice(0, from);
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const character = text.charAt(at);
    if (!isUnsafe(code)) out += character;
    else if (code === QUOTE || code === BACKSLASH) out += `\\${character}`;
    else out += code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  }
  return out;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** C0 and C1 controls, DEL, the separators U+2028 and U+2029, and what escapes are told by. */
function isUnsafe(code: number): boolean {
  return code < 0x20 || code === QUOTE || code === BACKSLASH || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029;
}
