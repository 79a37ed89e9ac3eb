import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { AdminServer, MAX_BODY_BYTES } from '../../src/server/admin/admin-server.ts';
import { FakeSource } from '../unit/server/admin-source.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function ask(port: number, method: string, path: string, body = '', headers: Record<string, string> = {}): Promise<Answer> {
  const request = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false });
  request.end(body);
  const [response] = await once(request, 'response');
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, headers: response.headers, body: text };
}

async function serving(source: FakeSource, work: (port: number) => Promise<void>): Promise<void> {
  const server = new AdminServer(source);
  const port = await server.start('127.0.0.1', 0);
  try {
    await work(port);
  } finally {
    await server.stop();
  }
}

test('an answer says what it is, that it is not to be kept, and how long it is', async () => {
  await serving(new FakeSource(), async (port) => {
    const { status, headers, body } = await ask(port, 'GET', '/api/v1/states');
    assert.deepEqual([status, body], [200, 'pid=4711&state=6\n']);
    assert.equal(headers['content-type'], 'text/plain; charset=utf-8');
    assert.equal(headers['content-length'], String(body.length));
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-content-type-options'], 'nosniff');
  });
});

test('parameters are decoded', async () => {
  const source = new FakeSource();
  source.document = { cluster_manager: { clusters: [{ name: 'a b&c' }] } };
  await serving(source, async (port) => {
    assert.deepEqual(JSON.parse((await ask(port, 'GET', '/api/v1/config_dump?cluster=a%20b%26c')).body), { name: 'a b&c' });
  });
});

test('HEAD has the head of GET and no body; 405 says what is allowed', async () => {
  await serving(new FakeSource(), async (port) => {
    const head = await ask(port, 'HEAD', '/api/v1/states');
    assert.deepEqual([head.status, head.headers['content-length'], head.body], [200, '17', '']);
    const wrong = await ask(port, 'GET', '/api/v1/update_loglevel');
    assert.deepEqual([wrong.status, wrong.headers.allow, wrong.body], [405, 'POST', '']);
  });
});

test('a body may be as long as the limit, and not a byte longer', async () => {
  const source = new FakeSource();
  await serving(source, async (port) => {
    const at = await ask(port, 'POST', '/api/v1/enable_log', 'x'.repeat(MAX_BODY_BYTES));
    assert.deepEqual([at.status, at.body], [400, '{\n\t"error": "enable logger failed"\n}\n']);
    const past = await ask(port, 'POST', '/api/v1/enable_log', 'x'.repeat(MAX_BODY_BYTES + 1));
    assert.deepEqual([past.status, past.headers.connection], [413, 'close']);
  });
});

test('a page of another site changes nothing', async () => {
  const source = new FakeSource();
  await serving(source, async (port) => {
    const foreign = await ask(port, 'POST', '/api/v1/disable_log', '/var/log/z.log', { origin: 'http://elsewhere.example' });
    assert.equal(foreign.status, 403);
    assert.deepEqual([...source.logs.disabled], []);
    const own = await ask(port, 'POST', '/api/v1/disable_log', '/var/log/z.log', { origin: `http://127.0.0.1:${port}` });
    assert.equal(own.status, 200);
  });
});

test('a bug of ours is an answer and a report, and the server goes on', async () => {
  const source = new FakeSource();
  source.stats = () => {
    throw new Error('a bug');
  };
  await serving(source, async (port) => {
    assert.equal((await ask(port, 'GET', '/api/v1/stats')).status, 500);
    assert.match(source.reports.join(), /^admin API failed at \/api\/v1\/stats: Error: a bug\n +at /);
    assert.equal((await ask(port, 'GET', '/api/v1/states')).status, 200);
  });
});

test('clients that send no HTTP or leave in the middle harm nobody', async () => {
  await serving(new FakeSource(), async (port) => {
    for (const bytes of ['\0\0\0\0\r\n\r\n', 'POST /api/v1/enable_log HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nabc', 'GET / HT']) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(bytes);
      await new Promise((resolve) => socket.write('', resolve));
      socket.resetAndDestroy();
    }
    assert.equal((await ask(port, 'GET', '/api/v1/states')).status, 200);
  });
});

test('a port that is taken is an error of start', async () => {
  await serving(new FakeSource(), async (port) => {
    await assert.rejects(new AdminServer(new FakeSource()).start('127.0.0.1', port), { code: 'EADDRINUSE' });
  });
});

test('stop closes idle connections', async () => {
  const server = new AdminServer(new FakeSource());
  const port = await server.start('127.0.0.1', 0);
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /api/v1/states HTTP/1.1\r\nhost: a\r\n\r\n');
  await once(socket, 'data');
  const closed = once(socket, 'close');
  await server.stop();
  await closed;
});
