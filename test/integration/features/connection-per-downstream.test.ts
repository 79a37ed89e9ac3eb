import assert from 'node:assert/strict';
import { type FeatureStage, featureTest } from '../../support/feature-stage.ts';

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
