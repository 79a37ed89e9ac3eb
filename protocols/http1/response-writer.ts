import type { Bytes, ResponseHead } from 'meshloom/protocol';
import type { Ending } from './body-writer.ts';
import { announcedLength, neutralLines } from './outgoing.ts';
import { statusLine } from './reason.ts';
import { Http1ResponseHead } from './response-head.ts';
import { spliceHead } from './splice.ts';
import { websocketAccept } from './websocket.ts';
import { wireValue } from './wire-text.ts';

/** What a response must know of the request that it answers. */
export interface Asked {
  readonly method: string;
  /** The client speaks HTTP/1.0: it knows no chunks. */
  readonly old: boolean;
  /** What it asked to turn the connection into; '' for an ordinary request. */
  readonly upgrade: string;
  /** `Sec-WebSocket-Key` of a request for a WebSocket; '' when there is none. */
  readonly websocketKey: string;
}

/** How the end of a response is shown. */
export interface ResponseFraming {
  readonly ending: Ending;
  /** -1 when no length is announced. */
  readonly length: number;
}

const TUNNEL: ResponseFraming = { ending: 'tunnel', length: -1 };
const CHUNKED: ResponseFraming = { ending: 'chunked', length: -1 };
/** It has none of its own, and is told. */
const EMPTY_BODY: ResponseFraming = { ending: 'length', length: -1 };
const UNTIL_CLOSE: ResponseFraming = { ending: 'close', length: -1 };

/** Whether this response turns the connection into a tunnel: 101 to an upgrade, any success to CONNECT (RFC 9110 sections 7.8 and 9.3.6). */
export function acceptsTunnel(head: ResponseHead, { upgrade }: Asked): boolean {
  if (upgrade === '') return false;
  return upgrade === 'connect' ? head.status >= 200 && head.status < 300 : head.status === 101;
}

/** Of a final response, or of the 101 that accepts. `end`: there is no body. undefined: the head announces one all the same. */
export function responseFraming(head: ResponseHead, end: boolean, asked: Asked): ResponseFraming | undefined {
  if (acceptsTunnel(head, asked)) return TUNNEL;
  const known = head instanceof Http1ResponseHead && !head.fields.changed;
  const length = known ? head.contentLength : announcedLength(head.fields);
  // RFC 9112 section 6.3, number 1. The length, if any, is that of the body that is not there (RFC 9110 section 8.6), and not allowed in 204.
  if (head.status === 204) return { ending: 'bodiless', length: -1 };
  if (asked.method === 'HEAD' || head.status === 304) return { ending: 'bodiless', length };
  if (length >= 0) return end && length > 0 ? undefined : { ending: 'length', length };
  if (end) return EMPTY_BODY;
  return asked.old ? UNTIL_CLOSE : CHUNKED;
}

/** `connection` is what the client must know of its connection, as a whole line or as nothing. */
export function finalBytes(head: ResponseHead, framing: ResponseFraming, asked: Asked, connection: string): Bytes {
  const { ending, length } = framing;
  let extra = connection;
  if (ending === 'tunnel') {
    extra = head.status === 101 ? 'connection: upgrade\r\n' : '';
  } else if (head.status === 426 && head instanceof Http1ResponseHead && head.fields.has('upgrade')) {
    // RFC 9110 section 15.5.22: what the client should upgrade to is for it alone, as all in Upgrade is.
    extra += 'connection: upgrade\r\n';
  }
  if (framing === EMPTY_BODY) extra = `content-length: 0\r\n${extra}`;
  return responseBytes(head, ending === 'chunked', length >= 0, extra, asked);
}

/** A 1xx head other than 101. It has no body, and nothing in it is about one. */
export function informationalBytes(head: ResponseHead): Bytes {
  return responseBytes(head, false, false, '', undefined);
}

function responseBytes(head: ResponseHead, chunked: boolean, keepsLength: boolean, extra: string, asked: Asked | undefined): Bytes {
  if (head instanceof Http1ResponseHead) return splicedResponse(head, chunked, keepsLength, extra);
  let lines = `${statusLine(head.status)}${neutralLines(head.fields, keepsLength)}${extra}`;
  if (chunked) lines += 'transfer-encoding: chunked\r\n';
  // RFC 9110 section 15.2.2: what the connection turns into is said; a head of another protocol has no such field.
  if (head.status === 101) lines += `upgrade: ${wireValue(head.fields.get('upgrade') ?? asked?.upgrade ?? '')}\r\n`;
  // RFC 8441 section 5: no other protocol proves that the key was read.
  if (head.status === 101 && asked !== undefined && asked.websocketKey !== '' && !head.fields.has('sec-websocket-accept'))
    lines += `sec-websocket-accept: ${websocketAccept(asked.websocketKey)}\r\n`;
  return Buffer.from(`${lines}\r\n`, 'latin1');
}

function splicedResponse(head: Http1ResponseHead, chunked: boolean, keepsLength: boolean, extra: string): Bytes {
  const { fields } = head;
  const shownLine = chunked ? head.chunkedLine : -1;
  const hidden = head.hidden - (shownLine < 0 ? 0 : 1);
  if (chunked && shownLine < 0) extra += 'transfer-encoding: chunked\r\n';
  const dropped = keepsLength || (!fields.changed && head.contentLength < 0) ? undefined : 'content-length';
  // RFC 9110 section 7.6.1: Connection is removed or replaced; what would replace it here says the same.
  if (extra === '' && hidden === head.keepAliveLines && dropped === undefined && !head.lineChanged && !fields.changed) return fields.head;
  const startLine = head.lineChanged ? statusLine(head.status, head.reason) : undefined;
  return spliceHead(fields, head.startLineEnd, { startLine, shownLine, dropped, extra });
}
