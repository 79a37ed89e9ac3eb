import { sha1 } from './sha1.ts';

/**
 * The part of WebSocket's opening handshake that HTTP/1.1 has and other protocols have not (RFC 8441 section 5): a key of the client's, and
 * the server's proof that it has read it. A connection that ends here makes one for the side that has none.
 */

/** RFC 6455 section 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const KEY_BYTES = 16;

/** What `Sec-WebSocket-Accept` must say to that `Sec-WebSocket-Key` (RFC 6455 section 4.2.2, number 5.4). */
export function websocketAccept(key: string): string {
  return sha1(Buffer.from(key + GUID, 'latin1')).toString('base64');
}

/**
 * A `Sec-WebSocket-Key`: random, so that no answer to another request fits it (section 4.1, number 7). The one thing that this codec takes
 * from the platform and not from its peer or its host: nothing that it does depends on which bytes they are.
 */
export function websocketKey(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES))).toString('base64');
}
