/** Bytes as readable text and back: printable ASCII as it is, all else as `\r`, `\n`, `\t`, `\"`, `\\` or `\xNN`. */
import type { Bytes } from '../base/bytes.ts';

const SHORT: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 34: '\\"', 92: '\\\\' };
const LONG: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, '"': 34, '\\': 92 };

export function quote(bytes: Bytes): string {
  let text = '"';
  for (const byte of bytes) {
    const short = SHORT[byte];
    if (short !== undefined) text += short;
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `${text}"`;
}

/** The bytes that `text` stands for; characters beyond ASCII stand for their UTF-8. Throws at an escape that is none. */
export function unescapeText(text: string): Bytes {
  const parts: Bytes[] = [];
  let plainFrom = 0;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', plainFrom)) {
    parts.push(Buffer.from(text.slice(plainFrom, at), 'utf8'));
    const hex = /^x([0-9a-fA-F]{2})/.exec(text.slice(at + 1, at + 4));
    const byte = hex === null ? LONG[text[at + 1] ?? ''] : Number.parseInt(hex[1]!, 16);
    if (byte === undefined) throw new Error(`no such escape: ${text.slice(at, at + 4)}`);
    parts.push(Buffer.from([byte]));
    plainFrom = at + (hex === null ? 2 : 4);
  }
  parts.push(Buffer.from(text.slice(plainFrom), 'utf8'));
  return Buffer.concat(parts);
}

/** Hexadecimal with spaces and line ends, `"text"`, `00*16` for repetition, and comments from `#` to the end of the line. */
export function parseHex(source: string): Bytes {
  const parts: Bytes[] = [];
  const token = /\s+|#[^\n]*|(?:"((?:[^"\\]|\\.)*)"|((?:[0-9a-fA-F]{2})+))(?:\*(\d+))?/gy;
  while (token.lastIndex < source.length) {
    const from = token.lastIndex;
    const found = token.exec(source);
    if (found === null) throw new Error(`neither hexadecimal nor text: ${source.slice(from, from + 20)}`);
    const [, text, hex, times] = found;
    const bytes = text !== undefined ? unescapeText(text) : hex !== undefined ? Buffer.from(hex, 'hex') : undefined;
    if (bytes === undefined) continue;
    for (let left = times === undefined ? 1 : Number(times); left > 0; left--) parts.push(bytes);
  }
  return Buffer.concat(parts);
}

/** Lines as they stand in text protocols: each ends in CRLF, but for one whose last character is a lone `\`. */
export function parseLines(source: string): Bytes {
  const lines = source.endsWith('\n') ? source.slice(0, -1).split('\n') : source.split('\n');
  const open = /^(?:.*[^\\])?(?:\\\\)*\\$/;
  return Buffer.concat(lines.map((line) => unescapeText(open.test(line) ? line.slice(0, -1) : `${line}\\r\\n`)));
}
