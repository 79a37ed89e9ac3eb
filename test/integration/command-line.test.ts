import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Child } from '../support/child.ts';
import { temporaryFolder, writeConfiguration } from '../support/configuration.ts';
import { until } from '../support/deadline.ts';
import { freePorts, isListening, untilListening } from '../support/ports.ts';

const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const folder = temporaryFolder('command-line');

const meshloom = (...words: string[]): Child => new Child(`meshloom ${words.join(' ')}`, process.execPath, [MAIN, ...words]);

/** What a command says and its status, once it has ended by itself. */
async function outcome(...words: string[]): Promise<[status: unknown, said: string]> {
  const child = meshloom(...words);
  return [await child.exit(), child.output];
}

/** Bytes go from one listener to one host: all that these tests need of a proxy. */
function tcpConfiguration(port: number, host: string, server: object = {}, more: object = {}): object {
  const listener = {
    name: 'in',
    address: `127.0.0.1:${port}`,
    bind_port: true,
    access_logs: [{ log_path: join(folder, 'access.log'), log_format: '%bytes_received%' }],
    filter_chains: [{ filters: [{ type: 'tcp_proxy', config: { cluster: 'hosts' } }] }],
  };
  return {
    servers: [{ default_log_path: 'stderr', default_log_level: 'WARN', ...server, listeners: [listener] }],
    cluster_manager: { clusters: [{ name: 'hosts', type: 'SIMPLE', lb_type: 'LB_ROUNDROBIN', hosts: [{ address: host }] }] },
    ...more,
  };
}

/** Answers what it gets, after each whole line. */
const echo: Server = createServer((socket) => {
  socket.on('data', (chunk) => socket.write(chunk));
  socket.on('end', () => socket.end());
  socket.on('error', () => {});
});
echo.listen(0, '127.0.0.1');
await once(echo, 'listening');
after(() => echo.close());
const address = echo.address();
const echoHost = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

interface Running {
  readonly child: Child;
  readonly port: number;
  readonly file: string;
}

let files = 0;

async function started(server: object = {}, more: object = {}): Promise<Running> {
  const [port = 0] = await freePorts(1);
  const file = writeConfiguration(folder, `config-${files++}.json`, tcpConfiguration(port, echoHost, server, more));
  const child = meshloom('start', '-c', file);
  await child.start(untilListening(port, 'meshloom'));
  return { child, port, file };
}

/** A connection over which a word has been there and back. */
async function conversation(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await say(socket, 'hello');
  return socket;
}

async function say(socket: Socket, word: string): Promise<void> {
  socket.write(word);
  const [answer] = await once(socket, 'data');
  assert.equal(String(answer), word);
}

async function closed(socket: Socket): Promise<void> {
  socket.end();
  if (!socket.closed) await once(socket, 'close');
}

test('the version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  assert.deepEqual(await outcome('--version'), [0, `${version}\n`]);
});

test('a file that is missing, or is no JSON, is one clear line and status 1', async () => {
  const missing = join(folder, 'missing.json');
  const broken = writeConfiguration(folder, 'broken.json', '{ "servers": [ }');
  for (const command of ['start', 'check'] as const) {
    const [status, said] = await outcome(command, '-c', missing);
    assert.equal(status, 1);
    assert.match(said, /^\S+missing\.json: error: there is no such file\n/);
    const [brokenStatus, brokenSaid] = await outcome(command, '-c', broken);
    assert.equal(brokenStatus, 1);
    assert.match(brokenSaid, /^\S+broken\.json:1:16: error: [^\n]+\n/);
    for (const text of [said, brokenSaid]) {
      assert.equal(text.trimEnd().split('\n').length, command === 'start' ? 1 : 2, text);
      assert.doesNotMatch(text, /\n {4}at /);
    }
  }
});

test('start says every problem of a file, and starts nothing', async () => {
  const configuration = tcpConfiguration(1, 'nowhere', { default_log_level: 'LOUD' });
  const file = writeConfiguration(folder, 'wrong.json', configuration);
  const [status, said] = await outcome('start', '-c', file);
  assert.equal(status, 1);
  assert.match(said, /error: servers\[0\]\.default_log_level: /);
  assert.match(said, /error: cluster_manager\.clusters\[0\]\.hosts\[0\]\.address: /);
});

test('check tells a good file from a bad one by its status', async () => {
  const good = writeConfiguration(folder, 'good.json', tcpConfiguration(1, echoHost, {}, { tracing: { enable: true } }));
  const [status, said] = await outcome('check', '-c', good);
  assert.equal(status, 0, said);
  assert.match(said, /warning: tracing/);
  assert.match(said, /good\.json: 0 errors, 1 warning\n$/);
});

test('a port in use is one clear line and status 1', async () => {
  const { child, port, file } = await started();
  const [status, said] = await outcome('start', '-c', file);
  assert.equal(status, 1);
  assert.match(said, new RegExp(`^meshloom: listener "in": [^\\n]*127\\.0\\.0\\.1:${port}[^\\n]*in use[^\\n]*\\n$`));
  assert.equal(await child.stop(), 0);
});

test('SIGTERM and SIGINT finish what is open and end with 0', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { child, port } = await started();
    const socket = await conversation(port);
    child.process.kill(signal);
    await until(async () => !(await isListening(port)), 'no new connections');
    await say(socket, 'still here');
    assert.ok(child.running);
    await closed(socket);
    assert.equal(await child.exit(), 0);
    assert.equal(child.output, '');
  }
});

test('SIGTERM to `npm start` is one to the proxy: npm ends when all has been finished, and leaves nobody behind', async () => {
  const [port = 0] = await freePorts(1);
  const file = writeConfiguration(folder, 'npm.json', tcpConfiguration(port, echoHost));
  const npm = new Child('npm start', 'npm', ['start', '--silent', '--', '-c', file], { cwd: PACKAGE });
  await npm.start(untilListening(port, 'meshloom'));
  const socket = await conversation(port);
  npm.process.kill('SIGTERM');
  await until(async () => !(await isListening(port)), 'no new connections');
  await say(socket, 'still here');
  assert.ok(npm.running);
  await closed(socket);
  assert.equal(await npm.exit(), 0);
});

test('what is not finished within the graceful timeout is ended', async () => {
  const { child, port } = await started({ graceful_timeout: '100ms' });
  const socket = await conversation(port);
  const over = new Promise((resolve) => socket.once('close', resolve));
  assert.equal(await child.stop('SIGTERM', 3_000), 0);
  await over;
});

test('a second signal ends at once with 128 and its number', async () => {
  const { child, port } = await started();
  const socket = await conversation(port);
  child.process.kill('SIGTERM');
  await until(async () => !(await isListening(port)), 'no new connections');
  assert.equal(await child.stop('SIGINT'), 130);
  socket.destroy();
});

test('SIGUSR1 opens the logs again', async () => {
  const { child, port } = await started();
  const log = join(folder, 'access.log');
  const speak = async (): Promise<void> => closed(await conversation(port));
  await speak();
  await until(() => existsSync(log) && readFileSync(log, 'utf8').endsWith('5\n'), 'a line in the log');
  renameSync(log, `${log}.1`);
  child.process.kill('SIGUSR1');
  await until(() => existsSync(log), 'a new log');
  await speak();
  await until(() => readFileSync(log, 'utf8') === '5\n', 'a line in the new log');
  assert.equal(await child.stop(), 0);
});

test('SIGHUP takes over what the file says now, and nothing of a file with errors', async () => {
  const { child, port, file } = await started();
  const name = file.split('/').at(-1)!;
  const [other = 0] = await freePorts(1);
  const socket = await conversation(port);
  writeConfiguration(folder, name, '{');
  child.process.kill('SIGHUP');
  await until(
    () => child.output.endsWith('meshloom: not reloaded\n'),
    () => child.output,
  );
  await say(socket, 'as before');

  writeConfiguration(folder, name, tcpConfiguration(other, echoHost));
  child.process.kill('SIGHUP');
  await until(
    () => child.output.endsWith('meshloom: reloaded\n'),
    () => child.output,
  );
  await closed(await conversation(other));
  await until(async () => !(await isListening(port)), 'the old listener gone');
  await say(socket, 'an old connection lives on');
  await closed(socket);
  assert.equal(await child.stop(), 0);
});

test('the pid file speaks of the process while it runs', async () => {
  const path = join(folder, 'run', 'meshloom.pid');
  const { child } = await started({}, { pid: path });
  await until(() => existsSync(path), 'a pid file');
  assert.equal(readFileSync(path, 'utf8'), `${child.pid}\n`);
  assert.equal(await child.stop(), 0);
  assert.equal(existsSync(path), false);
});

test('a reader of its output that goes away does not end it', async () => {
  const { child, port } = await started();
  child.process.stdout?.destroy();
  child.process.stderr?.destroy();
  child.process.kill('SIGHUP');
  await closed(await conversation(port));
  child.process.kill('SIGHUP');
  await closed(await conversation(port));
  assert.equal(await child.stop(), 0);
});

test('the admin API speaks of the proxy that runs, and changes its logs', async () => {
  const [admin = 0] = await freePorts(1);
  const address = { socket_address: { address: '127.0.0.1', port_value: admin } };
  const { child, port } = await started({ graceful_timeout: '10s' }, { admin: { address }, tracing: { config: { password: 'hidden' } } });
  const api = async (path: string, body?: string): Promise<string> => {
    const method = body === undefined ? 'GET' : 'POST';
    const response = await fetch(`http://127.0.0.1:${admin}/api/v1/${path}`, { method, ...(body === undefined ? {} : { body }) });
    assert.equal(response.status, 200, path);
    return response.text();
  };
  const requests = async (): Promise<string[]> => {
    const { downstream, upstream } = JSON.parse(await api('stats'));
    return [
      downstream['listener.in'],
      downstream['proxy.global'],
      upstream['cluster.hosts'],
      upstream[`cluster.hosts.host.${echoHost}`],
    ].map(({ request_total, request_active }) => `${request_total}/${request_active}`);
  };

  // Traffic is served first.
  await untilListening(admin, 'the admin API');
  assert.equal(await api('states'), `pid=${child.pid}&state=6\n`);
  const dump = await api('config_dump');
  assert.deepEqual(Object.keys(JSON.parse(dump)), ['mosn_config', 'listener', 'cluster']);
  assert.ok(!dump.includes('hidden'), dump);

  const socket = await conversation(port);
  // The first was the look whether it listens.
  await until(async () => (await requests()).every((each) => each === '2/1'), 'one request under way');
  assert.equal(await api('get_loglevel'), '{"stderr":"WARN"}');
  await api('update_loglevel', '{"log_path": "stderr", "log_level": "ERROR"}');
  assert.equal(await api('get_loglevel'), '{"stderr":"ERROR"}');
  await api('disable_log', join(folder, 'access.log'));

  child.process.kill('SIGTERM');
  await until(async () => (await api('states')) === `pid=${child.pid}&state=8\n`, 'draining');
  await closed(socket);
  assert.equal(await child.exit(), 0);
});
