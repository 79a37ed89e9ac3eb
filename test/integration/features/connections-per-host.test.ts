import assert from 'node:assert/strict';
import { until } from '../../support/deadline.ts';
import { type FeatureStage, featureTest } from '../../support/feature-stage.ts';

const CALLS = 12;

/** Makes calls that are answered when all of them are there, and resolves with how many of them each connection of the backend had. */
async function callsOfConnections(stage: FeatureStage): Promise<number[]> {
  const [backend] = stage.backends;
  let go: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    go = resolve;
  });
  backend!.answer = async () => {
    if (backend!.seen.length === CALLS) go();
    await all;
    return { body: 'done' };
  };
  const first = stage.call();
  const rest = Array.from({ length: CALLS - 1 }, () => stage.call());
  for (const { outcome } of await Promise.all([first, ...rest])) assert.equal(outcome, 'ok');
  const calls = new Array<number>(backend!.connections).fill(0);
  for (const { connection } of backend!.seen) calls[connection - 1]!++;
  return calls;
}

featureTest(
  'calls that one connection could carry are spread over as many as are configured',
  async (stage) => {
    const backend = await stage.backend();
    await stage.start({ clusters: { backends: { backends: [backend], connections_per_host: 3 } } });
    // The first calls wait for the first connection, which then carries all of them.
    await Promise.all([stage.call(), stage.call(), stage.call()]);
    await until(() => backend.connections === 3, 'three connections');
    backend.seen.length = 0;
    assert.deepEqual(await callsOfConnections(stage), [4, 4, 4]);
  },
  ['http2', 'dubbo'],
);

featureTest(
  'calls share one connection unless more are configured',
  async (stage) => {
    await stage.backend();
    await stage.start();
    assert.deepEqual(await callsOfConnections(stage), [CALLS]);
  },
  ['http2', 'dubbo'],
);

featureTest(
  'a protocol of one call at a time has a connection for each, whatever is configured',
  async (stage) => {
    const backend = await stage.backend();
    await stage.start({ clusters: { backends: { backends: [backend], connections_per_host: 2 } } });
    assert.deepEqual(await callsOfConnections(stage), new Array<number>(CALLS).fill(1));
  },
  ['http1'],
);
