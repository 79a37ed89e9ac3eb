/** The fields that this protocol itself acts upon, recognised by the scanner while it has the name at hand. */

export const ORDINARY = 0;
export const HOST = 1;
export const CONTENT_LENGTH = 2;
export const TRANSFER_ENCODING = 3;
export const CONNECTION = 4;
/** Of no use beyond one connection, and nothing to learn from: Keep-Alive, Proxy-Connection, HTTP2-Settings. */
export const HOP_ONLY = 5;
export const TE = 6;
export const UPGRADE = 7;
export const EXPECT = 8;

interface Candidate {
  readonly name: Uint8Array;
  readonly kind: number;
}

const KNOWN: readonly (readonly [name: string, kind: number])[] = [
  ['host', HOST],
  ['content-length', CONTENT_LENGTH],
  ['transfer-encoding', TRANSFER_ENCODING],
  ['connection', CONNECTION],
  ['keep-alive', HOP_ONLY],
  ['proxy-connection', HOP_ONLY],
  ['http2-settings', HOP_ONLY],
  ['te', TE],
  ['upgrade', UPGRADE],
  ['expect', EXPECT],
];

const LONGEST = Math.max(...KNOWN.map(([name]) => name.length));

const BY_LENGTH: readonly (readonly Candidate[])[] = Array.from({ length: LONGEST + 1 }, (_, length) =>
  KNOWN.filter(([name]) => name.length === length).map(([name, kind]) => ({ name: Buffer.from(name), kind })),
);

/** `bytes` holds a token: among its characters setting the bit 0x20 turns nothing but letters into those of the known names. */
export function fieldKind(bytes: Uint8Array, at: number, length: number): number {
  if (length > LONGEST) return ORDINARY;
  const candidates = BY_LENGTH[length]!;
  for (let index = 0; index < candidates.length; index++) {
    const { name, kind } = candidates[index]!;
    let same = 0;
    while (same < length && (bytes[at + same]! | 0x20) === name[same]) same++;
    if (same === length) return kind;
  }
  return ORDINARY;
}

/** Fields that are made anew for each connection, so that nobody's value of them is sent on as it is. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'http2-settings',
  'te',
  'transfer-encoding',
  'upgrade',
]);

export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name);
}
