import type { Fields, RequestHead } from 'meshloom/protocol';
import { HeaderFields } from './header-fields.ts';
import type { HpackEncoder } from './hpack/encoder.ts';
import { COOKIE, HOST, MALFORMED, REGULAR } from './hpack/header-field.ts';

/**
 * Fields of other protocols that stay behind: those that are about a connection of HTTP/1.1 (RFC 9113 section 8.2.2), the upgrade to HTTP/2,
 * and Host, which is :authority here.
 */
const LEFT_BEHIND: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'host',
  'te',
]);
/** The handshake of WebSocket that RFC 8441 section 5 does without. */
const WEBSOCKET_HANDSHAKE: ReadonlySet<string> = new Set(['sec-websocket-key', 'sec-websocket-accept']);
/** RFC 9110 section 5.1, in lower case. What cannot be a name here (an attachment of RPC may be anything) cannot be carried. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const NONE: ReadonlySet<string> = new Set();
/** One cookie makes no more lines than this: peers limit how many a head has. */
const MOST_COOKIE_LINES = 32;

/** Writes the lines of a request's head (RFC 9113 section 8.3.1) into the encoder's block. */
export function encodeRequest(encoder: HpackEncoder, head: RequestHead, secure: boolean): void {
  const { upgrade } = head;
  const extended = upgrade !== '' && upgrade !== 'connect';
  encoder.field(':method', upgrade === '' ? head.method : 'CONNECT', false);
  if (upgrade !== 'connect') encoder.field(':scheme', head.scheme !== '' ? head.scheme : secure ? 'https' : 'http', false);
  const authority = head.authority !== '' ? head.authority : head.fields.get('host');
  if (authority !== undefined && authority !== '') encoder.field(':authority', authority, false);
  if (upgrade !== 'connect') encoder.field(':path', head.path === '' ? '/' : head.path, false);
  if (extended) encoder.field(':protocol', upgrade, false);
  const { fields } = head;
  if (fields instanceof HeaderFields) encodeLines(encoder, fields);
  else encodeNeutral(encoder, fields, extended, true);
}

/** Writes the lines of a response's head (RFC 9113 section 8.3.2) into the encoder's block. */
export function encodeResponse(encoder: HpackEncoder, status: number, fields: Fields, extended: boolean): void {
  encoder.field(':status', String(status), false);
  encodeFields(encoder, fields, extended);
}

/** Writes trailers into the encoder's block. */
export function encodeTrailers(encoder: HpackEncoder, fields: Fields): void {
  encodeFields(encoder, fields, false);
}

function encodeFields(encoder: HpackEncoder, fields: Fields, extended: boolean): void {
  if (fields instanceof HeaderFields) encodeLines(encoder, fields);
  else encodeNeutral(encoder, fields, extended, false);
}

/** What came in by HTTP/2 is fit to leave so, but for what filters put there. */
function encodeLines(encoder: HpackEncoder, fields: HeaderFields): void {
  for (const line of fields.lines) {
    const { kind } = line;
    if (kind === HOST) continue;
    if (kind === MALFORMED && line.nameKind !== REGULAR && line.nameKind !== COOKIE) continue;
    encoder.field(line.name, line.value, line.neverIndexed);
  }
}

function encodeNeutral(encoder: HpackEncoder, fields: Fields, extended: boolean, request: boolean): void {
  const connection = fields.get('connection');
  const named = connection === undefined ? NONE : connectionOptions(connection);
  const te = fields.get('te');
  // RFC 9113 section 8.2.2: of TE only this may be said.
  if (te !== undefined && /(^|[,\s])trailers([,;\s]|$)/i.test(te)) encoder.field('te', 'trailers', false);
  for (const [name, value] of fields) {
    if (LEFT_BEHIND.has(name) || named.has(name) || (extended && WEBSOCKET_HANDSHAKE.has(name)) || !NAME.test(name)) continue;
    if (request && name === 'cookie') encodeCookie(encoder, value);
    else encoder.field(name, value, false);
  }
}

/**
 * RFC 9113 section 8.2.3: each pair is a line of its own, as clients of HTTP/2 send them, so that a hop behind us which keeps cookies in its
 * table can keep those that stay apart from those that change. We keep none: what is put together of many clients is not to be guessed at.
 */
function encodeCookie(encoder: HpackEncoder, value: string): void {
  let start = 0;
  for (let lines = 1; lines < MOST_COOKIE_LINES; lines++) {
    const end = value.indexOf('; ', start);
    if (end < 0) break;
    encoder.field('cookie', value.slice(start, end), true);
    start = end + 2;
  }
  encoder.field('cookie', value.slice(start), true);
}

/** Whether fields of that name are about a connection of HTTP/1.1, or said otherwise here. */
export function isLeftBehind(name: string): boolean {
  return LEFT_BEHIND.has(name);
}

/** RFC 9110 section 7.6.1: the fields that Connection names are for the connection that they came on. */
export function connectionOptions(connection: string): ReadonlySet<string> {
  return new Set(connection.split(',').map((option) => option.trim().toLowerCase()));
}
