/**
 * `node http2-backend.js PORT`: speaks HTTP/2 and, for proxies that know no other version towards their upstreams, HTTP/1.1.
 * `GET /bulk?bytes=N` sends N bytes of the pattern, `POST /bulk` checks them and answers with their count, `GET /held` keeps its
 * answer until `GET /release`, `GET /count` tells how many are kept; everything else gets 20 bytes.
 */
import { createServer, type Socket } from 'node:net';
import { FieldList, LocalResponse, type RequestHead, type ServerStream, type StreamHandler } from 'meshloom/protocol';
import http1 from '../../protocols/http1/index.ts';
import plainHttp2 from '../../protocols/http2/index.ts';
import { ServerSocket } from '../../test/support/codec-socket.ts';
import { SMALL_BODY } from './backend.ts';
import { LARGE_WINDOWS, PatternCheck, PatternSource } from './pattern-stream.ts';

/** How many streams a proxy has on a connection is its own matter. */
const http2 = plainHttp2.configure!({ max_concurrent_streams: 100_000, ...LARGE_WINDOWS });
const body = Buffer.from(SMALL_BODY);
const held = new Set<ServerStream>();

function head(status: number, length: number): LocalResponse {
  return new LocalResponse(
    status,
    new FieldList([
      ['content-type', 'text/plain'],
      ['content-length', String(length)],
    ]),
  );
}

function send(stream: ServerStream, bytes: Buffer, status = 200): void {
  stream.sendHead(head(status, bytes.length), false);
  stream.sendData(bytes, true);
}

const DEAF: StreamHandler = { onData() {}, onTrailers() {}, onReset() {}, onDrain() {} };

function hold(stream: ServerStream): StreamHandler {
  held.add(stream);
  return { ...DEAF, onReset: () => held.delete(stream) };
}

function release(stream: ServerStream): void {
  send(stream, body);
  for (const waiting of held) send(waiting, body);
  held.clear();
}

function sendBulk(stream: ServerStream, size: number): StreamHandler {
  const source = new PatternSource(size);
  stream.sendHead(head(200, size), false);
  source.sendTo(stream);
  return { ...DEAF, onDrain: () => source.sendTo(stream) };
}

function swallowBulk(stream: ServerStream): StreamHandler {
  const check = new PatternCheck();
  return {
    ...DEAF,
    onData(bytes, end) {
      check.take(bytes);
      if (end) send(stream, Buffer.from(String(check.received)), check.intact ? 200 : 500);
    },
  };
}

function answer(stream: ServerStream, { path, method }: RequestHead): StreamHandler {
  if (path === '/held') return hold(stream);
  if (path === '/release') release(stream);
  else if (path === '/count') send(stream, Buffer.from(String(held.size)));
  else if (!path.startsWith('/bulk')) send(stream, body);
  else if (method === 'POST') return swallowBulk(stream);
  else return sendBulk(stream, Number(path.split('=')[1]));
  return DEAF;
}

createServer({ noDelay: true, allowHalfOpen: true }, (socket: Socket) => {
  // Whoever breaks off is missed by nobody: the load generator counts.
  socket.on('error', () => socket.destroy());
  socket.once('data', (first: Buffer) => {
    const { codec } = new ServerSocket(socket, http2.sniff(first) === 'no' ? http1 : http2, answer);
    codec.read(first);
  });
}).listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
