/** What each byte may be, as tables of 256 flags: one load a byte in the scanner. */

export const HTAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const COMMA = 0x2c;
export const ZERO = 0x30;
export const NINE = 0x39;
export const COLON = 0x3a;
export const DEL = 0x7f;

const ALPHA = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DIGIT = '0123456789';

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

/** tchar (RFC 9110 section 5.6.2): methods and field names. */
export const TOKEN = tableOf(`!#$%&'*+-.^_\`|~${DIGIT}${ALPHA}`);

/** HTAB, SP, VCHAR and obs-text: what a field value and a reason phrase are made of (RFC 9110 section 5.5). */
export const TEXT = new Uint8Array(256).fill(1, SP).fill(0, DEL, DEL + 1);
TEXT[HTAB] = 1;

/**
 * A request target: VCHAR without "#", for a fragment is never sent (RFC 9112 section 3.2). Wider than RFC 3986, as browsers send `|` and
 * `{` unescaped in queries; whatever the target means is decided behind us.
 */
export const TARGET = new Uint8Array(256).fill(1, 0x21, 0x7f);
TARGET[0x23] = 0;

/** reg-name and IP-literal (RFC 3986 section 3.2.2), without the colon that ends a reg-name. */
export const HOST_NAME = tableOf(`-._~%!$&'()*+,;=${DIGIT}${ALPHA}`);

/** The value of a hexadecimal digit, 16 for all else. */
export const HEX_VALUE = new Uint8Array(256).fill(16);
for (let value = 0; value < 16; value++) {
  HEX_VALUE[value.toString(16).charCodeAt(0)] = value;
  HEX_VALUE[value.toString(16).toUpperCase().charCodeAt(0)] = value;
}

/** ASCII letters in lower case, every other byte as it is. */
export const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte));
