import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { connect, createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { createProxy } from '../../src/index.ts';
import { CertificateAuthority } from '../support/certificates.ts';
import { temporaryFolder } from '../support/configuration.ts';
import { LogBook } from '../support/log-book.ts';
import { freePort } from '../support/ports.ts';
import { RawConnection, RawServer } from '../support/raw-connection.ts';

const folder = temporaryFolder('proxy-protocol');
const authority = new CertificateAuthority(folder);
const certificate = authority.issue('server');
const tlsContext = { status: true, cert_chain: certificate.certificate, private_key: certificate.key };
const running: { stop(gracefulMs: number): Promise<void> }[] = [];
let upstream: RawServer;

before(async () => {
  upstream = await RawServer.listen();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((proxy) => proxy.stop(0)));
});
after(() => upstream.close());

const V1 = 'PROXY TCP4 192.0.2.1 198.51.100.7 12345 443\r\n';
const V2 = '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\xc6\x33\x64\x07\x30\x39\x01\xbb';

interface Changes {
  readonly listener?: object;
  readonly chain?: object;
  readonly cluster?: object;
  readonly filter?: object;
  readonly hosts?: readonly string[];
}

/** A proxy of HTTP/1 that tells its upstream whose requests it brings. */
async function start(changes: Changes = {}): Promise<{ readonly port: number; readonly log: LogBook }> {
  const port = await freePort();
  const log = new LogBook();
  const proxy = createProxy({ logger: log, folder });
  await proxy.start({
    servers: [
      {
        routers: [
          {
            router_config_name: 'routes',
            virtual_hosts: [
              {
                name: 'all',
                domains: ['*'],
                routers: [
                  {
                    match: { prefix: '/' },
                    route: {
                      cluster_name: 'hosts',
                      request_headers_to_add: [
                        { header: { key: 'x-from', value: '%downstream_remote_address%' } },
                        { header: { key: 'x-to', value: '%downstream_local_address%' } },
                      ],
                    },
                  },
                ],
              },
            ],
          },
        ],
        listeners: [
          {
            name: 'edge',
            address: `127.0.0.1:${port}`,
            bind_port: true,
            ...changes.listener,
            filter_chains: [
              {
                filters: [changes.filter ?? { type: 'proxy', config: { downstream_protocol: 'Http1', router_config_name: 'routes' } }],
                ...changes.chain,
              },
            ],
          },
        ],
      },
    ],
    cluster_manager: {
      clusters: [{ name: 'hosts', ...changes.cluster, hosts: (changes.hosts ?? [upstream.address]).map((address) => ({ address })) }],
    },
  });
  running.push(proxy);
  return { port, log };
}

const withHeader = (config: object = {}) => ({ listener_filters: [{ type: 'proxy_protocol', config }] });

const REQUEST = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** What the upstream is told of the client, after the client has been answered. */
async function told(client: RawConnection): Promise<readonly [from: string | undefined, to: string | undefined]> {
  const server = await upstream.accept();
  const { fields } = await server.message();
  server.send(ANSWER);
  assert.equal((await client.message()).body.toString(), 'ok');
  return [fields.get('x-from'), fields.get('x-to')];
}

test('both versions say who the client is and where it went, in one piece with the request or in many', async () => {
  const { port } = await start({ listener: withHeader() });
  for (const header of [V1, V2]) {
    const whole = await RawConnection.open(port);
    whole.send(header + REQUEST);
    assert.deepEqual(await told(whole), ['192.0.2.1:12345', '198.51.100.7:443']);
    await upstream.endConnections();
    const pieces = await RawConnection.open(port);
    for (const byte of header + REQUEST) {
      pieces.send(byte);
      await new Promise(setImmediate);
    }
    assert.deepEqual(await told(pieces), ['192.0.2.1:12345', '198.51.100.7:443']);
    await upstream.endConnections();
  }
});

test('a connection of the proxy itself keeps the ends of its socket', async () => {
  const { port } = await start({ listener: withHeader() });
  const client = await RawConnection.open(port);
  client.send(`\r\n\r\n\0\r\nQUIT\n\x20\0\0\0${REQUEST}`);
  assert.deepEqual(await told(client), [`127.0.0.1:${client.socket.localPort}`, `127.0.0.1:${port}`]);
  await upstream.endConnections();
});

test('what begins otherwise, or wrongly, is ended alone', async () => {
  const { port, log } = await start({ listener: withHeader() });
  const good = await RawConnection.open(port);
  good.send(V1);
  for (const hostile of [REQUEST, 'PROXY TCP4 1.2.3.4\r\n', V2.replace('\x21', '\x31'), `PROXY ${'x'.repeat(200)}`]) {
    const client = await RawConnection.open(port);
    client.send(hostile);
    await client.expectEnd();
  }
  await log.until(/listener "edge": no header of the PROXY protocol from 127\.0\.0\.1: its addresses are none/);
  good.send(REQUEST);
  assert.equal((await told(good))[0], '192.0.2.1:12345');
  await upstream.endConnections();
});

test('a version may be left out, and connections without a header let in', async () => {
  const { port } = await start({
    listener: withHeader({ allow_requests_without_proxy_protocol: true, disallowed_versions: ['V1'] }),
  });
  const refused = await RawConnection.open(port);
  refused.send(V1 + REQUEST);
  await refused.expectEnd();
  const plain = await RawConnection.open(port);
  plain.send(REQUEST);
  assert.deepEqual(await told(plain), [`127.0.0.1:${plain.socket.localPort}`, `127.0.0.1:${port}`]);
  await upstream.endConnections();
});

test('a client that never says who it is has its connection ended after a time', async () => {
  const { port } = await start({ listener: { ...withHeader(), listener_filters_timeout: '50ms' } });
  const client = await RawConnection.open(port);
  client.send('PROXY TCP4 ');
  await client.expectEnd();
});

test('the header stands before TLS, with one certificate, several or plain connections beside', async () => {
  const other = authority.issue('other');
  const contexts = [
    { tls_context: tlsContext },
    { tls_context_set: [tlsContext, { ...tlsContext, cert_chain: other.certificate, private_key: other.key }] },
  ];
  for (const chain of contexts) {
    for (const inspector of [false, true]) {
      const { port } = await start({ listener: { ...withHeader(), inspector }, chain });
      const plain = connectPlain({ port, host: '127.0.0.1', allowHalfOpen: true });
      await once(plain, 'connect');
      plain.write(V2, 'latin1');
      const secure = connect({ socket: plain, rejectUnauthorized: false });
      await once(secure, 'secureConnect');
      const client = new RawConnection(secure);
      client.send(REQUEST);
      assert.deepEqual(await told(client), ['192.0.2.1:12345', '198.51.100.7:443']);
      client.destroy();
      await upstream.endConnections();
      if (!inspector) continue;
      const open = await RawConnection.open(port);
      open.send(V1 + REQUEST);
      assert.deepEqual(await told(open), ['192.0.2.1:12345', '198.51.100.7:443']);
      await upstream.endConnections();
    }
  }
});

test('hosts are told whose connection it is, and each client has connections of its own', async () => {
  for (const version of ['v1', 'v2']) {
    const { port } = await start({ listener: withHeader(), cluster: { proxy_protocol: version } });
    const clients = [await RawConnection.open(port), await RawConnection.open(port)];
    for (const [at, client] of clients.entries()) {
      client.send(V1.replace('12345', `1111${at}`) + REQUEST);
      const server = await upstream.accept();
      if (version === 'v1') await server.expect(V1.replace('12345', `1111${at}`));
      else assert.equal((await server.read(28)).subarray(24, 26).readUInt16BE(), 11110 + at);
      await server.message();
      server.send(ANSWER);
      await client.message();
      // The second request of the same client needs no other connection, and no other header.
      client.send(REQUEST);
      await server.message();
      server.send(ANSWER);
      await client.message();
      client.destroy();
      await server.expectEnd();
    }
  }
});

test('raw connections are told of as well', async () => {
  const { port } = await start({
    filter: { type: 'tcp_proxy', config: { cluster: 'hosts' } },
    cluster: { proxy_protocol: 'v1' },
  });
  const client = await RawConnection.open(port);
  const server = await upstream.accept();
  await server.expect(`PROXY TCP4 127.0.0.1 127.0.0.1 ${client.socket.localPort} ${port}\r\n`);
  client.send('hello');
  await server.expect('hello');
  client.destroy();
});

test('towards a host with TLS the header stands before the handshake, in the clear', async () => {
  const secure: TlsServer = createTlsServer({ cert: readFileSync(certificate.certificate), key: readFileSync(certificate.key) });
  const greeted = await RawServer.listen();
  const { port } = await start({
    cluster: { proxy_protocol: 'v2', tls_context: { status: true, insecure_skip: true } },
    hosts: [greeted.address],
  });
  try {
    const client = await RawConnection.open(port);
    client.send(REQUEST);
    const server = await greeted.accept();
    assert.equal((await server.read(28)).toString('latin1', 0, 12), V2.slice(0, 12));
    // What follows is a handshake, which node:tls takes over.
    const { socket } = server;
    socket.removeAllListeners('data').removeAllListeners('end').pause();
    if (server.unread.length > 0) socket.unshift(server.unread);
    const secured = once(secure, 'secureConnection');
    secure.emit('connection', socket);
    const [inside] = await secured;
    const peer = new RawConnection(inside);
    assert.equal((await peer.message()).startLine, 'GET / HTTP/1.1');
    peer.send(ANSWER);
    assert.equal((await client.message()).body.toString(), 'ok');
    client.destroy();
  } finally {
    await greeted.close();
    secure.close();
  }
});

test('a host with TLS that is not there is a fault like any other', async () => {
  const { port } = await start({
    cluster: { proxy_protocol: 'v1', tls_context: { status: true, insecure_skip: true } },
    hosts: [`127.0.0.1:${await freePort()}`],
  });
  const client = await RawConnection.open(port);
  client.send(REQUEST);
  assert.match((await client.message()).startLine, / 502 /);
  client.destroy();
});
