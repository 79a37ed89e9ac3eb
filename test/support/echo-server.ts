import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the echo server saw of a request. */
export interface Echo {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  /** Name, value, name, value, as they came. */
  readonly rawHeaders: readonly string[];
  readonly bytes: number;
  readonly sha256: string;
  readonly trailers: Readonly<Record<string, string>>;
}

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    hash.update(part);
    bytes += part.length;
  }
  const seen: Echo = {
    method: request.method ?? '',
    url: request.url ?? '',
    httpVersion: request.httpVersion,
    rawHeaders: request.rawHeaders,
    bytes,
    sha256: hash.digest('hex'),
    trailers: request.trailers as Record<string, string>,
  };
  const body = JSON.stringify(seen);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * A node:http server on a free port: it answers each path as `answers` says, and every other request with what it saw of it (`Echo`).
 */
export class EchoServer {
  readonly server: Server;
  readonly port: number;
  /** How many connections have come in so far. */
  accepted = 0;

  private constructor(server: Server) {
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', () => this.accepted++);
  }

  static async start(answers: Readonly<Record<string, Answer>> = {}): Promise<EchoServer> {
    const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      const answer = answers[(request.url ?? '').split('?')[0] ?? ''];
      if (answer !== undefined) answer(request, response);
      // A client that leaves in the middle of its body has nobody to answer to.
      else echo(request, response).catch(() => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new EchoServer(server);
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}
