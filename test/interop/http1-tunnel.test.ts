/** WebSocket and CONNECT: after the switch, bytes are bytes. */
import { strict as assert } from 'node:assert';
import { createHash, randomBytes } from 'node:crypto';
import { beforeEach, describe, test } from 'node:test';
import { RawConnection } from '../support/raw-connection.ts';
import { rawStage } from '../support/raw-stage.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
const UPGRADE =
  'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n' +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`;
const SWITCHED = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n\r\n`;
const GET = 'GET /plain HTTP/1.1\r\nHost: a\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** A WebSocket frame (RFC 6455 section 5.2) with a payload of less than 64 KiB; from the client it is masked. */
function frame(opcode: number, payload: Buffer, fromClient: boolean): Buffer {
  const short = payload.length < 126;
  const mask = fromClient ? randomBytes(4) : Buffer.alloc(0);
  const head = Buffer.alloc(short ? 2 : 4);
  head[0] = 0x80 | opcode;
  head[1] = (fromClient ? 0x80 : 0) | (short ? payload.length : 126);
  if (!short) head.writeUInt16BE(payload.length, 2);
  const body = fromClient ? Buffer.from(payload.map((byte, at) => byte ^ mask[at % 4]!)) : payload;
  return Buffer.concat([head, mask, body]);
}

describe('Tunnels over HTTP/1.1', () => {
  const stage = rawStage();
  let client: RawConnection;

  beforeEach(async () => {
    client?.destroy();
    await stage.upstream.endConnections();
    client = await RawConnection.open(stage.proxy.port);
  });

  async function switched(): Promise<RawConnection> {
    client.send(UPGRADE);
    const server = await stage.upstream.accept();
    const { fields } = await server.message();
    assert.equal(fields.get('upgrade'), 'websocket');
    assert.match(fields.get('connection') ?? '', /\bupgrade\b/i);
    assert.equal(fields.get('sec-websocket-key'), KEY);
    server.send(SWITCHED);
    const answer = await client.message();
    assert.match(answer.startLine, /^HTTP\/1\.1 101 /);
    assert.equal(answer.fields.get('upgrade'), 'websocket');
    assert.match(answer.fields.get('connection') ?? '', /\bupgrade\b/i);
    assert.equal(answer.fields.get('sec-websocket-accept'), ACCEPT);
    return server;
  }

  async function carries(from: RawConnection, to: RawConnection, bytes: Buffer): Promise<void> {
    from.send(bytes);
    assert.deepEqual(await to.read(bytes.length), bytes);
  }

  test('a WebSocket carries frames both ways, unchanged', async () => {
    const server = await switched();
    for (const size of [0, 5, 125, 126, 60_000]) {
      await carries(client, server, frame(2, randomBytes(size), true));
      await carries(server, client, frame(2, randomBytes(size), false));
    }
    await carries(client, server, frame(9, Buffer.from('ping'), true));
    await carries(server, client, frame(10, Buffer.from('ping'), false));
  });

  test('what looks like HTTP inside a WebSocket is not looked at', async () => {
    const server = await switched();
    await carries(client, server, Buffer.from('GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'));
    await carries(server, client, Buffer.from(`${OK}HTTP/1.1 500 No\r\n\r\n`));
  });

  test('a frame that comes in one packet with the 101 is not lost', async () => {
    client.send(UPGRADE);
    const server = await stage.upstream.accept();
    await server.message();
    server.send(`${SWITCHED}early`);
    await client.message();
    await client.expect('early');
  });

  test('frames that the client sends with its request arrive behind it', async () => {
    client.send(`${UPGRADE}eager`);
    const server = await stage.upstream.accept();
    await server.message();
    server.send(SWITCHED);
    await client.message();
    await server.expect('eager');
  });

  test('when the client has ended, what the upstream still says arrives', async () => {
    const server = await switched();
    client.end();
    await server.untilEnd();
    server.send('last words').end();
    assert.equal(await client.untilEnd(), 'last words');
  });

  test('when the upstream has ended, what the client still says arrives', async () => {
    const server = await switched();
    server.end();
    await client.untilEnd();
    client.send('last words').end();
    assert.equal(await server.untilEnd(), 'last words');
  });

  test('when the upstream is gone, the client is told', async () => {
    const server = await switched();
    server.reset();
    await client.expectEnd();
  });

  test('when the client is gone, the upstream is told', async () => {
    const server = await switched();
    client.reset();
    await server.expectEnd();
  });

  test('a refused upgrade leaves the connection usable', async () => {
    client.send(UPGRADE);
    const server = await stage.upstream.accept();
    await server.message();
    server.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
    const refusal = await client.message();
    assert.match(refusal.startLine, / 403 /);
    assert.equal(refusal.body.toString(), 'no');
    client.send(GET);
    assert.equal((await server.message()).startLine, 'GET /plain HTTP/1.1');
    server.send(OK);
    assert.equal((await client.message()).body.toString(), 'ok');
  });

  test('an upgrade that is answered as if it had not been asked for is an ordinary answer', async () => {
    client.send(UPGRADE);
    const server = await stage.upstream.accept();
    await server.message();
    server.send(OK);
    assert.equal((await client.message()).body.toString(), 'ok');
  });

  test('a 101 that nobody asked for is an error of the upstream', async () => {
    client.send(GET);
    const server = await stage.upstream.accept();
    await server.message();
    server.send(`${SWITCHED}\r\n`);
    assert.match((await client.message()).startLine, / 502 /);
    await server.untilEnd();
  });

  test('CONNECT: a 200 opens the tunnel, whatever lengths it names', async () => {
    client.send('CONNECT inner.example:443 HTTP/1.1\r\nHost: inner.example:443\r\n\r\n');
    const server = await stage.upstream.accept();
    assert.equal((await server.message()).startLine, 'CONNECT inner.example:443 HTTP/1.1');
    // RFC 9110 section 9.3.6: a client ignores Content-Length in a successful answer to CONNECT.
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n');
    assert.match(await client.readUntil('\r\n\r\n'), /^HTTP\/1\.1 200 /);
    await carries(client, server, randomBytes(50_000));
    await carries(server, client, randomBytes(50_000));
  });

  test('CONNECT: a refusal has a body like any other answer, and the connection goes on', async () => {
    client.send('CONNECT inner.example:443 HTTP/1.1\r\nHost: inner.example:443\r\n\r\n');
    const server = await stage.upstream.accept();
    await server.message();
    server.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
    assert.equal((await client.message()).body.toString(), 'no');
    client.send(GET);
    assert.equal((await server.message()).startLine, 'GET /plain HTTP/1.1');
    server.send(OK);
    await client.message();
  });
});
