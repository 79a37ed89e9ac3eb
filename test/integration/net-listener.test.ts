import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, SILENT_LOGGER } from '../../src/base/log.ts';
import { dial } from '../../src/net/dialer.ts';
import { Listener } from '../../src/net/listener.ts';
import { Ear, listen, plainSocket, readAll } from './net-support/loopback.ts';

function folder(test: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'listener-'));
  test.after(() => rmSync(path, { recursive: true }));
  return path;
}

class Warnings {
  readonly lines: string[] = [];
  readonly logger: Logger = { ...SILENT_LOGGER, warn: (message, fields) => void this.lines.push(`${message} ${JSON.stringify(fields)}`) };
}

const module = (path: string): string => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);

test('Unix sockets carry bytes as TCP does, and both ends are called by the path', { timeout: 10_000 }, async (context) => {
  const path = join(folder(context), 'a.sock');
  const { listener, timers, accepted } = await listen(context, { address: path });
  assert.equal(listener.address, path);
  const arrival = accepted();
  const client = new Ear(dial({ address: `unix:${path}`, timers }));
  client.connection.write(Buffer.from('question'));
  client.connection.end();
  const server = await arrival;
  await server.until(() => server.ends === 1);
  assert.equal(server.text, 'question');
  assert.deepEqual([server.connection.remoteAddress, server.connection.localAddress, client.connection.remoteAddress], [path, path, path]);
  server.connection.write(Buffer.from('answer'));
  server.connection.close();
  assert.equal((await client.closed()).code, 'closed');
  assert.equal(client.text, 'answer');
});

test('the file of a Unix socket is removed when nothing is accepted any more', { timeout: 10_000 }, async (context) => {
  const path = join(folder(context), 'a.sock');
  const { listener } = await listen(context, { address: path });
  assert.ok(lstatSync(path).isSocket());
  listener.stopAccepting();
  await listener.close();
  assert.equal(existsSync(path), false);
});

test('a socket file that a dead process left behind is replaced', { timeout: 10_000 }, async (context) => {
  const path = join(folder(context), 'a.sock');
  const corpse = spawn(process.execPath, [
    '-e',
    `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`,
  ]);
  await new Promise((resolve) => corpse.once('exit', resolve));
  assert.ok(lstatSync(path).isSocket());
  const { accepted } = await listen(context, { address: path });
  const arrival = accepted();
  await plainSocket(context, path);
  await arrival;
});

test('a socket on which somebody answers is left alone', { timeout: 10_000 }, async (context) => {
  const path = join(folder(context), 'a.sock');
  const { accepted } = await listen(context, { address: path });
  await assert.rejects(listen(context, { address: path }), {
    message: `listener "test": socket ${path} is in use; stop the program that listens there, or configure another path`,
  });
  const arrival = accepted();
  await plainSocket(context, path);
  await plainSocket(context, path);
  await arrival;
});

test('a file that is not a socket is left alone', { timeout: 10_000 }, async (context) => {
  const path = join(folder(context), 'precious');
  writeFileSync(path, 'data');
  await assert.rejects(listen(context, { address: path }), {
    message: `listener "test": ${path} exists and is not a socket; remove it, or configure another path`,
  });
  assert.equal(readFileSync(path, 'utf8'), 'data');
});

test('a listener that cannot listen says in one line what is wrong and what to do', { timeout: 10_000 }, async (context) => {
  const { listener } = await listen(context);
  const taken = listener.address;
  for (const [address, message] of [
    [
      taken,
      `listener "test": port ${taken} is in use; stop the program that listens there, or configure another port (an outgoing connection may have had it until a minute ago: net.ipv4.ip_local_reserved_ports keeps a port from them)`,
    ],
    ['nonsense', /^listener "test": "nonsense" has no port: write host:port, or the path of a Unix socket$/],
    ['192.0.2.1:0', /^listener "test": no interface of this machine has the address of 192\.0\.2\.1:0; configure one that it has/],
    ['name.invalid:0', /^listener "test": the name in name\.invalid:0 has no address; configure an IP address$/],
    [join(folder(context), 'none', 'a.sock'), /^listener "test": (the directory of .* does not exist|no permission to make the socket)/],
  ] as const) {
    await assert.rejects(listen(context, { address }), { message });
  }
});

test('a listener that failed once can be tried again', { timeout: 10_000 }, async (context) => {
  const first = await listen(context);
  let connections = 0;
  const second = new Listener(
    { name: 'second', address: first.listener.address, timers: first.timers, logger: SILENT_LOGGER },
    (connection) => {
      connections++;
      new Ear(connection).connection.close();
    },
  );
  await assert.rejects(second.listen(), /is in use/);
  await first.listener.close();
  await second.listen();
  const { socket } = await plainSocket(context, second.address);
  assert.equal(await readAll(socket), '');
  socket.end();
  await second.close();
  assert.equal(connections, 1);
});

test('stopAccepting refuses the new and keeps the old, and close waits for them', { timeout: 10_000 }, async (context) => {
  const { listener, accepted } = await listen(context);
  const { address } = listener;
  const arrival = accepted();
  const { socket } = await plainSocket(context, address);
  const server = await arrival;
  listener.stopAccepting();
  listener.stopAccepting();
  await assert.rejects(
    new Promise((resolve, reject) =>
      connect(Number(address.split(':')[1]), '127.0.0.1')
        .once('connect', resolve)
        .once('error', reject),
    ),
    /ECONNREFUSED/,
  );
  let closed = false;
  const closing = listener.close().then(() => {
    closed = true;
  });
  server.connection.write(Buffer.from('still here'));
  await new Promise((resolve) => socket.once('data', resolve));
  assert.equal(closed, false);
  socket.end();
  server.connection.end();
  await closing;
  await listener.close();
});

test('a listener that never listened closes at once', { timeout: 10_000 }, async (context) => {
  const { listener, timers } = await listen(context);
  const idle = new Listener({ name: 'idle', address: listener.address, timers, logger: SILENT_LOGGER }, () => {});
  idle.stopAccepting();
  await idle.close();
});

test('the last connection within the limit is served, the one past it is closed and told of once', { timeout: 10_000 }, async (context) => {
  const warnings = new Warnings();
  const { listener, ears } = await listen(context, { maxConnections: 3, logger: warnings.logger });
  for (let n = 0; n < 3; n++) await plainSocket(context, listener.address);
  for (let n = 0; n < 2; n++) assert.equal(await readAll((await plainSocket(context, listener.address)).socket), '');
  assert.equal(ears.length, 3);
  assert.deepEqual(warnings.lines, [
    'listener "test" could not accept a connection: there are 3 connections already (max_connections) {"since_last_warning":1}',
  ]);
  ears[0]!.connection.destroy({ code: 'cancelled', origin: 'local', processed: 'maybe', detail: '' });
  await ears[0]!.closed();
  const { socket } = await plainSocket(context, listener.address);
  socket.write('x');
  while (ears.length < 4) await sleep(1);
  await ears[3]!.until(() => ears[3]!.text === 'x');
});

test('a process that is out of files loses connections, not its life', { timeout: 30_000 }, async (context) => {
  const program = join(folder(context), 'program.mjs');
  writeFileSync(
    program,
    `import { Listener } from ${module('net/listener.js')};
     import { SILENT_LOGGER } from ${module('base/log.js')};
     import { TimerWheel } from ${module('base/timer-wheel.js')};
     const listener = new Listener({ name: 'poor', address: '127.0.0.1:0', timers: new TimerWheel(), logger: SILENT_LOGGER }, (connection) => {
       connection.owner = { onRead: (chunk) => connection.write(chunk), onReadEnd: () => connection.close(), onDrain() {}, onClose() {} };
     });
     await listener.listen();
     console.log(listener.address);`,
  );
  const child = spawn('sh', ['-c', 'ulimit -n 60; exec "$0" "$1"', process.execPath, program], { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => child.kill());
  const output: string[] = [];
  createInterface(child.stdout).on('line', (line) => output.push(line));
  while (output.length === 0) await sleep(5);
  const address = output[0]!;
  const sockets = await Promise.all(Array.from({ length: 100 }, () => plainSocket(context, address)));
  const refused = (): number => sockets.filter(({ socket }) => socket.readableEnded || socket.destroyed).length;
  for (const { socket } of sockets) socket.resume();
  while (refused() < 40) await sleep(5);
  for (const { socket } of sockets) socket.destroy();
  await sleep(100);
  const { socket } = await plainSocket(context, address);
  socket.end('are you there?');
  assert.equal(await readAll(socket), 'are you there?');
  assert.equal(child.exitCode, null);
});
