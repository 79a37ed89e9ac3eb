/** Several protocols on one port, with and without TLS, and what becomes of those that nobody knows. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { createProxy, type MeshProxy, SILENT_LOGGER } from '../../src/index.ts';
import { curl } from '../support/curl.ts';
import { within } from '../support/deadline.ts';
import { freePort } from '../support/ports.ts';
import { requireTool } from '../support/tools.ts';

const skip = requireTool('openssl', 'curl');
// The certificates are made where they are imported.
const support = skip === false ? await import('../support/tls-stage.ts') : undefined;

const ID = Buffer.from('00000000000000a7', 'hex');

/** A call of Dubbo's `greeter.greet()`: version, service, its version, method, types of no arguments, no attachments, in Hessian 2. */
const DUBBO_CALL = (() => {
  const text = (value: string): Buffer => Buffer.from(`${String.fromCharCode(value.length)}${value}`, 'latin1');
  const body = Buffer.concat([...['2.0.2', 'greeter', '0.0.0', 'greet', ''].map(text), Buffer.from('HZ')]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([Buffer.from('dabbc200', 'hex'), ID, length, body]);
})();

/** Its answer: null. */
const dubboAnswer = (id: Buffer): Buffer => Buffer.concat([Buffer.from('dabb0214', 'hex'), id, Buffer.from('00000002924e', 'hex')]);

/** Speaks what it is spoken to: HTTP/1.1, HTTP/2, Dubbo. */
async function everySpeaker(): Promise<Server> {
  const http1 = createHttpServer((request, response) => response.end(`http1 ${request.url}`));
  const http2 = createHttp2Server((request, response) => response.end(`http2 ${request.url}`));
  const all = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (first: Buffer) => {
      if (first[0] === 0xda) {
        socket.write(dubboAnswer(first.subarray(4, 12)));
        return;
      }
      const speaker = connect(portOf(first.toString('latin1').startsWith('PRI ') ? http2 : http1), '127.0.0.1');
      speaker.on('error', () => socket.destroy()).on('close', () => socket.destroy());
      socket.on('close', () => speaker.destroy());
      speaker.write(first);
      socket.pipe(speaker).pipe(socket);
    });
  });
  for (const server of [http1, http2, all]) await once(server.listen(0, '127.0.0.1'), 'listening');
  all.on('close', () => {
    http1.close();
    http2.close();
  });
  return all;
}

function portOf(server: Pick<Server, 'address'>): number {
  return (server.address() as AddressInfo).port;
}

describe('protocols of one port', { skip }, () => {
  const { authority, contextOf, tlsConfiguration } = support!;
  const sockets: Socket[] = [];
  let backend: Server;
  let plainPort: number;
  let tlsPort: number;
  const proxies: MeshProxy[] = [];

  async function proxy(chain: object, more: object = {}): Promise<number> {
    const port = await freePort();
    const started = createProxy({ logger: SILENT_LOGGER });
    proxies.push(started);
    const host = `127.0.0.1:${portOf(backend)}`;
    const auto = { downstream_protocol: 'Auto', upstream_protocol: 'Auto' };
    await started.start(tlsConfiguration(port, host, { chain, proxy: auto, ...more }));
    return port;
  }

  before(async () => {
    backend = await everySpeaker();
    backend.on('connection', (socket: Socket) => sockets.push(socket));
    plainPort = await proxy({});
    tlsPort = await proxy({ tls_context: contextOf() });
  });
  after(async () => {
    await Promise.all(proxies.map((each) => each.stop(0)));
    for (const socket of sockets) socket.destroy();
    backend.close();
  });

  /** Writes, and resolves with so many bytes of what comes, or with all until the end. */
  async function exchange(socket: Socket, bytes: Buffer | string, expected: number): Promise<Buffer> {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.write(bytes);
    let come = Buffer.alloc(0);
    const enough = new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        come = Buffer.concat([come, chunk]);
        if (come.length >= expected) resolve();
      });
      socket.on('close', () => resolve());
    });
    await within(enough, 'answer');
    return come;
  }

  test('HTTP/1.1, HTTP/2 and Dubbo are told apart by their first bytes, and spoken to the upstream', async () => {
    const url = `http://127.0.0.1:${plainPort}/a`;
    assert.equal((await curl('--http1.1', url)).text, 'http1 /a');
    assert.equal((await curl('--http2-prior-knowledge', url)).text, 'http2 /a');
    const answer = dubboAnswer(ID);
    assert.deepEqual(await exchange(connect(plainPort, '127.0.0.1'), DUBBO_CALL, answer.length), answer);
  });

  test('of a list those are spoken that it names, and no others', async () => {
    const answer = dubboAnswer(ID);
    for (const [list, first, second, dubbo] of [
      ['Http1,dubbo', 'http1 /a', '', answer],
      ['Http2, Http1', 'http1 /a', 'http2 /a', Buffer.alloc(0)],
      ['dubbo,Http2', '', 'http2 /a', answer],
    ] as const) {
      const port = await proxy({}, { proxy: { downstream_protocol: list, upstream_protocol: 'Auto' } });
      const url = `http://127.0.0.1:${port}/a`;
      assert.equal((await curl('--http1.1', url)).text, first, list);
      assert.equal((await curl('--http2-prior-knowledge', url)).text, second, list);
      assert.deepEqual(await exchange(connect(port, '127.0.0.1'), DUBBO_CALL, answer.length), dubbo, list);
    }
  });

  test('over TLS, ALPN decides for curl and node:http2', async () => {
    const url = `https://localhost:${tlsPort}/b`;
    const trust = ['--cacert', authority.file];
    const second = await curl(...trust, '--http2', url);
    assert.equal(second.text, 'http2 /b');
    assert.match(second.heads, /^HTTP\/2 200/);
    assert.equal((await curl(...trust, '--http1.1', url)).text, 'http1 /b');
    const session = connectHttp2(`https://localhost:${tlsPort}`, { rejectUnauthorized: false });
    const stream = session.request({ ':path': '/c' });
    let text = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    await within(once(stream, 'end'), 'answer');
    session.close();
    assert.equal(text, 'http2 /c');
  });

  test('over TLS without ALPN the first bytes decide', async () => {
    assert.equal((await curl('-k', '--no-alpn', `https://localhost:${tlsPort}/d`)).text, 'http1 /d');
    const socket = connectTls({ port: tlsPort, host: '127.0.0.1', rejectUnauthorized: false });
    const answer = dubboAnswer(ID);
    assert.deepEqual(await exchange(socket, DUBBO_CALL, answer.length), answer);
  });

  test('a client that offers nothing that is spoken here is refused (RFC 7301 section 3.2)', async () => {
    const socket = connectTls({ port: tlsPort, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['spdy/1'] });
    const [error] = (await within(once(socket, 'error'), 'alert')) as [Error];
    assert.match(error.message, /no application protocol/);
  });

  describe('what nobody knows', () => {
    let echo: Server;
    let port: number;

    before(async () => {
      echo = createServer((socket) => {
        sockets.push(socket);
        socket.on('error', () => socket.destroy());
        socket.pipe(socket);
      }).listen(0, '127.0.0.1');
      await once(echo, 'listening');
      port = await freePort();
      const started = createProxy({ logger: SILENT_LOGGER });
      proxies.push(started);
      // As in MOSN's proxy-fallback sample, with TLS and plain on the same port besides.
      const config = {
        downstream_protocol: 'Auto',
        upstream_protocol: 'Http1',
        router_config_name: 'routes',
        fallback_for_unknown_protocol: true,
      };
      const filters = [
        { type: 'proxy', config },
        { type: 'tcp_proxy', config: { cluster: 'bytes' } },
      ];
      const host = `127.0.0.1:${portOf(backend)}`;
      const listener = { inspector: true, request_headers_timeout: '300ms' };
      const document = tlsConfiguration(port, host, { listener, chain: { filters, tls_context: contextOf() } });
      const { cluster_manager: manager } = document as { cluster_manager: { clusters: object[] } };
      manager.clusters.push({ name: 'bytes', hosts: [{ address: `127.0.0.1:${portOf(echo)}` }] });
      await started.start(document);
    });
    after(() => echo.close());

    const unknown = Buffer.from('00010203fffe', 'hex');

    test('goes to the next filter with all that it said, and what is known does not', async () => {
      assert.equal((await curl(`http://127.0.0.1:${port}/e`)).text, 'http1 /e');
      assert.deepEqual(await exchange(connect(port, '127.0.0.1'), unknown, unknown.length), unknown);
    });

    test('goes there over TLS as well', async () => {
      assert.equal((await curl('-k', `https://127.0.0.1:${port}/f`)).text, 'http1 /f');
      const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
      assert.deepEqual(await exchange(socket, unknown, unknown.length), unknown);
    });

    test('goes there after a while when it says too little to tell', async () => {
      assert.equal((await exchange(connect(port, '127.0.0.1'), 'GE', 2)).toString(), 'GE');
    });

    test('is timed out when it says nothing at all over TLS', async () => {
      const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
      assert.equal((await exchange(socket, '', 1)).length, 0);
    });
  });

  test('what nobody knows, and who says too little, is closed where nothing stands behind', async () => {
    const port = await proxy({}, { listener: { request_headers_timeout: '300ms' } });
    assert.equal((await exchange(connect(port, '127.0.0.1'), Buffer.from('00010203', 'hex'), 1)).length, 0);
    assert.equal((await exchange(connect(port, '127.0.0.1'), 'GE', 1)).length, 0);
  });
});
