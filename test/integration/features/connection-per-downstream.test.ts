import assert from 'node:assert/strict';
import { type FeatureStage, featureTest, HTTP } from '../../support/feature-stage.ts';
import { RawServer } from '../../support/raw-connection.ts';

/** Two clients call twice each, one after the other. Resolves with the backend's connections that each has used. */
async function connectionsOf(stage: FeatureStage, cluster: object, fields: Record<string, string> = {}): Promise<number[][]> {
  const backend = await stage.backend();
  await stage.start({ clusters: { backends: { backends: [backend], ...cluster } } });
  const clients = [await stage.client(), await stage.client()];
  const used: number[][] = [];
  for (const client of clients) {
    backend.seen.length = 0;
    for (let call = 0; call < 2; call++) assert.equal((await client.call({ fields })).outcome, 'ok');
    used.push(backend.seen.map(({ connection }) => connection));
  }
  return used;
}

/** What a consumer sends that wants to be called back. */
const announcement = { 'sys_callback_arg-0': '7' };

featureTest('each client has an upstream connection of its own where the cluster says so', async (stage) => {
  assert.deepEqual(await connectionsOf(stage, { connection_per_downstream: true }), [
    [1, 1],
    [2, 2],
  ]);
});

featureTest('clients share upstream connections otherwise', async (stage) => {
  assert.deepEqual(await connectionsOf(stage, {}), [
    [1, 1],
    [1, 1],
  ]);
});

featureTest(
  'a client that announces callbacks has one of its own',
  async (stage) => {
    assert.deepEqual(await connectionsOf(stage, {}, announcement), [
      [1, 1],
      [2, 2],
    ]);
  },
  ['dubbo'],
);

featureTest(
  'a cluster may forbid connections of their own to all clients',
  async (stage) => {
    assert.deepEqual(await connectionsOf(stage, { connection_per_downstream: false }, announcement), [
      [1, 1],
      [1, 1],
    ]);
  },
  ['dubbo'],
);

featureTest(
  'a client has one for each protocol that its routes speak with the host',
  async (stage) => {
    const host = await RawServer.listen();
    const routes = ['Http1', 'Http2'].map((upstream_protocol) => ({
      match: { prefix: `/${upstream_protocol}` },
      route: { cluster_name: 'host', upstream_protocol },
    }));
    const clusters = { host: { hosts: [{ address: host.address }], connection_per_downstream: true } };
    await stage.start({ routes, clusters });
    try {
      const first = stage.call({ path: '/Http1' });
      const old = await host.accept();
      await old.message();
      old.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      assert.equal((await first).status, 200);
      const second = stage.call({ path: '/Http2' });
      const other = await host.accept();
      await other.expect('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
      await host.close();
      assert.equal((await second).status, 502);
    } finally {
      await host.close();
    }
  },
  HTTP,
);
