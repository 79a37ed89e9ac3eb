import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import http2Wrapper from 'http2-wrapper';
import type { Codec } from 'meshloom/protocol';
import http2 from '../../protocols/http2/index.ts';
import { type ClientSocket, type CodecServer, dialCodec, serveCodec } from '../support/codec-socket.ts';
import { Crossing } from '../support/crossing.ts';
import { until, within } from '../support/deadline.ts';

/** Node's own HTTP/2 (nghttp2) on both sides, and between them our server and our client. */
let backend: Http2Server;
let upstream: ClientSocket;
let proxy: CodecServer;
let client: ClientHttp2Session;
const closedByClient: number[] = [];

function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  stream.on('error', () => {});
  switch (headers[':path']) {
    case '/echo': {
      stream.respond({ ':status': 200, 'content-type': 'application/octet-stream' }, { waitForTrailers: true });
      let trailers: IncomingHttpHeaders = {};
      stream.on('trailers', (received: IncomingHttpHeaders) => {
        trailers = received;
      });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-echoed': trailers['x-sent'] ?? 'none' }));
      stream.pipe(stream);
      break;
    }
    case '/headers':
      stream.respond({ ':status': 200, 'x-cookie': headers.cookie ?? '', 'x-large': headers['x-large'] ?? '' });
      stream.end();
      break;
    case '/early':
      stream.additionalHeaders({ ':status': 103, link: '</a.css>' });
      stream.respond({ ':status': 200 });
      stream.end('late');
      break;
    case '/reset':
      stream.respond({ ':status': 200 });
      stream.write('some');
      setTimeout(() => stream.destroy(new Error('by the test')), 5);
      break;
    case '/refuse':
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
      break;
    case '/hang':
      stream.on('aborted', () => closedByClient.push(stream.rstCode));
      break;
    case '/large':
      stream.respond({ ':status': 200, 'content-length': String(LARGE.length) });
      stream.end(LARGE);
      break;
    default:
      stream.respond({ ':status': 200, 'content-type': 'text/plain' });
      stream.end(`you asked ${headers[':method']} ${headers[':path']}`);
  }
}

const LARGE = Buffer.alloc(8 << 20, 'never the same twice: '.repeat(97));
const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly informational: number[];
  readonly body: Buffer;
}

async function ask(headers: OutgoingHttpHeaders, body?: Buffer, trailers?: OutgoingHttpHeaders): Promise<Answer> {
  const stream = client.request(headers, { endStream: body === undefined, waitForTrailers: trailers !== undefined });
  return within(collect(stream, body, trailers), `answer to ${headers[':path']}`);
}

async function collect(stream: ClientHttp2Stream, body?: Buffer, trailers?: OutgoingHttpHeaders): Promise<Answer> {
  const chunks: Buffer[] = [];
  const informational: number[] = [];
  let received: IncomingHttpHeaders = {};
  let end: IncomingHttpHeaders = {};
  stream.on('headers', (each: IncomingHttpHeaders & { ':status'?: number }) => informational.push(Number(each[':status'])));
  stream.on('response', (each) => {
    received = each;
  });
  stream.on('trailers', (each: IncomingHttpHeaders) => {
    end = each;
  });
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  if (trailers !== undefined) stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  if (body !== undefined) stream.end(body);
  await once(stream, 'close');
  if (stream.rstCode !== 0) throw new Error(`reset with ${stream.rstCode}`);
  return { status: Number(received[':status']), headers: received, trailers: end, informational, body: Buffer.concat(chunks) };
}

/** All streams of both our codecs are over. */
async function quiet(): Promise<void> {
  const codecs: Codec[] = [upstream.codec, ...proxy.codecs];
  await until(() => codecs.every(({ activeStreams }) => activeStreams === 0), 'the end of all streams');
}

before(async () => {
  backend = createServer({
    settings: { maxHeaderListSize: 1 << 20, enableConnectProtocol: true },
    maxHeaderListPairs: 500,
    maxSessionMemory: 1000,
  });
  backend.on('stream', serve);
  await once(backend.listen(0, '127.0.0.1'), 'listening');
  upstream = await dialCodec(http2, (backend.address() as AddressInfo).port);
  proxy = await serveCodec(http2, (stream, head, end) => new Crossing(stream, upstream.codec, head, end));
  client = connect(`http://127.0.0.1:${proxy.port}`, { maxSessionMemory: 1000 });
  await within(once(client, 'remoteSettings'), 'settings of our server');
});

after(async () => {
  client.destroy();
  upstream.socket.destroy();
  await proxy.close();
  backend.close();
});

describe('through our server and our client, between a client and a server of nghttp2', () => {
  test('a request is answered', async () => {
    const { status, headers, body } = await ask({ ':path': '/hello?a=b' });
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/plain');
    assert.equal(body.toString(), 'you asked GET /hello?a=b');
  });

  test('a body comes back with its trailers', async () => {
    const { body, trailers } = await ask({ ':path': '/echo', ':method': 'POST' }, Buffer.from('hello'), { 'x-sent': 'and more' });
    assert.equal(body.toString(), 'hello');
    assert.equal(trailers['x-echoed'], 'and more');
  });

  test('a large body comes back whole', async () => {
    const { body } = await ask({ ':path': '/echo', ':method': 'POST' }, LARGE);
    assert.equal(sha(body), sha(LARGE));
  });

  test('eight large bodies at once come back whole', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask({ ':path': '/large' })));
    for (const { body } of answers) assert.equal(sha(body), sha(LARGE));
  });

  test('HEAD has a length and no body', async () => {
    const { headers, body } = await ask({ ':path': '/large', ':method': 'HEAD' });
    assert.equal(headers['content-length'], String(LARGE.length));
    assert.equal(body.length, 0);
  });

  test('an informational head comes before the head', async () => {
    const { status, informational } = await ask({ ':path': '/early' });
    assert.deepEqual([informational, status], [[103], 200]);
  });

  test('a head of 40,000 bytes goes there and back in CONTINUATION frames', async () => {
    const large = 'large '.repeat(6666).trim();
    const { headers } = await ask({ ':path': '/headers', 'x-large': large });
    assert.equal(headers['x-large'], large);
  });

  test('every byte that a value may have goes there and back', async () => {
    const characters = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter((each) => /[\t -~\x80-\xff]/.test(each));
    const value = `a${characters.join('')}a`;
    const { headers } = await ask({ ':path': '/headers', 'x-large': value });
    assert.equal(headers['x-large'], value);
  });

  test('many cookies arrive as one', async () => {
    const { headers } = await ask({ ':path': '/headers', cookie: ['a=1', 'b=2', 'c=3'] });
    assert.equal(headers['x-cookie'], 'a=1; b=2; c=3');
  });

  test('1,000 requests, 100 at a time, are answered each with its own', async () => {
    for (let round = 0; round < 10; round++) {
      const paths = Array.from({ length: 100 }, (_, at) => `/${round}/${at}`);
      const answers = await Promise.all(paths.map((path) => ask({ ':path': path, 'x-number': path })));
      assert.deepEqual(
        answers.map(({ body }) => body.toString()),
        paths.map((path) => `you asked GET ${path}`),
      );
    }
  });

  test('a reset of the server reaches the client', async () => {
    await assert.rejects(ask({ ':path': '/reset' }), /NGHTTP2_INTERNAL_ERROR|reset with 2/);
  });

  test('a refused stream is refused', async () => {
    await assert.rejects(ask({ ':path': '/refuse' }), /NGHTTP2_REFUSED_STREAM|reset with 7/);
  });

  test('a client that takes its request back reaches the server', async () => {
    const stream = client.request({ ':path': '/hang' });
    stream.on('error', () => {});
    await until(() => upstream.codec.activeStreams > 0, 'the request');
    stream.close(constants.NGHTTP2_CANCEL);
    await until(() => closedByClient.length > 0, 'the end of the request');
    assert.equal(closedByClient[0], constants.NGHTTP2_CANCEL);
  });

  test('a client that reads slowly does not make us hold its body, and stops nobody else', async () => {
    const slow = client.request({ ':path': '/large' });
    await within(once(slow, 'response'), 'the head');
    slow.pause();
    const before = process.memoryUsage().arrayBuffers;
    for (let left = 20; left > 0; left--) await ask({ ':path': '/quick' });
    assert.ok(process.memoryUsage().arrayBuffers - before < 4 << 20);
    const chunks: Buffer[] = [];
    slow.on('data', (chunk: Buffer) => chunks.push(chunk));
    slow.resume();
    await within(once(slow, 'close'), 'the end of the body');
    assert.equal(sha(Buffer.concat(chunks)), sha(LARGE));
  });

  test('PING is answered', async () => {
    await within(
      new Promise<void>((resolve, reject) => client.ping((error) => (error === null ? resolve() : reject(error)))),
      'the answer',
    );
  });

  test('a peer that lowers its window in the middle of bodies still gets them whole', async () => {
    const bodies = Promise.all(Array.from({ length: 4 }, () => ask({ ':path': '/large' })));
    for (const initialWindowSize of [1000, 100_000, 20, 65_535]) {
      await new Promise<void>((resolve) => client.settings({ initialWindowSize }, () => resolve()));
    }
    for (const { body } of await bodies) assert.equal(sha(body), sha(LARGE));
  });

  test('http2-wrapper is answered too', async () => {
    const request = http2Wrapper.request(`http://127.0.0.1:${proxy.port}/wrapped`, { method: 'POST', h2session: client });
    request.end('body');
    const [response] = await within(once(request, 'response'), 'the response');
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    assert.equal(Buffer.concat(chunks).toString(), 'you asked POST /wrapped');
  });

  test('nothing is open after all that', quiet);
});

test('a client whose server says GOAWAY finishes what it began, and both sides close', async () => {
  const held: ServerHttp2Stream[] = [];
  const server = createServer();
  server.on('stream', (stream: ServerHttp2Stream) => held.push(stream));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const dialed = await dialCodec(http2, (server.address() as AddressInfo).port);
  const front = await serveCodec(http2, (stream, head, end) => new Crossing(stream, dialed.codec, head, end));
  const session = connect(`http://127.0.0.1:${front.port}`);
  const stream = session.request({ ':path': '/' });
  const answered = once(stream, 'response');
  await until(() => held.length === 1, 'the request');
  held[0]!.session!.goaway(constants.NGHTTP2_NO_ERROR);
  await until(() => dialed.wentAway, 'GOAWAY');
  assert.equal(dialed.codec.room, 0);
  held[0]!.respond({ ':status': 204 }, { endStream: true });
  const [headers] = await within(answered, 'the answer');
  assert.equal(headers[':status'], 204);
  await until(() => dialed.socket.writableFinished, 'our end of the connection');
  // Node's server leaves a connection half open whose client has sent FIN.
  dialed.socket.destroy();
  session.destroy();
  await front.close();
  server.close();
});

test('a server of ours that goes away answers what it has, and nghttp2 closes', async () => {
  const waiting: (() => void)[] = [];
  const server = await serveCodec(http2, (stream) => {
    waiting.push(() => stream.reply('ok', 'done'));
    return { onData() {}, onTrailers() {}, onReset() {}, onDrain() {} };
  });
  const session = connect(`http://127.0.0.1:${server.port}`);
  const stream = session.request({ ':path': '/' });
  const answered = once(stream, 'response');
  await until(() => waiting.length === 1, 'the request');
  const goaway = once(session, 'goaway');
  for (const codec of server.codecs) codec.goAway();
  await within(goaway, 'GOAWAY');
  for (const answer of waiting) answer();
  await within(answered, 'the answer');
  stream.resume();
  if (!session.destroyed) await within(once(session, 'close'), 'the end of the session');
  await server.close();
});
