import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FeatureStage, featureTest } from '../../support/feature-stage.ts';
import { freePort } from '../../support/ports.ts';
import { RawConnection, RawServer } from '../../support/raw-connection.ts';

/** A listener whose protocol is served behind those filters. */
const behind = (stage: FeatureStage, ...filters: readonly object[]) => ({
  networkFilters: [
    ...filters,
    {
      type: 'proxy',
      config: { downstream_protocol: stage.protocolName, upstream_protocol: stage.protocolName, router_config_name: 'routes' },
    },
  ],
});

featureTest('connections from one network come in, and those from another do not', async (stage) => {
  await stage.backend();
  await stage.start(behind(stage, { type: 'rbac', config: { action: 'DENY', rules: [{ source_addrs: ['127.0.0.2'] }] } }));
  await assert.rejects(async () => (await stage.client({ localAddress: '127.0.0.2' })).call());
  assert.equal((await stage.call()).body, 'backend');
  assert.equal([...stage.proxy.listeners][0]?.counts.connectionRefused, 1);
});

featureTest('so many connections come in, and no more', async (stage) => {
  await stage.backend();
  const bucket = { max_tokens: 2, fill_interval: '1h' };
  await stage.start(behind(stage, { type: 'local_ratelimit', config: { token_bucket: bucket } }));
  assert.equal((await (await stage.client()).call()).body, 'backend');
  assert.equal((await (await stage.client()).call()).body, 'backend');
  await assert.rejects(async () => (await stage.client()).call());
});

featureTest('what clients say is held back for a time', async (stage) => {
  await stage.backend();
  await stage.start(behind(stage, { type: 'fault_inject', config: { delay_percent: 100, delay_duration: '100ms' } }));
  const start = performance.now();
  assert.equal((await stage.call()).body, 'backend');
  assert.ok(performance.now() - start >= 99);
});

featureTest('connections are refused by chance', async (stage) => {
  const backend = await stage.backend();
  await stage.start(behind(stage, { type: 'fault_inject', config: { abort_percent: 100 } }));
  await assert.rejects(async () => (await stage.client()).call());
  await stage.reconfigure(behind(stage, { type: 'fault_inject', config: { abort_percent: 0 } }));
  assert.equal((await (await stage.client()).call()).body, 'backend');
  assert.equal(backend.seen.length, 1);
});

let servers: readonly RawServer[] = [];
const stages: FeatureStage[] = [];

before(async () => {
  servers = await Promise.all([RawServer.listen(), RawServer.listen()]);
});
after(async () => {
  await Promise.all(stages.map((stage) => stage.close()));
  await Promise.all(servers.map((server) => server.close()));
});

/** A listener of raw connections. */
async function raw(config: object, ...filters: readonly object[]): Promise<number> {
  const stage = new FeatureStage('http1');
  stages.push(stage);
  await stage.start({
    networkFilters: [...filters, { type: 'tcp_proxy', config }],
    clusters: { one: { backends: [servers[0]!] }, two: { backends: [servers[1]!] } },
  });
  return stage.port;
}

test('network filters stand before raw connections, too', async () => {
  const filters = [
    { type: 'rbac', config: { action: 'ALLOW', rules: [{ source_addrs: ['127.0.0.1'] }] } },
    { type: 'local_ratelimit', config: { token_bucket: { max_tokens: 1, fill_interval: '1h' } } },
    { type: 'fault_inject', config: { delay_percent: 100, delay_duration: '50ms' } },
  ];
  const port = await raw({ cluster: 'one' }, ...filters);
  const client = await RawConnection.open(port);
  const server = await servers[0]!.accept();
  client.send('question').end();
  assert.equal(await server.untilEnd(), 'question');
  server.send('answer').end();
  assert.equal(await client.untilEnd(), 'answer');
  await assert.rejects(async () => (await RawConnection.open(port)).read(1));
});

test('clusters share raw connections by their weights', async () => {
  const shares = (one: number, two: number) => ({
    weighted_clusters: [{ cluster: { name: 'one', weight: one } }, { cluster: { name: 'two', weight: two } }],
  });
  for (const [at, weights] of [
    [0, shares(1, 0)],
    [1, shares(0, 1)],
  ] as const) {
    const client = await RawConnection.open(await raw(weights));
    client.send('hello');
    await (await servers[at]!.accept()).expect('hello');
    client.destroy();
  }
});

test('a raw connection that carries nothing is ended after a time', async () => {
  const client = await RawConnection.open(await raw({ cluster: 'one', idle_timeout: '50ms' }));
  await servers[0]!.accept();
  await client.expectEnd();
});

test('of the hosts of a raw connection as many are tried as is said', async () => {
  const stage = new FeatureStage('http1');
  stages.push(stage);
  const gone = `127.0.0.1:${await freePort()}`;
  const clusters = { both: { backends: [{ address: gone }, servers[1]!] } };
  const networkFilters = (attempts: number) => [{ type: 'tcp_proxy', config: { cluster: 'both', max_connect_attempts: attempts } }];
  await stage.start({ networkFilters: networkFilters(2), clusters });
  for (let count = 0; count < 4; count++) {
    const client = await RawConnection.open(stage.port);
    client.send('hello');
    await (await servers[1]!.accept()).expect('hello');
    client.destroy();
  }
  await stage.reconfigure({ networkFilters: networkFilters(1), clusters });
  const outcomes = new Set<string>();
  for (let count = 0; count < 4; count++) {
    const client = await RawConnection.open(stage.port);
    client.send('hello').end();
    const server = servers[1]!.connections.length;
    outcomes.add(await Promise.race([client.untilEnd().then(() => 'refused'), arrival(server).then(() => 'served')]));
    client.destroy();
  }
  assert.deepEqual([...outcomes].sort(), ['refused', 'served']);
});

/** Resolves when a host has got another connection than those that it has. */
async function arrival(known: number): Promise<void> {
  while (servers[1]!.connections.length <= known) await new Promise(setImmediate);
}
