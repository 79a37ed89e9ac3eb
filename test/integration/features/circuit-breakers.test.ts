import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { STATUS_OF_OUTCOME } from '../../../src/protocol/outcome.ts';
import type { Cluster } from '../../../src/upstream/cluster.ts';
import { until } from '../../support/deadline.ts';
import { type FeatureStage, featureTest } from '../../support/feature-stage.ts';

/** The HTTP status of it, or the one that stands for Dubbo's. */
const OVERLOADED = STATUS_OF_OUTCOME.overloaded;

/** The only cluster of a proxy, with these thresholds. */
async function limited(stage: FeatureStage, thresholds: object, action: object = {}): Promise<Cluster> {
  await stage.start({
    routes: [{ match: {}, route: { cluster_name: 'backends', ...action } }],
    clusters: { backends: { backends: stage.backends, circuit_breakers: [thresholds] } },
  });
  return onlyCluster(stage);
}

function onlyCluster(stage: FeatureStage): Cluster {
  const [cluster] = stage.proxy.clusters;
  assert.ok(cluster !== undefined);
  return cluster;
}

featureTest('as many requests as max_requests are under way, and one more is refused', async (stage) => {
  const release: (() => void)[] = [];
  await stage.backend('host', () => new Promise((resolve) => release.push(() => resolve({ body: 'host' }))));
  const cluster = await limited(stage, { max_requests: 2 });
  const calls = [stage.call(), stage.call()];
  await until(() => release.length === 2, 'two calls at the backend');
  assert.equal((await stage.call()).status, OVERLOADED);
  assert.equal(cluster.counts.requestOverflow, 1);
  for (const answer of release.splice(0)) answer();
  for (const call of calls) assert.equal((await call).body, 'host');
  const next = stage.call();
  await until(() => release.length === 1, 'another call at the backend');
  release[0]?.();
  assert.equal((await next).body, 'host');
  assert.equal(cluster.limits.requests.current, 0);
});

featureTest('the hosts of a cluster have no more than max_connections together', async (stage) => {
  await stage.backend('one');
  await stage.backend('two');
  const cluster = await limited(stage, { max_connections: 1 });
  // They take turns, and the second of them cannot be reached by a connection of its own.
  const bodies: string[] = [];
  let refused = 0;
  for (let call = 0; call < 6; call++) {
    const { outcome, status, body } = await stage.call();
    if (outcome === 'ok') bodies.push(body);
    else {
      assert.equal(status, OVERLOADED);
      refused++;
    }
  }
  assert.deepEqual([bodies.length, refused, new Set(bodies).size], [3, 3, 1]);
  assert.equal(cluster.counts.connectionTotal, 1);
});

featureTest('as many requests as max_pending_requests wait for a connection, and one more is refused', async (stage) => {
  // A host that never answers a handshake: connections to it are being made for as long as they may.
  const silent = createServer((socket) => socket.on('error', () => undefined).resume());
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  try {
    const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const tls = { tls_context: { status: true, insecure_skip: true }, connect_timeout: '1s' };
    await stage.start({ clusters: { backends: { backends: [{ address }], circuit_breakers: [{ max_pending_requests: 2 }], ...tls } } });
    const { limits } = onlyCluster(stage);
    const waiting = [stage.call(), stage.call()];
    await until(() => limits.pending.current === 2, 'two waiting calls');
    const { status } = await stage.call();
    assert.deepEqual([status, limits.pending.refused], [OVERLOADED, 1]);
    for (const call of waiting) assert.notEqual((await call).outcome, 'ok');
    assert.deepEqual([limits.pending.current, limits.requests.current], [0, 0]);
  } finally {
    silent.close();
  }
});

featureTest('as many retries as max_retries are under way, and a request that needs one more has what it got', async (stage) => {
  const release: (() => void)[] = [];
  const seen = new Set<string>();
  // Bad to what it has not seen, and slow to what comes again.
  await stage.backend('host', ({ body }) => {
    if (seen.has(body)) return new Promise((resolve) => release.push(() => resolve({ body: 'again' })));
    seen.add(body);
    return { status: 503 };
  });
  const cluster = await limited(stage, { max_retries: 1 }, { retry_policy: { retry_on: '5xx', idempotent: true } });
  const first = stage.call({ body: 'first' });
  await until(() => release.length === 1, 'a retry at the backend');
  assert.equal((await stage.call({ body: 'second' })).outcome, stage.told('unavailable'));
  assert.deepEqual([cluster.counts.requestRetry, cluster.counts.requestRetryOverflow], [1, 1]);
  release[0]?.();
  assert.equal((await first).body, 'again');
  assert.equal(cluster.limits.retries.current, 0);
});
