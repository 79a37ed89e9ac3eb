/** One connection of node:http2 to a port of this machine: what a test asks, and all that comes back. */
import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionOptions,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { within } from './deadline.ts';

export interface Http2Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The heads of status 1xx that came before it. */
  readonly informational: readonly IncomingHttpHeaders[];
  readonly body: Buffer;
  /** undefined when none came. */
  readonly trailers: IncomingHttpHeaders | undefined;
  /** The head ended the stream. */
  readonly endedByHead: boolean;
}

/** All that comes back on that stream. Rejects when it is reset. */
export async function http2Answer(stream: ClientHttp2Stream): Promise<Http2Answer> {
  const informational: IncomingHttpHeaders[] = [];
  const chunks: Buffer[] = [];
  let trailers: IncomingHttpHeaders | undefined;
  let endedByHead = false;
  let headers: IncomingHttpHeaders = {};
  stream.on('headers', (head: IncomingHttpHeaders) => informational.push(head));
  stream.on('trailers', (fields: IncomingHttpHeaders) => {
    trailers = fields;
  });
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('response', (head: IncomingHttpHeaders, flags: number) => {
    headers = head;
    endedByHead = (flags & 1) === 1;
  });
  await within(once(stream, 'close'), 'end of the stream');
  if (stream.rstCode !== 0) throw new Error(`reset with ${stream.rstCode}`);
  return { status: Number(headers[':status']), headers, informational, body: Buffer.concat(chunks), trailers, endedByHead };
}

export class Http2Client {
  readonly session: ClientHttp2Session;

  private constructor(session: ClientHttp2Session) {
    this.session = session;
  }

  static async open(port: number, options: ClientSessionOptions = {}): Promise<Http2Client> {
    const session = connect(`http://127.0.0.1:${port}`, options);
    // What happens to streams is said by the streams.
    session.on('error', () => undefined);
    await within(once(session, 'remoteSettings'), `HTTP/2 connection to ${port}`);
    return new Http2Client(session);
  }

  /** `body` undefined: the request ends with its head. */
  ask(headers: OutgoingHttpHeaders, body?: string | Buffer, trailers?: OutgoingHttpHeaders): Promise<Http2Answer> {
    const stream = this.session.request(headers, { endStream: body === undefined, waitForTrailers: trailers !== undefined });
    stream.on('error', () => undefined);
    if (trailers !== undefined) stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    if (body !== undefined) stream.end(body);
    return http2Answer(stream);
  }

  async close(): Promise<void> {
    if (this.session.destroyed) return;
    this.session.destroy();
    if (!this.session.closed) await within(once(this.session, 'close'), 'end of the HTTP/2 connection');
  }
}
