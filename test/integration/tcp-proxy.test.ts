import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { createProxy, SILENT_LOGGER } from '../../src/index.ts';
import { proxyConfiguration, temporaryFolder } from '../support/configuration.ts';
import { freePort } from '../support/ports.ts';
import { RawConnection, RawServer } from '../support/raw-connection.ts';

let upstream: RawServer;
let other: RawServer;
const running: { stop(gracefulMs: number): Promise<void> }[] = [];

before(async () => {
  upstream = await RawServer.listen();
  other = await RawServer.listen();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((proxy) => proxy.stop(0)));
});

after(async () => {
  await Promise.all([upstream.close(), other.close()]);
});

/** A proxy of raw bytes with that configuration of its filter. */
async function start(filter: object = { cluster: 'one' }): Promise<number> {
  const port = await freePort();
  const proxy = createProxy({ logger: SILENT_LOGGER });
  await proxy.start({
    servers: [
      {
        listeners: [
          {
            name: 'raw',
            address: `127.0.0.1:${port}`,
            bind_port: true,
            filter_chains: [{ filters: [{ type: 'tcp_proxy', config: filter }] }],
          },
        ],
      },
    ],
    cluster_manager: {
      clusters: [
        { name: 'one', hosts: [{ address: upstream.address }] },
        { name: 'two', hosts: [{ address: other.address }] },
        { name: 'gone', hosts: [{ address: `127.0.0.1:${await freePort()}` }] },
      ],
    },
  });
  running.push(proxy);
  return port;
}

test('bytes pass both ways as they are', async () => {
  const client = await RawConnection.open(await start());
  client.send('\x00\xffask');
  const server = await upstream.accept();
  await server.expect('\x00\xffask');
  server.send('\x80answer');
  await client.expect('\x80answer');
});

test('a server that speaks first is heard by a client that has said nothing', async () => {
  const client = await RawConnection.open(await start());
  const server = await upstream.accept();
  server.send('220 ready');
  await client.expect('220 ready');
});

test('each side ends for itself', async () => {
  const client = await RawConnection.open(await start());
  const server = await upstream.accept();
  client.send('all').end();
  assert.equal(await server.untilEnd(), 'all');
  server.send('late').end();
  assert.equal(await client.untilEnd(), 'late');
});

test('a client that is gone takes its upstream connection with it, and the other way round', async () => {
  const port = await start();
  const leaving = await RawConnection.open(port);
  const left = await upstream.accept();
  leaving.reset();
  await left.expectEnd();
  const staying = await RawConnection.open(port);
  const dying = await upstream.accept();
  dying.reset();
  await staying.expectEnd();
});

test('the cluster is found by the addresses of the connection', async () => {
  const port = await start({
    routes: [
      { cluster: 'one', source_addrs: ['10.0.0.0/8'] },
      { cluster: 'two', source_addrs: ['127.0.0.0/8'] },
    ],
  });
  (await RawConnection.open(port)).send('hello');
  await (await other.accept()).expect('hello');
});

test('a client whose cluster cannot be reached is not left waiting', async () => {
  const client = await RawConnection.open(await start({ cluster: 'gone' }));
  await client.expectEnd();
});

test('listeners and hosts may be Unix sockets', async () => {
  const folder = temporaryFolder('unix');
  const [inside, outside] = [join(folder, 'inside.sock'), join(folder, 'outside.sock')];
  const server = createServer((asked, response) => response.end(asked.url));
  await once(server.listen(inside), 'listening');
  const proxy = createProxy({ logger: SILENT_LOGGER });
  running.push(proxy);
  await proxy.start(proxyConfiguration({ listen: 0, hosts: [inside], listener: { address: outside, network: 'unix' } }));
  const [response] = await once(request({ socketPath: outside, path: '/over/unix', agent: false }).end(), 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  assert.equal(Buffer.concat(chunks).toString(), '/over/unix');
  server.close();
  server.closeAllConnections();
});
