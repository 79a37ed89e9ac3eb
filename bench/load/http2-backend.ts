/**
 * `node http2-backend.js PORT`: speaks HTTP/2 and, for proxies that know no other version towards their upstreams, HTTP/1.1.
 * `GET /bulk?bytes=N` sends N bytes of the pattern, `POST /bulk` checks them and answers with their count, `GET /held` keeps its
 * answer until `GET /release`, `GET /count` tells how many are kept; everything else gets 20 bytes.
 *
 * It stands on layers 1 and 2, for what the ends of a large body cost bounds how fast any proxy between them can look.
 */
import { FieldList, LocalResponse, type RequestHead, type ServerStream, type StreamHandler } from 'meshloom/protocol';
import http1 from '../../protocols/http1/index.ts';
import plainHttp2 from '../../protocols/http2/index.ts';
import { SILENT_LOGGER } from '../../src/base/log.ts';
import { TimerWheel } from '../../src/base/timer-wheel.ts';
import { Listener } from '../../src/net/listener.ts';
import { ServerConnection, type ServerConnectionOptions } from '../../src/stream/server-connection.ts';
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

const timers = new TimerWheel();
const options: ServerConnectionOptions = {
  service: { protocols: [http1, http2], sink: { onRequest: (_, stream, head) => answer(stream, head) } },
  timers,
  timeouts: { headMs: 0, idleMs: 0, probeMs: 0 },
  // Whoever breaks off is missed by nobody: the load generator counts.
  onClosed() {},
};
const address = `127.0.0.1:${process.argv[2]}`;
await new Listener({ name: 'backend', address, timers, logger: SILENT_LOGGER, backlog: 4096 }, (connection) => {
  new ServerConnection(connection, options);
}).listen();
