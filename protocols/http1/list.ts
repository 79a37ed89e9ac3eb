import { COMMA, HTAB, LOWER, SP } from './tables.ts';

/** Whether these bytes say `text`, which is in lower case, whatever case they are in. */
export function sameText(bytes: Uint8Array, from: number, to: number, text: Uint8Array): boolean {
  if (to - from !== text.length) return false;
  for (let index = 0; index < text.length; index++) if (LOWER[bytes[from + index]!] !== text[index]) return false;
  return true;
}

/** The elements of a comma-separated list in lower case, without the empty ones (RFC 9110 section 5.6.1). */
export function listElements(bytes: Uint8Array, from: number, to: number): string[] {
  const elements: string[] = [];
  let element = '';
  let space = '';
  for (let at = from; at <= to; at++) {
    const byte = at < to ? bytes[at]! : COMMA;
    if (byte === COMMA) {
      if (element !== '') elements.push(element);
      element = space = '';
    } else if (byte === SP || byte === HTAB) {
      space += ' ';
    } else {
      if (element !== '') element += space;
      space = '';
      element += String.fromCharCode(LOWER[byte]!);
    }
  }
  return elements;
}
