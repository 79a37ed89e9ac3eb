import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { ConfigurationError, createProxy, SILENT_LOGGER, StartError } from '../../src/index.ts';
import { proxyConfiguration } from '../support/configuration.ts';
import { freePort } from '../support/ports.ts';

/** Answers with its own name, at once or when it is let go on. */
class NamedServer {
  readonly server: Server;
  readonly waiting: (() => void)[] = [];

  constructor(name: string) {
    this.server = createServer((request, response) => {
      if (request.url === '/wait') this.waiting.push(() => response.end(name));
      else response.end(name);
    });
  }
  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }
  async untilWaiting(): Promise<void> {
    while (this.waiting.length === 0) await new Promise((resolve) => this.server.once('request', resolve));
  }
}

let red: NamedServer;
let blue: NamedServer;

before(async () => {
  red = await new NamedServer('red').listen();
  blue = await new NamedServer('blue').listen();
});

after(() => {
  for (const { server } of [red, blue]) {
    server.close();
    server.closeAllConnections();
  }
});

const quiet = () => createProxy({ logger: SILENT_LOGGER });
const to = (server: NamedServer, listen: number, more: object = {}): object =>
  proxyConfiguration({ listen, hosts: [`127.0.0.1:${server.port}`], ...more });

async function ask(port: number, path = '/'): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(10_000) });
  return `${response.status} ${await response.text()}`;
}

test('several proxies run at once in one program, and know nothing of each other', async () => {
  const ports = [await freePort(), await freePort()] as const;
  const proxies = [quiet(), quiet()] as const;
  await Promise.all([proxies[0].start(to(red, ports[0])), proxies[1].start(to(blue, ports[1]))]);
  assert.deepEqual(await Promise.all([ask(ports[0]), ask(ports[1])]), ['200 red', '200 blue']);
  await proxies[0].stop(0);
  assert.equal(await ask(ports[1]), '200 blue');
  await proxies[1].stop(0);
});

test('another configuration is taken over, and a request under way is not disturbed', async () => {
  const port = await freePort();
  const proxy = quiet();
  await proxy.start(to(red, port));
  const before = ask(port, '/wait');
  await red.untilWaiting();
  await proxy.reconfigure(to(blue, port));
  assert.equal(await ask(port), '200 blue');
  red.waiting.shift()?.();
  assert.equal(await before, '200 red');
  await proxy.stop(0);
});

test('a configuration that cannot be run changes nothing, and says everything that is wrong', async () => {
  const port = await freePort();
  const proxy = quiet();
  await proxy.start(to(red, port));
  await assert.rejects(proxy.reconfigure(to(blue, port, { listener: { address: 'nowhere', bind_port: 3 } })), (error) => {
    assert.ok(error instanceof ConfigurationError);
    assert.match(error.message, /servers\[0\]\.listeners\[0\]\.address/);
    assert.match(error.message, /servers\[0\]\.listeners\[0\]\.bind_port/);
    return true;
  });
  assert.equal(await ask(port), '200 red');
  await proxy.stop(0);
});

test('a port that is taken is one clear line, and nothing listens', async () => {
  const port = await freePort();
  const [first, second] = [quiet(), quiet()];
  await first.start(to(red, port));
  await assert.rejects(second.start(to(blue, port)), (error) => error instanceof StartError && /is in use/.test(error.message));
  assert.equal(second.state, 'stopped');
  await first.stop(0);
});

test('a stop lets requests finish, takes no new connections, and ends', async () => {
  const port = await freePort();
  const proxy = quiet();
  await proxy.start(to(red, port));
  const last = ask(port, '/wait');
  await red.untilWaiting();
  const stopped = proxy.stop(10_000);
  await assert.rejects(ask(port));
  red.waiting.shift()?.();
  assert.equal(await last, '200 red');
  await stopped;
  assert.equal(proxy.state, 'stopped');
});

test('a stop while a start or another configuration is under way leaves nothing that listens', async () => {
  const [port, other] = [await freePort(), await freePort()];
  const starting = quiet();
  const started = starting.start(to(red, port));
  await starting.stop(0);
  await started;
  assert.equal(starting.state, 'stopped');
  await assert.rejects(ask(port));

  const changing = quiet();
  await changing.start(to(red, port));
  const changed = changing.reconfigure(to(red, other));
  const refused = assert.rejects(changing.reconfigure(to(blue, port)), /while draining/);
  // The first of them begins.
  await Promise.resolve();
  await Promise.all([changing.stop(0), changed, refused]);
  for (const each of [port, other]) await assert.rejects(ask(each));
});

test('a stop ends what has not finished in time', async () => {
  const port = await freePort();
  const proxy = quiet();
  await proxy.start(to(red, port));
  const cut = ask(port, '/wait');
  await red.untilWaiting();
  await Promise.all([assert.rejects(cut), proxy.stop(50)]);
  red.waiting.shift()?.();
});

test('a cluster finds its hosts by DNS', async () => {
  const port = await freePort();
  const proxy = quiet();
  await proxy.start(proxyConfiguration({ listen: port, hosts: [`localhost:${red.port}`], cluster: { type: 'STRICT_DNS' } }));
  assert.equal(await ask(port), '200 red');
  await proxy.stop(0);
});

test('a host that is gone is passed over while another lives', async () => {
  const port = await freePort();
  const nobody = await freePort();
  const proxy = quiet();
  await proxy.start(proxyConfiguration({ listen: port, hosts: [`127.0.0.1:${nobody}`, `127.0.0.1:${red.port}`] }));
  for (let asked = 0; asked < 10; asked++) assert.equal(await ask(port), '200 red');
  await proxy.stop(0);
});

test('with no host to reach the client is told in HTTP', async () => {
  const port = await freePort();
  const nobody = await freePort();
  const proxy = quiet();
  await proxy.start(proxyConfiguration({ listen: port, hosts: [`127.0.0.1:${nobody}`] }));
  assert.match(await ask(port), /^502 /);
  await proxy.stop(0);
});
