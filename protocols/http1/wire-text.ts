import { DEL, HTAB, SP, TARGET, TOKEN } from './tables.ts';

/** Strings that did not come from HTTP/1 bytes, made fit for them: one character a byte, and nothing that would end a line. */

export function isToken(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0xff || TOKEN[code] !== 1) return false;
  }
  return text !== '';
}

/**
 * A field value. CR, LF, NUL and the other control characters become spaces (RFC 9110 section 5.5), and text that has characters beyond
 * Latin-1 becomes its UTF-8: cut down to one byte, U+010A would be a line feed.
 */
export function wireValue(value: string): string {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code > 0xff || isControl(code)) return cleaned(value);
  }
  return value;
}

function cleaned(value: string): string {
  const bytes = /[^\0-\xff]/.test(value) ? Buffer.from(value, 'utf8') : Buffer.from(value, 'latin1');
  for (let at = 0; at < bytes.length; at++) if (isControl(bytes[at]!)) bytes[at] = SP;
  return bytes.toString('latin1');
}

const isControl = (code: number): boolean => (code < SP && code !== HTAB) || code === DEL;

/** Whether these are characters that a request target may have. */
export function isTargetText(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0xff || TARGET[code] !== 1) return false;
  }
  return text !== '';
}

/** A request target in origin-form or `*`: what may not stand in one is percent-encoded, and a path that begins otherwise gets its slash. */
export function wireTarget(path: string): string {
  const rooted = path.startsWith('/') || path === '*' ? path : `/${path}`;
  return isTargetText(rooted) ? rooted : percentEncoded(rooted);
}

function percentEncoded(path: string): string {
  let encoded = '';
  for (const byte of Buffer.from(path, 'utf8')) {
    if (TARGET[byte] === 1) encoded += String.fromCharCode(byte);
    else encoded += `%${byte < 0x10 ? '0' : ''}${byte.toString(16).toUpperCase()}`;
  }
  return encoded;
}

/** `Content-Length` as a string: digits up to 2^53-1, or -1. */
export function lengthOf(value: string | undefined): number {
  if (value === undefined || !/^[0-9]+$/.test(value)) return -1;
  const length = Number(value);
  return Number.isSafeInteger(length) ? length : -1;
}
