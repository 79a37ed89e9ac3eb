/** Resets, GOAWAY and the peer's limit of streams: what one HTTP/2 connection does to the requests on it, seen through Meshloom. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { until, within } from '../support/deadline.ts';
import { Http2Client, http2Answer } from '../support/http2-client.ts';
import { type Http2Answering, Http2Server } from '../support/http2-server.ts';
import { Meshloom } from '../support/meshloom.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { rawStage } from '../support/raw-stage.ts';

const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;
const HTTP2 = { downstream_protocol: 'Http2', upstream_protocol: 'Http2' };
const POST = { ':method': 'POST', ':path': '/' };

const ok = (stream: ServerHttp2Stream): void => {
  stream.respond({ ':status': 200 });
  stream.end('ok');
};

describe('HTTP/2 to HTTP/2', () => {
  let upstream: Http2Server;
  let proxy: Meshloom;
  let client: Http2Client;
  let answer: Http2Answering;
  let asked: ServerHttp2Stream[];
  /** The connection of each of them; a stream that is over knows it no more. */
  let askedOn: ServerHttp2Stream['session'][];

  before(async () => {
    upstream = await Http2Server.start((stream, headers) => {
      asked.push(stream);
      askedOn.push(stream.session);
      answer(stream, headers);
    });
    proxy = await Meshloom.start({ hosts: [upstream.address], proxy: HTTP2 });
  });
  after(async () => {
    await proxy.stop();
    await upstream.stop();
  });
  beforeEach(async () => {
    asked = [];
    askedOn = [];
    answer = ok;
    client = await Http2Client.open(proxy.port);
  });
  afterEach(() => client.close());

  test('a stream that the client resets is reset upstream, and its neighbours are not', async () => {
    answer = () => undefined;
    const left = client.session.request(POST, { endStream: false });
    left.on('error', () => undefined);
    const stays = client.ask({ ':path': '/' });
    await until(() => asked.length === 2, 'two requests');
    const [lost, kept] = asked as [ServerHttp2Stream, ServerHttp2Stream];
    left.close(NGHTTP2_CANCEL);
    if (!lost.closed) await within(once(lost, 'close'), 'reset of the upstream stream');
    assert.equal(lost.rstCode, NGHTTP2_CANCEL);
    assert.equal(kept.closed, false);
    ok(kept);
    assert.equal((await stays).body.toString(), 'ok');
    assert.equal(askedOn[0], askedOn[1]);
  });

  test('a reset before the answer is a 502, where the request must not be done twice', async () => {
    answer = (stream) => stream.close(NGHTTP2_INTERNAL_ERROR);
    assert.equal((await client.ask(POST, 'x')).status, 502);
    assert.equal(asked.length, 1);
  });

  test('a reset within the answer is a reset', async () => {
    answer = (stream) => {
      stream.respond({ ':status': 200 });
      // `close` would end the answer first.
      stream.write('half', () => stream.destroy(new Error('the server has failed')));
    };
    await assert.rejects(client.ask({ ':path': '/' }), /reset with|NGHTTP2_INTERNAL_ERROR/);
  });

  test('REFUSED_STREAM is tried again, whatever the method', async () => {
    answer = (stream) => (asked.length === 1 ? stream.close(NGHTTP2_REFUSED_STREAM) : ok(stream));
    const { status, body } = await client.ask(POST, 'x');
    assert.equal(status, 200);
    assert.equal(body.toString(), 'ok');
    assert.equal(asked.length, 2);
  });

  test('what a GOAWAY has not processed is tried again on another connection, and what it has is answered on its own', async () => {
    answer = () => undefined;
    const first = client.ask(POST, 'first');
    await until(() => asked.length === 1, 'the first request');
    answer = (stream) => {
      if (stream.session === asked[0]!.session) stream.session?.goaway(NGHTTP2_NO_ERROR, asked[0]!.id);
      else ok(stream);
    };
    const second = await client.ask(POST, 'second');
    assert.equal(second.body.toString(), 'ok');
    assert.equal(asked.length, 3);
    ok(asked[0]!);
    assert.equal((await first).body.toString(), 'ok');
    assert.equal((await client.ask(POST, 'third')).body.toString(), 'ok');
    assert.equal(askedOn[0], askedOn[1]);
    assert.notEqual(askedOn[3], askedOn[0]);
  });

  test('a connection that dies under requests ends all of them, and the next one gets another', async () => {
    answer = () => undefined;
    const lost = [1, 2, 3].map(() => client.ask(POST, 'x'));
    await until(() => asked.length === 3, 'three requests');
    asked[0]!.session!.destroy();
    for (const { status } of await Promise.all(lost)) assert.equal(status, 502);
    answer = ok;
    assert.equal((await client.ask(POST, 'x')).status, 200);
  });
});

test('no connection has more streams than its server allows: more connections are made (mosn#2412)', async () => {
  const allowed = 2;
  const count = 7;
  const waiting: ServerHttp2Stream[] = [];
  const upstream = await Http2Server.start((stream) => waiting.push(stream), { settings: { maxConcurrentStreams: allowed } });
  const proxy = await Meshloom.start({ hosts: [upstream.address], proxy: HTTP2 });
  const client = await Http2Client.open(proxy.port);
  const answers = Array.from({ length: count }, () => client.ask(POST, 'x'));
  await until(
    () => waiting.length === count,
    () => `${count} requests at once, of which ${waiting.length} have come`,
  );
  for (const session of upstream.sessions) {
    assert.ok(waiting.filter((stream) => stream.session === session).length <= allowed);
  }
  assert.ok(upstream.sessions.length >= Math.ceil(count / allowed));
  for (const stream of waiting) ok(stream);
  for (const { status } of await Promise.all(answers)) assert.equal(status, 200);
  await client.close();
  await proxy.stop();
  await upstream.stop();
});

test('long streams both ways do not starve beside others that nobody reads (mosn#954)', async () => {
  const total = 2 << 20;
  const message = Buffer.alloc(10_000, 'a message of a long stream ');
  const answerLong: Http2Answering = (stream, headers) => {
    stream.respond({ ':status': 200 });
    if (headers[':path'] === '/unread') stream.end(Buffer.alloc(total));
    else stream.pipe(stream);
  };
  // The server holds what is not read, in megabytes.
  const upstream = await Http2Server.start(answerLong, { maxSessionMemory: 100 });
  const proxy = await Meshloom.start({ hosts: [upstream.address], proxy: HTTP2 });
  const client = await Http2Client.open(proxy.port);
  const unread = Array.from({ length: 8 }, () => client.session.request({ ':path': '/unread' }));
  for (const stream of unread) {
    stream.on('error', () => undefined);
    await within(once(stream, 'response'), 'the head of what is not read');
    stream.pause();
  }
  // Each message is sent when the one before has come back: where a window is not opened again this stops.
  const long = client.session.request(POST, { endStream: false });
  let received = 0;
  let sent = 0;
  long.on('data', (bytes: Buffer) => {
    received += bytes.length;
    if (received < sent) return;
    if (sent < total) long.write(message, () => undefined);
    else long.end();
    sent += message.length;
  });
  long.write(message);
  sent += message.length;
  await until(
    () => long.readableEnded,
    () => `the end of the long stream, of which ${received} bytes have come`,
    20_000,
  );
  assert.ok(received >= total, `${received} bytes`);
  await client.close();
  await proxy.stop();
  await upstream.stop();
});

test('a proxy that ends says GOAWAY, and finishes what it has begun', async () => {
  let asked: ServerHttp2Stream | undefined;
  const upstream = await Http2Server.start((stream) => {
    asked = stream;
  });
  const proxy = await Meshloom.start({ hosts: [upstream.address], proxy: HTTP2, server: { graceful_timeout: '5s' } });
  const client = await Http2Client.open(proxy.port);
  const goaway = within(once(client.session, 'goaway'), 'GOAWAY');
  const answered = client.ask({ ':path': '/' });
  await until(() => asked !== undefined, 'the request');
  const stopped = proxy.stop();
  assert.equal((await goaway)[0], NGHTTP2_NO_ERROR);
  ok(asked!);
  assert.equal((await answered).body.toString(), 'ok');
  await client.close();
  await stopped;
  await upstream.stop();
});

describe('HTTP/2 to HTTP/1.1', () => {
  const stage = rawStage({ proxy: { downstream_protocol: 'Http2', upstream_protocol: 'Http1' } });

  /** A request that has come to the server whole. */
  async function asked() {
    const client = await Http2Client.open(stage.proxy.port);
    const stream = client.session.request({ ':path': '/' });
    stream.on('error', () => undefined);
    const server = await stage.upstream.accept();
    await server.message();
    return { client, stream, server };
  }

  test('a stream that its HTTP/2 client resets closes the connection to an HTTP/1.1 server', async () => {
    const { server, client, stream } = await asked();
    stream.close(NGHTTP2_CANCEL);
    await server.expectEnd();
    assert.equal(client.session.destroyed, false);
    await client.close();
  });

  test('an HTTP/1.1 server that dies within its answer resets the stream of the HTTP/2 client', async () => {
    const { server, client, stream } = await asked();
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf').end();
    await assert.rejects(http2Answer(stream), /reset with|NGHTTP2_INTERNAL_ERROR/);
    await client.close();
  });
});

test('an HTTP/1.1 client that leaves resets the stream of the HTTP/2 server', async () => {
  let asked: ServerHttp2Stream | undefined;
  const upstream = await Http2Server.start((stream) => {
    asked = stream;
  });
  const proxy = await Meshloom.start({ hosts: [upstream.address], proxy: { downstream_protocol: 'Http1', upstream_protocol: 'Http2' } });
  const client = await RawConnection.open(proxy.port);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => asked !== undefined, 'the request');
  client.reset();
  if (!asked!.closed) await within(once(asked!, 'close'), 'reset of the upstream stream');
  assert.equal(asked!.rstCode, NGHTTP2_CANCEL);
  await proxy.stop();
  await upstream.stop();
});
