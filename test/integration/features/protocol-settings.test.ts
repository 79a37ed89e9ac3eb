import assert from 'node:assert/strict';
import { type FeatureStage, featureTest } from '../../support/feature-stage.ts';

const MEBIBYTE = 1024 * 1024;

/** Makes calls that are answered when all of them are there, and resolves with how many of them each connection of the backend had. */
async function callsOfConnections(stage: FeatureStage, count: number): Promise<number[]> {
  const [backend] = stage.backends;
  let go: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    go = resolve;
  });
  backend!.answer = async () => {
    if (backend!.seen.length === count) go();
    await all;
    return {};
  };
  const answers = await Promise.all(Array.from({ length: count }, () => stage.call()));
  for (const { outcome } of answers) assert.equal(outcome, 'ok');
  const calls = new Array<number>(backend!.connections).fill(0);
  for (const { connection } of backend!.seen) calls[connection - 1]!++;
  return calls;
}

featureTest(
  'a cluster says how many calls a connection to its hosts carries at once',
  async (stage) => {
    const backend = await stage.backend();
    const settings = stage.protocol === 'dubbo' ? { max_concurrent_streams: 2 } : { max_upstream_streams: 2 };
    const extend_config = { [stage.protocol]: settings };
    await stage.start({ clusters: { backends: { backends: [backend], extend_config } } });
    assert.deepEqual(await callsOfConnections(stage, 6), [2, 2, 2]);
  },
  ['http2', 'dubbo'],
);

featureTest(
  'calls and answers beyond 8 MiB pass where both the proxy and the cluster say so',
  async (stage) => {
    const backend = await stage.backend('large', ({ body }) => ({
      body: body === 'more' ? 'x'.repeat(9 * MEBIBYTE) : String(body.length),
    }));
    const settings = { dubbo: { max_payload_bytes: 10 * MEBIBYTE } };
    const towardsHosts = { backends: { backends: [backend], extend_config: settings } };
    const call = { body: 'x'.repeat(9 * MEBIBYTE) };
    await stage.start({ proxy: { extend_config: settings }, clusters: towardsHosts });
    assert.equal((await stage.call(call)).body, String(9 * MEBIBYTE));
    assert.equal((await stage.call({ body: 'more' })).body.length, 9 * MEBIBYTE);

    await stage.reconfigure({ clusters: towardsHosts });
    const outside = await stage.client();
    assert.match((await outside.call(call)).body, /longer than the limit of 8388624/);

    await stage.reconfigure({ proxy: { extend_config: settings } });
    const inside = await stage.client();
    assert.equal((await inside.call(call)).body, String(9 * MEBIBYTE));
    const { outcome, body } = await inside.call({ body: 'more' });
    assert.equal(outcome, 'failed');
    assert.match(body, /longer than the limit of 8388624/);
  },
  ['dubbo'],
);

featureTest(
  'a cluster says how long a head its hosts may answer with',
  async (stage) => {
    const backend = await stage.backend('wordy', () => ({ fields: { 'x-long': 'x'.repeat(2000) } }));
    await stage.start({ clusters: { backends: { backends: [backend], extend_config: { [stage.protocol]: { max_head_bytes: 1024 } } } } });
    assert.equal((await stage.call()).status, 502);
    await stage.reconfigure({});
    assert.equal((await stage.call()).status, 200);
  },
  ['http1', 'http2'],
);
