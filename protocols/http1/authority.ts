import { COLON, HEX_VALUE, HOST_NAME, NINE, ZERO } from './tables.ts';

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const DOT = 0x2e;
const MAX_PORT = 65535;

/**
 * uri-host [ ":" port ] (RFC 9110 section 7.2), without user information (section 4.2.4). An empty one is valid for a Host field
 * (RFC 9112 section 3.2): `mayBeEmpty`. A port must be there where the request asks for a tunnel to it: `needsPort`.
 */
export function isAuthority(bytes: Uint8Array, from: number, to: number, mayBeEmpty: boolean, needsPort: boolean): boolean {
  if (from === to) return mayBeEmpty;
  let at = from;
  if (bytes[at] === OPEN_BRACKET) {
    at++;
    while (at < to && isOfAddress(bytes[at]!)) at++;
    // "::" is the shortest address.
    if (at - from < 3 || bytes[at] !== CLOSE_BRACKET || at === to) return false;
    at++;
  } else {
    while (at < to && HOST_NAME[bytes[at]!] === 1) at++;
    if (at === from) return false;
  }
  if (at === to) return !needsPort;
  return bytes[at] === COLON && isPort(bytes, at + 1, to, needsPort);
}

/** Hexadecimal digits, colons, and the dots of an embedded IPv4 address (RFC 3986 section 3.2.2). */
function isOfAddress(byte: number): boolean {
  return HEX_VALUE[byte]! < 16 || byte === COLON || byte === DOT;
}

/** The port may be empty, as in `host:` (RFC 3986 section 3.2.3). */
function isPort(bytes: Uint8Array, from: number, to: number, needed: boolean): boolean {
  if (from === to) return !needed;
  if (to - from > 5) return false;
  let port = 0;
  for (let at = from; at < to; at++) {
    if (bytes[at]! < ZERO || bytes[at]! > NINE) return false;
    port = port * 10 + bytes[at]! - ZERO;
  }
  return port <= MAX_PORT;
}
