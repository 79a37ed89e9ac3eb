/**
 * Which bytes may stand where, one bit for each place. All of it is stricter than RFC 9113 section 8.2.1 asks, for what leaves here may
 * leave as HTTP/1.1, where a byte too many begins another field or another request.
 */
export const FIELD_VALUE = 1;
export const FIELD_NAME = 2;
export const TOKEN = 4;
export const PATH = 8;
export const AUTHORITY = 16;
export const SCHEME = 32;
export const DIGITS = 64;
export const ALL_CLASSES = 127;

/** For each byte the classes that it belongs to. */
export const CLASSES = new Uint8Array(256);

function allow(classes: number, characters: string): void {
  for (let at = 0; at < characters.length; at++) CLASSES[characters.charCodeAt(at)]! |= classes;
}

function allowRange(classes: number, from: number, to: number): void {
  for (let byte = from; byte <= to; byte++) CLASSES[byte]! |= classes;
}

const DIGIT = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();

// RFC 9110 section 5.5: visible characters, obs-text, space and tab. No control characters.
allowRange(FIELD_VALUE, 0x20, 0x7e);
allowRange(FIELD_VALUE, 0x80, 0xff);
allow(FIELD_VALUE, '\t');
// RFC 9110 section 5.6.2; RFC 9113 section 8.2: names have no upper-case letters.
allow(TOKEN | FIELD_NAME, `!#$%&'*+-.^_\`|~${DIGIT}${LOWER}`);
allow(TOKEN, UPPER);
// RFC 3986 section 3.3 and 3.4, and what clients send unquoted all the same. No space, no control character, no fragment.
allowRange(PATH, 0x21, 0x7e);
CLASSES['#'.charCodeAt(0)]! &= ~PATH;
// RFC 3986 section 3.2.2 and 3.2.3. No "@": RFC 9113 section 8.3.1 forbids userinfo.
allow(AUTHORITY, `-._~!$&'()*+,;=:%[]${DIGIT}${LOWER}${UPPER}`);
// RFC 3986 section 3.1.
allow(SCHEME, `+-.${DIGIT}${LOWER}${UPPER}`);
allow(DIGITS, DIGIT);
