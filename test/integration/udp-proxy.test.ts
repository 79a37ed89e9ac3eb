import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { after, afterEach, test } from 'node:test';
import { createProxy, type MeshProxy, SILENT_LOGGER } from '../../src/index.ts';
import { within } from '../support/deadline.ts';

const proxies: MeshProxy[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.stop(0)));
});
after(() => {
  for (const socket of sockets) socket.close();
});

async function bound(answer: (text: string) => string = (text) => text, address = '127.0.0.1'): Promise<number> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  sockets.push(socket);
  socket.on('message', (bytes, { port, address: to }) => socket.send(answer(bytes.toString()), port, to));
  await once(socket.bind(0, address), 'listening');
  return socket.address().port;
}

const configuration = (hosts: readonly number[], filter: object = {}, listener: object = {}, before: readonly object[] = []) => ({
  servers: [
    {
      listeners: [
        {
          name: 'datagrams',
          address: '127.0.0.1:0',
          network: 'udp',
          bind_port: true,
          filter_chains: [{ filters: [...before, { type: 'udp_proxy', config: { cluster: 'hosts', ...filter } }] }],
          ...listener,
        },
      ],
    },
  ],
  cluster_manager: { clusters: [{ name: 'hosts', hosts: hosts.map((port) => ({ address: `127.0.0.1:${port}` })) }] },
});

async function start(document: object): Promise<{ readonly proxy: MeshProxy; readonly port: number }> {
  const proxy = createProxy({ logger: SILENT_LOGGER });
  proxies.push(proxy);
  await proxy.start(document);
  return { proxy, port: Number([...proxy.listeners][0]?.address.split(':').at(-1)) };
}

/** A client with an address of its own. */
function client(port: number, address = '127.0.0.1') {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  sockets.push(socket);
  return async (text: string): Promise<string> => {
    const answer = once(socket, 'message');
    socket.send(text, port, address);
    const [bytes] = await within(answer, 'an answer by UDP');
    return String(bytes);
  };
}

test('datagrams of a client go to one host, those of the next to the next', async () => {
  const hosts = await Promise.all(['one', 'two'].map((name) => bound((text) => `${name} ${text}`)));
  const { proxy, port } = await start(configuration(hosts));
  const [first, second] = [client(port), client(port)];
  const a = await first('a');
  assert.match(a, /^(one|two) a$/);
  assert.equal(await first('b'), a.replace(/a$/, 'b'));
  assert.notEqual((await second('a')).slice(0, 3), a.slice(0, 3));
  const [listener] = [...proxy.listeners];
  assert.deepEqual(listener?.connectionCounts, { connectionTotal: 2, connectionActive: 2, bytesRead: 3, bytesWritten: 15 });
});

test('large datagrams pass whole, and empty ones too', async () => {
  const { port } = await start(configuration([await bound((text) => text || 'nothing')]));
  const ask = client(port);
  const large = 'x'.repeat(60_000);
  assert.equal(await ask(large), large);
  assert.equal(await ask(''), 'nothing');
});

test('clients of IPv6 reach hosts of IPv4', async () => {
  const { port } = await start(configuration([await bound()], {}, { address: ':0' }));
  assert.equal(await client(port)('four'), 'four');
  assert.equal(await client(port, '::1')('six'), 'six');
});

test('who is not let in hears nothing, and counts', async () => {
  const deny = { type: 'rbac', config: { action: 'DENY', rules: [{ source_addrs: ['127.0.0.0/8'] }] } };
  const { proxy, port } = await start(configuration([await bound()], {}, {}, [deny]));
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.send('hello', port, '127.0.0.1');
  const [listener] = [...proxy.listeners];
  await within(
    (async () => {
      while (listener?.counts.connectionRefused === 0) await new Promise(setImmediate);
    })(),
    'a refused datagram',
  );
  assert.equal(listener?.connectionCounts.connectionTotal, 0);
});

test('a host that is gone is passed over by the next session', async () => {
  const gone = createSocket('udp4');
  await once(gone.bind(0, '127.0.0.1'), 'listening');
  const { port: nobody } = gone.address();
  await new Promise<void>((resolve) => gone.close(resolve));
  const { port } = await start(configuration([nobody, await bound()]));
  const socket = createSocket('udp4');
  sockets.push(socket);
  const answered = once(socket, 'message');
  const asking = setInterval(() => socket.send('hello', port, '127.0.0.1'), 20);
  try {
    assert.equal(String((await within(answered, 'an answer from the other host'))[0]), 'hello');
  } finally {
    clearInterval(asking);
  }
});

test('another configuration keeps the sessions of hosts that stay, and moves those of hosts that have left', async () => {
  const [old, next] = [await bound((text) => `old ${text}`), await bound((text) => `next ${text}`)];
  const { proxy, port } = await start(configuration([old]));
  const before = client(port);
  assert.equal(await before('a'), 'old a');
  await proxy.reconfigure(configuration([old, next]));
  assert.equal(await before('b'), 'old b');
  await proxy.reconfigure(configuration([next]));
  assert.equal(await before('c'), 'next c');
  assert.equal(await client(port)('d'), 'next d');
});

test('an address that is taken is said, and TCP may listen at the same port', async () => {
  const taken = await bound();
  await assert.rejects(
    start(configuration([], {}, { address: `127.0.0.1:${taken}` })),
    /listener "datagrams": port 127\.0\.0\.1:\d+ is in use/,
  );
});
