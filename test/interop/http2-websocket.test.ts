/** WebSocket where one side speaks HTTP/1.1 and the other HTTP/2 (RFC 6455, RFC 8441). After the switch, bytes are bytes. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ClientHttp2Stream, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { after, afterEach, before, describe, test } from 'node:test';
import { within } from '../support/deadline.ts';
import { Http2Client } from '../support/http2-client.ts';
import { Http2Server } from '../support/http2-server.ts';
import { Meshloom } from '../support/meshloom.ts';
import { RawConnection, RawServer } from '../support/raw-connection.ts';

const acceptOf = (key: string): string => createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const UPGRADE =
  'GET /chat?room=1 HTTP/1.1\r\nHost: chat.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: talk\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`;
const EXTENDED = {
  ':method': 'CONNECT',
  ':protocol': 'websocket',
  ':scheme': 'http',
  ':authority': 'chat.test',
  ':path': '/chat?room=1',
  'sec-websocket-version': '13',
  'sec-websocket-protocol': 'talk',
};
const SIZES = [1, 125, 60_000, 1_000_000];

/** Bytes that go in come back. */
const echo = (stream: ServerHttp2Stream): void => {
  stream.respond({ ':status': 200, 'sec-websocket-protocol': 'talk' });
  stream.pipe(stream);
};

async function readBytes(stream: ClientHttp2Stream, count: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < count) {
    const chunk = stream.read() as Buffer | null;
    if (chunk === null) await within(once(stream, 'readable'), `${count} bytes, of which ${length} have come`);
    else {
      chunks.push(chunk);
      length += chunk.length;
    }
  }
  return Buffer.concat(chunks);
}

describe('WebSocket from HTTP/1.1 to HTTP/2', () => {
  let upstream: Http2Server;
  let proxy: Meshloom;
  let client: RawConnection;
  let heads: IncomingHttpHeaders[] = [];
  let answer: (stream: ServerHttp2Stream) => void = echo;

  before(async () => {
    upstream = await Http2Server.start(
      (stream, headers) => {
        heads.push(headers);
        answer(stream);
      },
      { settings: { enableConnectProtocol: true } },
    );
    proxy = await Meshloom.start({ hosts: [upstream.address], proxy: { downstream_protocol: 'Http1', upstream_protocol: 'Http2' } });
  });
  after(async () => {
    await proxy.stop();
    await upstream.stop();
  });
  afterEach(() => {
    client.destroy();
    heads = [];
    answer = echo;
  });

  test('Upgrade becomes extended CONNECT, its 200 becomes a 101 that fits the key', async () => {
    client = await RawConnection.open(proxy.port);
    client.send(UPGRADE);
    const { startLine, fields } = await client.message();
    assert.match(startLine, /^HTTP\/1\.1 101 /);
    assert.equal(fields.get('upgrade'), 'websocket');
    assert.match(fields.get('connection') ?? '', /\bupgrade\b/i);
    assert.equal(fields.get('sec-websocket-accept'), acceptOf(KEY));
    assert.equal(fields.get('sec-websocket-protocol'), 'talk');
    const head = heads[0]!;
    assert.equal(head[':method'], 'CONNECT');
    assert.equal(head[':protocol'], 'websocket');
    assert.equal(head[':path'], '/chat?room=1');
    assert.equal(head[':authority'], 'chat.test');
    assert.equal(head['sec-websocket-version'], '13');
    assert.equal(head['sec-websocket-protocol'], 'talk');
    for (const gone of ['sec-websocket-key', 'upgrade', 'connection']) assert.equal(head[gone], undefined, gone);
    for (const size of SIZES) {
      const bytes = randomBytes(size);
      client.send(bytes);
      assert.deepEqual(await client.read(size), bytes);
    }
    client.end();
    assert.equal(await client.untilEnd(), '');
  });

  test('a refusal is an ordinary answer, and the connection goes on', async () => {
    answer = (stream) => {
      stream.respond({ ':status': 403, 'content-length': 2 });
      stream.end('no');
    };
    client = await RawConnection.open(proxy.port);
    client.send(UPGRADE);
    const refusal = await client.message();
    assert.match(refusal.startLine, / 403 /);
    assert.equal(refusal.body.toString(), 'no');
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.match((await client.message()).startLine, / 403 /);
  });

  test('a reset of the upstream ends the tunnel', async () => {
    let stream: ServerHttp2Stream | undefined;
    answer = (asked) => {
      stream = asked;
      echo(asked);
    };
    client = await RawConnection.open(proxy.port);
    client.send(UPGRADE);
    await client.message();
    stream!.close(8);
    assert.equal(await client.untilEnd(), '');
  });

  test('an upstream that does no extended CONNECT is an error of the upstream', async () => {
    const without = await Http2Server.start(echo);
    const other = await Meshloom.start({ hosts: [without.address], proxy: { downstream_protocol: 'Http1', upstream_protocol: 'Http2' } });
    client = await RawConnection.open(other.port);
    client.send(UPGRADE);
    assert.match((await client.message()).startLine, /^HTTP\/1\.1 50[023] /);
    client.destroy();
    await other.stop();
    await without.stop();
  });
});

describe('WebSocket from HTTP/2 to HTTP/1.1', () => {
  let upstream: RawServer;
  let proxy: Meshloom;
  let client: Http2Client;

  before(async () => {
    upstream = await RawServer.listen();
    proxy = await Meshloom.start({ hosts: [upstream.address], proxy: { downstream_protocol: 'Http2', upstream_protocol: 'Http1' } });
    client = await Http2Client.open(proxy.port);
  });
  after(async () => {
    await client.close();
    await proxy.stop();
    await upstream.close();
  });

  function opened(): ClientHttp2Stream {
    const stream = client.session.request(EXTENDED, { endStream: false });
    stream.on('error', () => undefined);
    return stream;
  }

  const SWITCHED = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: talk\r\n';

  test('extended CONNECT becomes an Upgrade with a key, its 101 becomes a 200', async () => {
    const stream = opened();
    const server = await upstream.accept();
    const { startLine, fields } = await server.message();
    assert.equal(startLine, 'GET /chat?room=1 HTTP/1.1');
    assert.equal(fields.get('host'), 'chat.test');
    assert.equal(fields.get('upgrade'), 'websocket');
    assert.match(fields.get('connection') ?? '', /\bupgrade\b/i);
    assert.equal(fields.get('sec-websocket-version'), '13');
    const key = fields.get('sec-websocket-key') ?? '';
    assert.equal(Buffer.from(key, 'base64').length, 16);
    server.send(`${SWITCHED}Sec-WebSocket-Accept: ${acceptOf(key)}\r\n\r\n`);
    const [head] = (await within(once(stream, 'response'), 'the answer')) as [IncomingHttpHeaders];
    assert.equal(head[':status'], 200);
    assert.equal(head['sec-websocket-protocol'], 'talk');
    for (const gone of ['sec-websocket-accept', 'upgrade', 'connection']) assert.equal(head[gone], undefined, gone);
    for (const size of SIZES) {
      const bytes = randomBytes(size);
      stream.write(bytes);
      assert.deepEqual(await server.read(size), bytes);
      server.send(bytes);
      assert.deepEqual(await readBytes(stream, size), bytes);
    }
    server.send('last words').end();
    assert.equal((await readBytes(stream, 10)).toString(), 'last words');
    stream.end();
    await server.expectEnd();
    stream.close();
  });

  test('a server that has not read the key is an error of the upstream', async () => {
    const stream = opened();
    const server = await upstream.accept();
    await server.message();
    server.send(`${SWITCHED}Sec-WebSocket-Accept: ${acceptOf(KEY)}\r\n\r\n`);
    const [head] = (await within(once(stream, 'response'), 'the answer')) as [IncomingHttpHeaders];
    assert.equal(head[':status'], 502);
    stream.close();
    await server.untilEnd();
  });

  test('a client that resets its stream leaves', async () => {
    const stream = opened();
    const server = await upstream.accept();
    const { fields } = await server.message();
    server.send(`${SWITCHED}Sec-WebSocket-Accept: ${acceptOf(fields.get('sec-websocket-key') ?? '')}\r\n\r\n`);
    await within(once(stream, 'response'), 'the answer');
    stream.close(8);
    await server.expectEnd();
  });
});

test('WebSocket from HTTP/2 to HTTP/2: extended CONNECT on both sides', async () => {
  const heads: IncomingHttpHeaders[] = [];
  const upstream = await Http2Server.start(
    (stream, headers) => {
      heads.push(headers);
      echo(stream);
    },
    { settings: { enableConnectProtocol: true } },
  );
  const proxy = await Meshloom.start({ hosts: [upstream.address], proxy: { downstream_protocol: 'Http2', upstream_protocol: 'Http2' } });
  const client = await Http2Client.open(proxy.port);
  const streams = [client.session.request(EXTENDED, { endStream: false }), client.session.request(EXTENDED, { endStream: false })];
  for (const stream of streams) {
    const [head] = (await within(once(stream, 'response'), 'the answer')) as [IncomingHttpHeaders];
    assert.equal(head[':status'], 200);
    assert.equal(head['sec-websocket-protocol'], 'talk');
  }
  for (const head of heads) {
    const { ':method': method, ':protocol': spoken, ':path': path, 'sec-websocket-version': version } = head;
    assert.deepEqual([method, spoken, path, version], ['CONNECT', 'websocket', '/chat?room=1', '13']);
  }
  // Both on one connection, each with its own bytes.
  assert.equal(upstream.sessions.length, 1);
  for (const size of SIZES) {
    const sent = streams.map(() => randomBytes(size));
    for (const [at, stream] of streams.entries()) stream.write(sent[at]);
    for (const [at, stream] of streams.entries()) assert.deepEqual(await readBytes(stream, size), sent[at]);
  }
  const [first, second] = streams;
  first!.end();
  assert.equal((await first!.toArray()).length, 0);
  second!.write('still here');
  assert.equal((await readBytes(second!, 10)).toString(), 'still here');
  await client.close();
  await proxy.stop();
  await upstream.stop();
});

test('WebSocket from HTTP/1.1 by HTTP/2 to HTTP/1.1, through two proxies', async () => {
  const upstream = await RawServer.listen();
  const inner = await Meshloom.start({ hosts: [upstream.address], proxy: { downstream_protocol: 'Http2', upstream_protocol: 'Http1' } });
  const outer = await Meshloom.start({
    hosts: [`127.0.0.1:${inner.port}`],
    proxy: { downstream_protocol: 'Http1', upstream_protocol: 'Http2' },
  });
  const client = await RawConnection.open(outer.port);
  client.send(`${UPGRADE}eager`);
  const server = await upstream.accept();
  const key = (await server.message()).fields.get('sec-websocket-key') ?? '';
  // The key of the client did not come by HTTP/2; this is another one, and either answer fits its own.
  assert.notEqual(key, KEY);
  server.send(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${acceptOf(key)}\r\n\r\n`,
  );
  assert.equal((await client.message()).fields.get('sec-websocket-accept'), acceptOf(KEY));
  await server.expect('eager');
  const bytes = randomBytes(300_000);
  server.send(bytes);
  assert.deepEqual(await client.read(bytes.length), bytes);
  client.destroy();
  await server.untilEnd();
  await outer.stop();
  await inner.stop();
  await upstream.close();
});
