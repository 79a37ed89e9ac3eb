import type { Bytes, RequestHead } from 'meshloom/protocol';
import type { Ending } from './body-writer.ts';
import { announcedLength, neutralLines } from './outgoing.ts';
import { Http1RequestHead } from './request-head.ts';
import { spliceHead } from './splice.ts';
import { websocketKey } from './websocket.ts';
import { isTargetText, isToken, wireTarget, wireValue } from './wire-text.ts';

/** A request head as bytes, and how its body is going to end. */
export interface OutgoingRequest {
  readonly bytes: Bytes;
  readonly ending: Ending;
  readonly length: number;
  /** The `Sec-WebSocket-Key` in it, where it was not a client of HTTP/1.1 that asked for a WebSocket: the answer must fit it. Otherwise ''. */
  readonly websocketKey: string;
}

/** Methods that usually come with content: without one they say so (RFC 9110 section 8.6). */
function expectsContent(method: string): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}

/** `end`: there is no body. undefined: no valid request can be made of this head. */
export function outgoingRequest(head: RequestHead, end: boolean): OutgoingRequest | undefined {
  const known = head instanceof Http1RequestHead && !head.fields.changed;
  const length = known ? head.contentLength : announcedLength(head.fields);
  const tunnel = head.upgrade === 'connect';
  // A body that was announced and does not come would leave the server waiting for it.
  if ((end && length > 0 && !tunnel) || !isToken(head.method)) return undefined;
  if (tunnel && !isTargetText(head.authority)) return undefined;
  let ending: Ending = 'length';
  let extra = '';
  let keepsLength = length >= 0;
  if (tunnel) {
    keepsLength = false;
    ending = 'bodiless';
  } else if (length < 0) {
    if (end) {
      ending = 'bodiless';
      if (expectsContent(head.method)) extra = 'content-length: 0\r\n';
    } else if (head.upgrade === '') {
      ending = 'chunked';
    } else {
      ending = 'bodiless';
    }
  }
  const chunked = ending === 'chunked';
  if (head instanceof Http1RequestHead)
    return { bytes: splicedRequest(head, chunked, keepsLength, extra), ending, length: Math.max(length, 0), websocketKey: '' };
  let key = '';
  if (head.upgrade === 'websocket') {
    const given = head.fields.get('sec-websocket-key');
    key = given ?? websocketKey();
    if (given === undefined) extra += `sec-websocket-key: ${key}\r\n`;
  }
  return { bytes: builtRequest(head, chunked, keepsLength, extra), ending, length: Math.max(length, 0), websocketKey: key };
}

function splicedRequest(head: Http1RequestHead, chunked: boolean, keepsLength: boolean, extra: string): Bytes {
  const { fields } = head;
  const shownLine = chunked ? head.chunkedLine : -1;
  const hidden = head.hidden - (shownLine < 0 ? 0 : 1);
  if (chunked && shownLine < 0) extra += 'transfer-encoding: chunked\r\n';
  extra += connectionLine(head);
  const dropped = keepsLength || (!fields.changed && head.contentLength < 0) ? undefined : 'content-length';
  // RFC 9110 section 7.6.1: Connection is removed or replaced; what would replace it here says the same.
  if (extra === '' && hidden === head.keepAliveLines && dropped === undefined && !head.lineChanged && !fields.changed) return fields.head;
  if (!fields.has('host')) extra = `host: \r\n${extra}`;
  const startLine = head.lineChanged || (head.upgrade === 'connect' && fields.changed) ? requestLine(head) : undefined;
  return spliceHead(fields, head.startLineEnd, { startLine, shownLine, dropped, extra });
}

function builtRequest(head: RequestHead, chunked: boolean, keepsLength: boolean, extra: string): Bytes {
  // RFC 9112 section 3.2: a request without an authority has an empty Host.
  let lines = `${requestLine(head)}host: ${wireValue(head.authority)}\r\n${neutralLines(head.fields, keepsLength)}${extra}`;
  if (chunked) lines += 'transfer-encoding: chunked\r\n';
  if (head.upgrade !== '' && head.upgrade !== 'connect') lines += `upgrade: ${wireValue(head.upgrade)}\r\n`;
  if (head.fields.get('te') === 'trailers') lines += 'te: trailers\r\n';
  return Buffer.from(`${lines}${connectionLine(head)}\r\n`, 'latin1');
}

/** What the next hop must know of this connection: Upgrade and TE are for it alone (RFC 9110 sections 7.8 and 10.1.4). */
function connectionLine(head: RequestHead): string {
  const upgrade = head.upgrade !== '' && head.upgrade !== 'connect';
  const trailers = head instanceof Http1RequestHead && !head.fields.changed ? head.teTrailers : head.fields.get('te') === 'trailers';
  if (!upgrade && !trailers) return '';
  return `connection: ${upgrade ? (trailers ? 'upgrade, te' : 'upgrade') : 'te'}\r\n`;
}

function requestLine(head: RequestHead): string {
  if (head.upgrade === 'connect') return `CONNECT ${head.authority} HTTP/1.1\r\n`;
  // RFC 8441 section 5: what a CONNECT with another protocol asks for is a GET with Upgrade here.
  const method = head.upgrade !== '' && head.method === 'CONNECT' ? 'GET' : head.method;
  return `${method} ${wireTarget(head.path)} HTTP/1.1\r\n`;
}
