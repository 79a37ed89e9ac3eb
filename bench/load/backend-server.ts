/**
 * `node backend-server.js PORT`: `GET /` and `GET /4k` as the nginx backend answers them, `GET /bulk?bytes=N` sends N bytes of the
 * pattern, `POST /bulk` checks them and answers with their count.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isPatternAt, patternStream } from '../../test/support/pattern.ts';
import { LARGE_BODY, SMALL_BODY } from './backend.ts';

function sendBulk(response: ServerResponse, size: number): void {
  response.writeHead(200, { 'content-length': size });
  patternStream(size).pipe(response);
}

function swallowBulk(request: IncomingMessage, response: ServerResponse): void {
  let received = 0;
  let intact = true;
  request.on('data', (part: Buffer) => {
    intact &&= isPatternAt(received, part);
    received += part.length;
  });
  request.on('end', () => response.writeHead(intact ? 200 : 500).end(String(received)));
}

const server = createServer({ keepAliveTimeout: 300_000 }, (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://backend');
  if (pathname === '/bulk') {
    if (request.method === 'POST') swallowBulk(request, response);
    else sendBulk(response, Number(searchParams.get('bytes')));
    return;
  }
  const body = pathname === '/4k' ? LARGE_BODY : SMALL_BODY;
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length }).end(body);
});
// A load generator may take as long as it likes.
server.requestTimeout = 0;
server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
