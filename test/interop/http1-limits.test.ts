/** What a slow, greedy or absent peer meets: limits by the keys of the configuration, on real connections. */
import { strict as assert } from 'node:assert';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type ProxySettings, temporaryFolder } from '../support/configuration.ts';
import { until } from '../support/deadline.ts';
import { Meshloom } from '../support/meshloom.ts';
import { RawConnection, RawServer } from '../support/raw-connection.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
/** Short enough to wait for, long enough not to happen by chance. */
const SHORT = '300ms';

interface Scene {
  readonly upstream: RawServer;
  readonly proxy: Meshloom;
  readonly client: RawConnection;
}

async function openConnections(proxy: Meshloom): Promise<number> {
  const { downstream } = JSON.parse(await proxy.admin('/api/v1/stats')) as { downstream: Record<string, Record<string, string>> };
  return Number(downstream['listener.listener']?.['connection_active']);
}

async function scene(t: TestContext, settings: Omit<ProxySettings, 'listen' | 'hosts'> = {}): Promise<Scene> {
  const upstream = await RawServer.listen();
  const proxy = await Meshloom.start({ hosts: [upstream.address], ...settings });
  // The connection that saw it listen is one that a listener may have fewer of.
  await until(async () => (await openConnections(proxy)) === 0, 'a listener without connections');
  const client = await RawConnection.open(proxy.port);
  t.after(async () => {
    client.destroy();
    await upstream.close();
    await proxy.stop();
  });
  return { upstream, proxy, client };
}

const http1 = (settings: object): Pick<ProxySettings, 'proxy'> => ({ proxy: { extend_config: { http1: settings } } });

describe('Limits of HTTP/1.1', () => {
  test('a head that takes too long is answered with 408', async (t) => {
    const { client, upstream } = await scene(t, { listener: { request_headers_timeout: SHORT } });
    client.send('GET / HTTP/1.1\r\nHost: a\r\n');
    assert.match(await client.untilEnd(), /^HTTP\/1\.1 408 /);
    assert.equal(upstream.accepted, 0);
  });

  test('a connection that never says anything is closed without a word', async (t) => {
    const { client } = await scene(t, { listener: { connection_idle_timeout: SHORT } });
    await client.expectEnd();
  });

  test('a connection that is idle after its answer is closed without a word', async (t) => {
    const { client, upstream } = await scene(t, { listener: { connection_idle_timeout: SHORT } });
    client.send(GET);
    const server = await upstream.accept();
    await server.message();
    server.send(OK);
    await client.message();
    await client.expectEnd();
  });

  test('a body that stops on the way is answered with 408, and its upstream request ends', async (t) => {
    const { client, upstream } = await scene(t, { listener: { request_body_timeout: SHORT } });
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
    const server = await upstream.accept();
    assert.match(await client.untilEnd(), /^HTTP\/1\.1 408 /);
    assert.match(await server.untilEnd(), /half$/);
  });

  test('a client that takes nothing of its answer is given up', async (t) => {
    const { client, upstream } = await scene(t, { listener: { send_timeout: SHORT } });
    client.pause();
    client.send(GET);
    const server = await upstream.accept();
    await server.message();
    server.send(`HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n${'x'.repeat(50_000_000)}`);
    // The upstream's connection goes with it.
    await server.untilEnd();
  });

  test('an upstream that does not answer in the route’s time gives 504', async (t) => {
    const { client, upstream } = await scene(t, { route: { timeout: SHORT } });
    client.send(GET);
    const server = await upstream.accept();
    await server.message();
    assert.match((await client.message()).startLine, / 504 /);
    await server.untilEnd();
  });

  test('a timeout that the route names covers the whole answer', async (t) => {
    const { client, upstream } = await scene(t, { route: { timeout: SHORT } });
    client.send(GET);
    const server = await upstream.accept();
    await server.message();
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
    assert.match(await client.untilEnd(), /half$/);
  });

  test('a body that is announced too large is refused with 413 and never asked for', async (t) => {
    const { client, upstream } = await scene(t, http1({ max_body_bytes: 10 }));
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n');
    assert.match((await client.message()).startLine, / 413 /);
    assert.equal(upstream.accepted, 0);
  });

  test('a body that turns out too large is answered with 413, and the access log says so', async (t) => {
    const file = join(temporaryFolder('http1-limits'), 'access.log');
    const access_logs = [{ log_path: file, log_format: '%response_code% %response_flags%' }];
    const { client } = await scene(t, { ...http1({ max_body_bytes: 10 }), listener: { access_logs } });
    client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n');
    assert.match(await client.untilEnd(), /^HTTP\/1\.1 413 /);
    await until(() => existsSync(file) && readFileSync(file, 'utf8') === '413 DPE\n', 'the line in the access log');
  });

  test('a body of exactly the largest size passes', async (t) => {
    const { client, upstream } = await scene(t, http1({ max_body_bytes: 10 }));
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789');
    const server = await upstream.accept();
    assert.equal((await server.message()).body.toString(), '0123456789');
    server.send(OK);
    await client.message();
  });

  test('more connections than the listener may have are closed at once', async (t) => {
    const { client, upstream, proxy } = await scene(t, { listener: { max_connections: 1 } });
    client.send(GET);
    const server = await upstream.accept();
    await server.message();
    const second = await RawConnection.open(proxy.port);
    await second.expectEnd();
    server.send(OK);
    await client.message();
  });

  test('an upstream connection is replaced after max_request_per_conn requests', async (t) => {
    const { client, upstream } = await scene(t, { cluster: { max_request_per_conn: 2 } });
    for (const [at, count] of [1, 1, 2, 2, 3].entries()) {
      client.send(GET);
      const server = at % 2 === 0 ? await upstream.accept() : upstream.connections.at(-1)!;
      await server.message();
      server.send(OK);
      await client.message();
      assert.equal(upstream.accepted, count);
    }
  });

  test('an upstream connection that is idle for long is closed', async (t) => {
    const { client, upstream } = await scene(t, { cluster: { idle_timeout: SHORT } });
    client.send(GET);
    const server = await upstream.accept();
    await server.message();
    server.send(OK);
    await client.message();
    await server.expectEnd();
  });
});

describe('SIGTERM', () => {
  test('lets requests under way finish, takes no new connections, and ends with 0', async (t) => {
    const upstream = await RawServer.listen();
    t.after(() => upstream.close());
    const proxy = await Meshloom.start({ hosts: [upstream.address], server: { graceful_timeout: '10s' } });
    const client = await RawConnection.open(proxy.port);
    client.send(GET);
    const server = await upstream.accept();
    await server.message();
    const ended = proxy.child.stop('SIGTERM');
    const idle = await refused(proxy.port);
    assert.ok(idle, 'new connections are refused');
    server.send(OK);
    const answer = await client.message();
    assert.equal(answer.body.toString(), 'ok');
    assert.equal(answer.fields.get('connection'), 'close');
    await client.expectEnd();
    client.destroy();
    await server.expectEnd();
    server.destroy();
    assert.equal(await ended, 0);
  });

  test('cuts off what takes longer than graceful_timeout, and ends with 0', async (t) => {
    const upstream = await RawServer.listen();
    t.after(() => upstream.close());
    const proxy = await Meshloom.start({ hosts: [upstream.address], server: { graceful_timeout: SHORT } });
    const client = await RawConnection.open(proxy.port);
    client.send(GET);
    await upstream.accept();
    assert.equal(await proxy.child.stop('SIGTERM'), 0);
    await client.untilEnd();
  });

  /** Tries until a connection is refused. */
  async function refused(port: number): Promise<boolean> {
    for (;;) {
      try {
        const connection = await RawConnection.open(port);
        await connection.untilEnd();
        connection.destroy();
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
      }
    }
  }
});
