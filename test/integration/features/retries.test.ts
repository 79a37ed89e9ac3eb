import assert from 'node:assert/strict';
import { type FeatureBackend, type FeatureStage, featureTest, HTTP, type Reply } from '../../support/feature-stage.ts';

interface Hosts {
  readonly bad: FeatureBackend;
  readonly good: FeatureBackend;
}

/** Two hosts, of which the first answers as `reply` says. Tries go to them in turn, so that of two calls one at least begins there. */
async function hosts(stage: FeatureStage, reply: Reply, policy: object, cluster: object = {}): Promise<Hosts> {
  const [bad, good] = [await stage.backend('bad', () => reply), await stage.backend('good')];
  await stage.start({
    routes: [{ match: {}, route: { cluster_name: 'two', retry_policy: policy } }],
    clusters: { two: { backends: [bad, good], ...cluster } },
  });
  return { bad, good };
}

/** What some calls are answered: with the name of the host, or an outcome. */
async function outcomes(stage: FeatureStage, calls = 4): Promise<readonly string[]> {
  const all: string[] = [];
  for (let call = 0; call < calls; call++) {
    const { outcome, body } = await stage.call({ method: 'POST', body: `call ${call}` });
    all.push(outcome === 'ok' ? body : outcome);
  }
  return all;
}

const ALL_GOOD = ['good', 'good', 'good', 'good'];

featureTest(
  'an answer that the words name is tried again at the other host, where the route says that it may be done twice',
  async (stage) => {
    const { bad, good } = await hosts(stage, { status: 503 }, { retry_on: 'gateway-error,5xx', idempotent: true });
    assert.deepEqual(await outcomes(stage), ALL_GOOD);
    assert.ok(bad.seen.length > 0);
    assert.deepEqual(
      good.seen.map(({ body }) => body),
      ['call 0', 'call 1', 'call 2', 'call 3'],
    );
  },
);

featureTest('an answer that no word names is passed on', async (stage) => {
  await hosts(stage, { status: 503 }, { retry_on: 'retriable-4xx,reset', idempotent: true });
  const failed = stage.told('unavailable');
  assert.deepEqual((await outcomes(stage)).toSorted(), [failed, failed, 'good', 'good'].toSorted());
});

featureTest("MOSN's boolean goes by the status, and by its list where there is one", async (stage) => {
  await hosts(stage, { status: 404 }, { retry_on: true, status_codes: [404], idempotent: true });
  assert.deepEqual(await outcomes(stage), ALL_GOOD);
});

featureTest('what may have been done is not done twice, where no route says that it may', async (stage) => {
  const { bad, good } = await hosts(stage, { status: 503 }, { retry_on: '5xx' });
  await outcomes(stage);
  assert.deepEqual([bad.seen.length, good.seen.length], [2, 2]);
});

featureTest('a connection that breaks off is tried again by reset', async (stage) => {
  await hosts(stage, 'reset', { retry_on: 'reset', idempotent: true });
  assert.deepEqual(await outcomes(stage), ALL_GOOD);
});

featureTest('a host that cannot be reached costs nothing, whatever the words say and whatever was asked', async (stage) => {
  const { bad } = await hosts(stage, {}, { retry_on: 'retriable-4xx' });
  await bad.stop();
  assert.deepEqual(await outcomes(stage), ALL_GOOD);
});

featureTest('a try that takes too long gives way to another', async (stage) => {
  const { bad, good } = await hosts(stage, 'silence', { retry_on: '5xx', retry_timeout: '40ms', idempotent: true });
  assert.deepEqual(await outcomes(stage), ALL_GOOD);
  assert.ok(bad.seen.length > 0);
  assert.equal(good.seen.length, 4);
});

featureTest('as often as the policy says, and then the last answer is passed on', async (stage) => {
  const { bad, good } = await hosts(stage, { status: 500 }, { retry_on: '5xx', num_retries: 1, idempotent: true });
  good.answer = () => ({ status: 500 });
  const { outcome } = await stage.call({ body: 'x' });
  assert.equal(outcome, stage.told('failed'));
  assert.deepEqual([bad.seen.length, good.seen.length], [1, 1]);
});

// A failure in Dubbo is a status and a message: there is no place in it to say when to come back.
featureTest(
  'an answer may say how long to wait before the next try',
  async (stage) => {
    const backoff = { rate_limited_retry_back_off: { reset_headers: [{ name: 'Retry-After' }] } };
    await hosts(stage, { status: 503, fields: { 'retry-after': '1' } }, { retry_on: '5xx', idempotent: true, ...backoff });
    const start = performance.now();
    assert.deepEqual(await outcomes(stage, 2), ['good', 'good']);
    const took = performance.now() - start;
    assert.ok(took >= 1_000, `${took} ms`);
  },
  HTTP,
);

featureTest('with a back-off the calls are answered as without', async (stage) => {
  const backoff = { retry_back_off: { base_interval: '5ms', max_interval: '20ms' } };
  await hosts(stage, 'reset', { retry_on: 'reset', idempotent: true, ...backoff });
  assert.deepEqual(await outcomes(stage), ALL_GOOD);
});

featureTest('without a budget for retries none are made', async (stage) => {
  const policy = { retry_on: '5xx', idempotent: true };
  const budget = { circuit_breakers: [{ retry_budget: { budget_percent: 0, min_retry_concurrency: 0 } }] };
  const { bad, good } = await hosts(stage, { status: 503 }, policy, budget);
  await outcomes(stage);
  assert.deepEqual([bad.seen.length, good.seen.length], [2, 2]);
});

featureTest(
  'a gRPC call is tried again by the status in its answer',
  async (stage) => {
    await hosts(stage, { fields: { 'grpc-status': '14' } }, { retry_on: 'unavailable', idempotent: true });
    assert.deepEqual(await outcomes(stage), ALL_GOOD);
  },
  ['http2'],
);
