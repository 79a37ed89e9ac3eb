import type { Fields } from 'meshloom/protocol';
import { isHopByHop } from './field-kind.ts';
import { isToken, lengthOf, wireValue } from './wire-text.ts';

/** What request and response heads have in common when they are sent. */

/** What a head that was not changed says by itself; otherwise what its fields say now. -1: no valid length. */
export function announcedLength(fields: Fields): number {
  return lengthOf(fields.get('content-length'));
}

/** Field lines for heads that did not come over HTTP/1. Framing, Host and what concerns one connection only are added by the codec. */
export function neutralLines(fields: Fields, withLength: boolean): string {
  let lines = '';
  let cookies = '';
  for (const [name, value] of fields) {
    if (isHopByHop(name) || name === 'host' || !isToken(name)) continue;
    if (name === 'content-length' && !withLength) continue;
    // RFC 9113 section 8.2.3: other protocols may cut cookies apart, here they are one line.
    if (name === 'cookie') cookies += `${cookies === '' ? '' : '; '}${wireValue(value)}`;
    else lines += `${name}: ${wireValue(value)}\r\n`;
  }
  return cookies === '' ? lines : `${lines}cookie: ${cookies}\r\n`;
}
