import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerAdmin } from './api.ts';
import { type AdminAnswer, errorAnswer } from './message.ts';
import type { AdminSource } from './source.ts';

/** The largest body that means anything is the path of a log with a level. */
export const MAX_BODY_BYTES = 64 * 1024;

/** An administrator and a scraper or two; more at once would only take what requests need. */
export const MAX_CONNECTIONS = 64;

/** Time for a whole request. It is a line or two from nearby. */
export const REQUEST_TIMEOUT_MS = 10_000;

/** Whoever scrapes every few seconds may keep the connection. */
export const IDLE_TIMEOUT_MS = 30_000;

/** What an answer under way gets to arrive after `stop`. */
export const STOP_TIMEOUT_MS = 1_000;

/** Serves the admin API over HTTP. Far from the hot path, so that Node's own server is the right one. */
export class AdminServer {
  private readonly server: Server;

  constructor(source: AdminSource) {
    this.server = createServer(
      { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: IDLE_TIMEOUT_MS },
      (request, response) => receive(request, response, source),
    );
    this.server.maxConnections = MAX_CONNECTIONS;
  }

  /** Resolves with the port once it listens. Rejects with Node's error when it cannot: `EADDRINUSE`, `EACCES`. */
  start(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ host, port }, () => {
        this.server.off('error', reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** Resolves once every connection is closed. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      const impatience = setTimeout(() => this.server.closeAllConnections(), STOP_TIMEOUT_MS);
      this.server.close(() => {
        clearTimeout(impatience);
        resolve();
      });
      this.server.closeIdleConnections();
    });
  }
}

function receive(request: IncomingMessage, response: ServerResponse, source: AdminSource): void {
  // A client that leaves early needs no answer.
  request.on('error', () => {});
  response.on('error', () => {});
  if (isForeign(request)) {
    send(response, errorAnswer(403, 'not from this origin'));
    return;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
    else if (!response.headersSent) send(response, errorAnswer(413, 'body too large'));
  });
  request.on('end', () => {
    if (!response.headersSent) send(response, answer(request, Buffer.concat(chunks).toString(), source));
  });
}

/** A web page of another site may make an administrator's browser send requests here. */
function isForeign({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin !== undefined && origin !== `http://${host}`;
}

function answer(request: IncomingMessage, body: string, source: AdminSource): AdminAnswer {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
  try {
    return answerAdmin({ method: request.method ?? 'GET', path, query, body }, source);
  } catch (error) {
    // A bug of ours. To look at the proxy must not end it.
    source.report(`admin API failed at ${path}: ${error instanceof Error ? error.stack : error}`);
    return errorAnswer(500, 'internal error');
  }
}

function send(response: ServerResponse, { status, contentType, body, allow }: AdminAnswer): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(allow === undefined ? {} : { allow }),
    // What is left of a body that nobody wants must not be taken for a request.
    ...(status === 413 || status === 403 ? { connection: 'close' } : {}),
  });
  response.end(body);
}
