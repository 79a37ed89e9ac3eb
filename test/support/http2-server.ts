/** A server of node:http2 without TLS on a free port: each stream is answered by the test. */
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type Http2Server as NodeServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { within } from './deadline.ts';

export type Http2Answering = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

export class Http2Server {
  readonly port: number;
  /** Those that have come in so far, the closed ones too. */
  readonly sessions: ServerHttp2Session[] = [];
  private readonly server: NodeServer;

  private constructor(server: NodeServer) {
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('session', (session) => {
      this.sessions.push(session);
      // A client that leaves in the middle of something is a test's wish.
      session.on('error', () => undefined);
    });
  }

  static async start(answer: Http2Answering, options: ServerOptions = {}): Promise<Http2Server> {
    const server = createServer(options);
    server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      stream.on('error', () => undefined);
      answer(stream, headers);
    });
    server.listen(0, '127.0.0.1');
    await within(once(server, 'listening'), 'listening');
    return new Http2Server(server);
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const session of this.sessions) session.destroy();
    await within(closed, 'end of the HTTP/2 server');
  }
}
