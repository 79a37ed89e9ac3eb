/** Dubbo frames with hessian2 bodies, as far as the load generator and its backend need them: short texts of ASCII alone. */

/** Magic, flags, status, id of 8 bytes, length of the body of 4. */
export const HEAD_BYTES = 16;
export const STATUS_AT = 3;
export const ID_AT = 4;
export const LENGTH_AT = 12;

/** A request that wants an answer, and an answer, both in hessian2. */
export const REQUEST = 0xdabbc200;
export const STATUS_OK = 20;
export const RESPONSE_OK = 0xdabb0200 + STATUS_OK;

export const SERVICE = 'org.meshloom.bench.EchoService';
export const METHOD = 'echo';

/** Up to 31 characters have one byte before them, up to 1023 two. */
const SHORT = 0x1f;
const LONGER = 0x30;

function text(value: string): Buffer {
  const { length } = value;
  const prefix = length <= SHORT ? [length] : [LONGER + (length >> 8), length & 0xff];
  return Buffer.concat([Buffer.from(prefix), Buffer.from(value, 'latin1')]);
}

/** Where the text that starts at `at` has its first character, and where it is over. */
export function textBounds(bytes: Buffer, at: number): readonly [start: number, end: number] {
  const first = bytes[at]!;
  if (first <= SHORT) return [at + 1, at + 1 + first];
  if (first < LONGER || first > LONGER + 3) throw new Error(`no short text: ${first}`);
  const start = at + 2;
  return [start, start + ((first - LONGER) << 8) + bytes[at + 1]!];
}

function map(values: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat([Buffer.from('H'), ...Object.entries(values).flatMap((entry) => entry.map(text)), Buffer.from('Z')]);
}

function frame(head: number, body: Buffer): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES + body.length);
  bytes.writeUInt32BE(head, 0);
  bytes.writeUInt32BE(body.length, LENGTH_AT);
  body.copy(bytes, HEAD_BYTES);
  return bytes;
}

/** A call of `echo(String)`. Its id is 0. */
export function requestFrame(argument: string): Buffer {
  const names = ['2.0.2', SERVICE, '0.0.0', METHOD, 'Ljava/lang/String;', argument].map(text);
  const attachments = map({ path: SERVICE, interface: SERVICE, version: '0.0.0', timeout: '3000', 'remote.application': 'bench' });
  return frame(REQUEST, Buffer.concat([...names, attachments]));
}

/** How many texts stand before the argument of such a call. */
export const TEXTS_BEFORE_ARGUMENT = 5;

/** The answer with that value, and with attachments as answers have them. Its id is 0. */
export function responseFrame(value: string): Buffer {
  const valueWithAttachments = 0x94;
  return frame(RESPONSE_OK, Buffer.concat([Buffer.from([valueWithAttachments]), text(value), map({ dubbo: '2.0.2' })]));
}
