/** Dubbo's frames through a proxy, byte by byte: what consumers and providers see of each other, and of those that misbehave. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createProxy, type MeshProxy } from '../../src/index.ts';
import { proxyConfiguration, temporaryFolder } from '../support/configuration.ts';
import { until } from '../support/deadline.ts';
import { type Frame, frame, receive, text } from '../support/dubbo-wire.ts';
import { LogBook } from '../support/log-book.ts';
import { freePort } from '../support/ports.ts';
import { RawConnection, RawServer } from '../support/raw-connection.ts';

const TWO_WAY = 0xc0;
const ONE_WAY = 0x80;
const EVENT = 0x20;
const ANSWER = 0x00;
const HESSIAN2 = 2;
/** One that is not read here. */
const KRYO = 8;
const OK = 20;
const OVERLOADED = 100;
const FAILED = 80;

/** A call in hessian2 without arguments and attachments. */
const call = (id: bigint, method = 'call', flags = TWO_WAY): Buffer =>
  frame(flags | HESSIAN2, 0, id, `${['2.0.2', 'org.example.Service', '0.0.0', method, ''].map(text).join('')}HZ`);
const answer = (id: bigint, body: Buffer | string = '\x92N'): Buffer => frame(ANSWER | HESSIAN2, OK, id, body);

let provider: RawServer;
let proxy: MeshProxy;
let log: LogBook;
let port: number;
const consumers: RawConnection[] = [];

async function start(
  settings: {
    readonly proxy?: object;
    readonly cluster?: object;
    readonly listener?: object;
    readonly route?: object;
    readonly hosts?: readonly string[];
  } = {},
): Promise<void> {
  port = await freePort();
  log = new LogBook();
  proxy = createProxy({ logger: log });
  await proxy.start(
    proxyConfiguration({
      listen: port,
      hosts: [provider.address],
      match: { headers: [{ name: 'service', value: '.*' }] },
      ...settings,
      proxy: { downstream_protocol: 'dubbo', upstream_protocol: 'dubbo', ...settings.proxy },
    }),
  );
}

async function consumer(): Promise<RawConnection> {
  const connection = await RawConnection.open(port);
  consumers.push(connection);
  return connection;
}

beforeEach(async () => {
  provider = await RawServer.listen();
});
afterEach(async () => {
  for (const connection of consumers.splice(0)) connection.destroy();
  await proxy.stop(0);
  await provider.close();
});

test('one that sends no frames, or part of one, is ended alone, with a line in the log', async () => {
  await start({ listener: { request_headers_timeout: '300ms' } });
  const good = await consumer();
  good.send(call(1n));
  const server = await provider.accept();
  const asked = await receive(server);
  const [noise, cut, slow] = [await consumer(), await consumer(), await consumer()];
  noise.send(Buffer.concat([call(1n), Buffer.from('this begins no frame')]));
  cut.send(call(2n).subarray(0, 40)).end();
  slow.send(call(3n).subarray(0, 40));
  for (const bad of [noise, cut, slow]) await bad.untilEnd();
  await log.until(/bytes that begin no frame of dubbo/);
  await log.until(/ended within a frame/);
  await log.until(/took too long/);
  server.send(answer(asked.id));
  assert.equal((await receive(good)).id, 1n);
});

test('a serialization that is not read here passes as it is, both ways, by a route for any service', async () => {
  await start();
  const client = await consumer();
  const body = Buffer.from(Array.from({ length: 256 }, (_, at) => 255 - at));
  client.send(frame(TWO_WAY | KRYO, 0, 5n, body));
  const server = await provider.accept();
  const asked = await receive(server);
  assert.deepEqual([asked.flags, asked.body], [TWO_WAY | KRYO, body]);
  server.send(frame(ANSWER | KRYO, OK, asked.id, body));
  assert.deepEqual(await receive(client), { flags: ANSWER | KRYO, status: OK, id: 5n, body });
});

test('ids of consumers that chose the same do not collide, and each has its own answer', async () => {
  await start();
  const clients = [await consumer(), await consumer(), await consumer()];
  for (const [at, client] of clients.entries()) client.send(call(7n, `of ${at}`));
  const server = await provider.accept();
  const asked = [await receive(server), await receive(server), await receive(server)];
  assert.equal(new Set(asked.map(({ id }) => id)).size, 3);
  assert.equal(provider.accepted, 1);
  for (const { id, body } of asked.reverse()) server.send(answer(id, `\x91${text(/of \d/.exec(body.toString('latin1'))![0])}`));
  for (const [at, client] of clients.entries()) {
    const { id, body } = await receive(client);
    assert.deepEqual([id, body.toString('latin1')], [7n, `\x91${text(`of ${at}`)}`]);
  }
});

test('one-way calls arrive, are answered by nobody, and hold no place', async () => {
  await start({ cluster: { extend_config: { dubbo: { max_concurrent_streams: 1 } } } });
  const client = await consumer();
  for (let id = 1n; id <= 3n; id++) client.send(call(id, 'note', ONE_WAY));
  client.send(call(4n));
  const server = await provider.accept();
  for (let at = 0; at < 3; at++) assert.equal((await receive(server)).flags, ONE_WAY | HESSIAN2);
  const asked = await receive(server);
  server.send(answer(asked.id));
  assert.equal((await receive(client)).id, 4n);
  assert.equal(client.unread.length, 0);
});

test('an answer that comes after the time is over is nobody else’s', async () => {
  await start({ route: { timeout: '100ms' } });
  const client = await consumer();
  client.send(call(1n));
  const server = await provider.accept();
  const late = await receive(server);
  const { status, id } = await receive(client);
  assert.deepEqual([status, id], [31, 1n]);
  client.send(call(2n));
  const next = await receive(server);
  server.send(answer(late.id, `\x91${text('late')}`)).send(answer(next.id, `\x91${text('next')}`));
  assert.equal((await receive(client)).body.toString('latin1'), `\x91${text('next')}`);
  assert.equal(client.unread.length, 0);
});

test('calls in flight are answered at once when their provider dies, and the consumer keeps its connection', async () => {
  await start();
  const client = await consumer();
  for (let id = 1n; id <= 20n; id++) client.send(call(id));
  const server = await provider.accept();
  for (let at = 0; at < 20; at++) await receive(server);
  server.reset();
  const ids = new Set<bigint>();
  for (let at = 0; at < 20; at++) {
    const { status, id } = await receive(client);
    assert.equal(status, 80);
    ids.add(id);
  }
  assert.equal(ids.size, 20);
  client.send(call(21n));
  const again = await provider.accept();
  again.send(answer((await receive(again)).id));
  assert.equal((await receive(client)).id, 21n);
});

test('after readonly new calls go by another connection, and those that are open are answered', async () => {
  await start();
  const client = await consumer();
  client.send(call(1n));
  const leaving = await provider.accept();
  const open = await receive(leaving);
  leaving.send(frame(ONE_WAY | EVENT | HESSIAN2, 0, 0n, '\x01R'));
  // What is written before is read before: the answer to a heartbeat says that the proxy has read it.
  leaving.send(frame(TWO_WAY | EVENT | HESSIAN2, 0, 9n, 'N'));
  assert.deepEqual((await receive(leaving)).id, 9n);
  client.send(call(2n));
  const other = await provider.accept();
  other.send(answer((await receive(other)).id));
  assert.equal((await receive(client)).id, 2n);
  leaving.send(answer(open.id));
  assert.equal((await receive(client)).id, 1n);
  await leaving.expectEnd();
});

test('who gives no sign of life is closed after three heartbeats, on either side', async () => {
  await start({ listener: { probe_interval: '50ms' }, cluster: { probe_interval: '50ms' } });
  const client = await consumer();
  client.send(call(1n));
  const server = await provider.accept();
  await receive(server);
  for (let at = 0; at < 3; at++) assert.equal((await receive(server)).flags, TWO_WAY | EVENT | HESSIAN2);
  await server.untilEnd();
  const heard = [await receive(client), await receive(client), await receive(client), await receive(client)];
  assert.deepEqual(heard.filter(({ flags }) => (flags & EVENT) !== 0).length, 3);
  assert.equal(heard.find(({ flags }) => (flags & EVENT) === 0)?.status, 31);
  await client.untilEnd();
});

test('a consumer that does not read stalls nobody, and is answered overloaded past its ceiling', async () => {
  const mebibyte = Buffer.concat([Buffer.from('\x91S\xff\xff', 'latin1'), Buffer.alloc(1024 * 1024, 'x')]);
  const file = join(temporaryFolder('dubbo-wire'), 'access.log');
  const access_logs = [{ log_path: file, log_format: '%response_code% %response_flag%' }];
  await start({ proxy: { extend_config: { max_unread_bytes: 8 * mebibyte.length } }, listener: { access_logs } });
  const [slow, quick] = [await consumer(), await consumer()];
  slow.pause();
  const calls = 40;
  for (let id = 1n; id <= BigInt(calls); id++) slow.send(call(id, 'large'));
  const server = await provider.accept();
  const large: Frame[] = [];
  for (let at = 0; at < calls; at++) large.push(await receive(server));
  for (const { id } of large) server.send(answer(id, mebibyte));
  quick.send(call(1n));
  server.send(answer((await receive(server)).id));
  assert.equal((await receive(quick)).id, 1n);
  slow.resume();
  const statuses = new Map<number, number>();
  for (let at = 0; at < calls; at++) {
    const { status, body } = await receive(slow);
    if (status === OK) assert.ok(body.equals(mebibyte));
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  assert.equal((statuses.get(OK) ?? 0) + (statuses.get(OVERLOADED) ?? 0), calls, JSON.stringify([...statuses]));
  assert.ok((statuses.get(OVERLOADED) ?? 0) > 0, JSON.stringify([...statuses]));
  assert.ok((statuses.get(OK) ?? 0) >= 8, JSON.stringify([...statuses]));
  // The ceiling is of what waits, not of what was sent: who reads again is served again.
  slow.send(call(99n));
  server.send(answer((await receive(server)).id));
  assert.deepEqual((await receive(slow)).status, OK);
  const logged = (): readonly string[] => readFileSync(file, 'utf8').trimEnd().split('\n');
  await until(() => logged().length === calls + 2, 'a line for each call');
  assert.equal(logged().filter((line) => line === '503 LR').length, statuses.get(OVERLOADED));
});

test('calls for a provider that does not read are refused past its ceiling, and those for others go on', async () => {
  const mebibyte = Buffer.alloc(1024 * 1024, 'x');
  await start({ cluster: { extend_config: { dubbo: { max_unread_bytes: 4 * mebibyte.length } } } });
  const client = await consumer();
  const other = await RawServer.listen();
  const { cluster_manager, servers, ...rest } = proxy.document as {
    cluster_manager: { clusters: object[] };
    servers: [{ routers: object[] }];
  };
  const [{ routers, ...server }] = servers;
  const toOther = { match: { headers: [{ name: 'method', value: 'other' }] }, route: { cluster_name: 'other' } };
  const toStuck = { match: { headers: [{ name: 'service', value: '.*' }] }, route: { cluster_name: 'hosts' } };
  await proxy.reconfigure({
    ...rest,
    servers: [{ ...server, routers: [{ ...routers[0], virtual_hosts: [{ name: 'all', domains: ['*'], routers: [toOther, toStuck] }] }] }],
    cluster_manager: { clusters: [...cluster_manager.clusters, { name: 'other', hosts: [{ address: other.address }] }] },
  });
  client.send(call(1n));
  const stuck = await provider.accept();
  stuck.send(answer((await receive(stuck)).id));
  assert.equal((await receive(client)).id, 1n);
  stuck.pause();
  const calls = 40n;
  for (let id = 2n; id <= calls; id++) client.send(frame(TWO_WAY | KRYO, 0, id, mebibyte));
  const refused = await receive(client);
  assert.equal(refused.status, FAILED);
  assert.match(refused.body.toString('latin1'), /does not read/);
  client.send(call(calls + 1n, 'other'));
  const reached = await other.accept();
  reached.send(answer((await receive(reached)).id));
  let heard: Frame = await receive(client);
  for (; heard.id !== calls + 1n; heard = await receive(client)) assert.equal(heard.status, FAILED);
  assert.equal(heard.status, OK);
  await other.close();
});

test('calls for a provider that does not read go to another one past its ceiling', async () => {
  const mebibyte = Buffer.alloc(1024 * 1024, 'x');
  const good = await RawServer.listen();
  await start({
    hosts: [provider.address, good.address],
    cluster: { extend_config: { dubbo: { max_unread_bytes: 4 * mebibyte.length } } },
  });
  const client = await consumer();
  // One call for each of them, by turns.
  for (let id = 1n; id <= 2n; id++) client.send(call(id));
  const [stuck, other] = [await provider.accept(), await good.accept()];
  for (const server of [stuck, other]) {
    server.send(answer((await receive(server)).id));
    await receive(client);
  }
  stuck.pause();
  const calls = 60;
  for (let id = 3; id < 3 + calls; id++) client.send(frame(TWO_WAY | KRYO, 0, BigInt(id), mebibyte));
  // The first of them has its share and all that the system and the proxy hold no more of for the second.
  for (let answered = 0; answered < calls / 2 + 5; answered++) {
    other.send(answer((await receive(other)).id));
    assert.equal((await receive(client)).status, OK);
  }
  await good.close();
});
