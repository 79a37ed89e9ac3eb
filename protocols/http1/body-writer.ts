import type { Bytes, Fields, Transport } from 'meshloom/protocol';
import { isHopByHop } from './field-kind.ts';
import { isToken, wireValue } from './wire-text.ts';

/**
 * How a message that is sent shows its end: by its length, by chunks, by the end of the connection (to HTTP/1.0 clients), not at all because
 * it has no body (RFC 9112 section 6.3), or as a tunnel, which is no message.
 */
export type Ending = 'length' | 'chunked' | 'close' | 'bodiless' | 'tunnel';

const LAST_CHUNK: Bytes = Buffer.from('0\r\n\r\n');
const CRLF_LAST_CHUNK: Bytes = Buffer.from('\r\n0\r\n\r\n');

/** Up to here copying data between its chunk framing costs less than handing three pieces to the connection. */
const MAX_COPIED_CHUNK = 1024;

/** Puts the framing around a body that is sent. */
export class BodyWriter {
  ending: Ending = 'bodiless';
  /** Of the announced length. */
  remaining = 0;
  /** A CRLF after the last chunk's data is due; it goes out with what comes next. */
  private openChunk = false;
  private readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  begin(ending: Ending, length: number): void {
    this.ending = ending;
    this.remaining = length;
    this.openChunk = false;
  }

  /**
   * False, with nothing written, when this is more than was announced, or when it ends before all of that: the connection cannot go on, as
   * what follows would be taken for a part of this message, or the other way round (RFC 9112 section 6.3).
   */
  write(bytes: Bytes, end: boolean): boolean {
    switch (this.ending) {
      case 'length':
        if (bytes.length > this.remaining || (end && bytes.length < this.remaining)) return false;
        this.remaining -= bytes.length;
        if (bytes.length > 0) this.transport.write(bytes);
        return true;
      case 'chunked':
        this.writeChunk(bytes, end);
        return true;
      case 'close':
      case 'tunnel':
        if (bytes.length > 0) this.transport.write(bytes);
        return true;
      case 'bodiless':
        // The response to HEAD, or a 304: the body that would go with it is not sent (RFC 9110 section 6.4.1).
        return true;
    }
  }

  private writeChunk(bytes: Bytes, end: boolean): void {
    if (bytes.length === 0) {
      if (end) this.transport.write(this.openChunk ? CRLF_LAST_CHUNK : LAST_CHUNK);
      return;
    }
    const opening = `${this.openChunk ? '\r\n' : ''}${bytes.length.toString(16)}\r\n`;
    this.openChunk = true;
    if (bytes.length <= MAX_COPIED_CHUNK) {
      const chunk: Bytes = Buffer.allocUnsafe(opening.length + bytes.length + (end ? CRLF_LAST_CHUNK.length : 0));
      const at = chunk.write(opening, 0, 'latin1');
      chunk.set(bytes, at);
      if (end) chunk.set(CRLF_LAST_CHUNK, at + bytes.length);
      this.transport.write(chunk);
      return;
    }
    this.transport.write(Buffer.from(opening, 'latin1'));
    this.transport.write(bytes);
    if (end) this.transport.write(CRLF_LAST_CHUNK);
  }

  /** Where there are no chunks there is no place for trailers: they are dropped (RFC 9110 section 6.5). False as in `write`. */
  writeTrailers(fields: Fields, empty: Bytes): boolean {
    if (this.ending !== 'chunked') return this.write(empty, true);
    let section = this.openChunk ? '\r\n0\r\n' : '0\r\n';
    for (const [name, value] of fields) {
      if (isToken(name) && !isHopByHop(name)) section += `${name}: ${wireValue(value)}\r\n`;
    }
    this.transport.write(Buffer.from(`${section}\r\n`, 'latin1'));
    return true;
  }
}
