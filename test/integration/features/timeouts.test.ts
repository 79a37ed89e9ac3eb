import assert from 'node:assert/strict';
import { type FeatureStage, featureTest } from '../../support/feature-stage.ts';

/** One backend that never answers calls of the method `hang`, and all others at once. */
async function withTimes(stage: FeatureStage, action: object, proxy: object = {}): Promise<void> {
  await stage.backend('host', ({ method }) => (method === 'PUT' || method === 'hang' ? 'silence' : { body: 'answer' }));
  await stage.start({ routes: [{ match: {}, route: { cluster_name: 'backends', ...action } }], proxy });
}

const hanging = (stage: FeatureStage): string => (stage.isHttp ? 'PUT' : 'hang');

featureTest('an answer that is not there within the time of the route is a timeout', async (stage) => {
  await withTimes(stage, { timeout: '60ms' });
  assert.equal((await stage.call()).body, 'answer');
  const start = performance.now();
  const { outcome, body } = await stage.call({ method: hanging(stage) });
  assert.equal(outcome, 'timeout');
  assert.match(body, /no response within 60 ms/);
  assert.ok(performance.now() - start > 59);
});

featureTest('further tries have no time of their own beside that of the route', async (stage) => {
  await withTimes(stage, { timeout: '100ms', retry_policy: { retry_on: true, retry_timeout: '40ms', num_retries: 50, idempotent: true } });
  const start = performance.now();
  const { outcome } = await stage.call({ method: hanging(stage) });
  assert.equal(outcome, 'timeout');
  const tries = stage.backends[0]!.seen.length;
  assert.ok(tries === 2 || tries === 3, `${tries} tries`);
  assert.ok(performance.now() - start < 2_000);
});

featureTest('a call of which nothing comes or goes ends after its idle time', async (stage) => {
  await withTimes(stage, { timeout: '0s', idle_timeout: '60ms' });
  const { outcome, body } = await stage.call({ method: hanging(stage) });
  assert.equal(outcome, 'timeout');
  assert.match(body, /nothing carried for 60 ms/);
});

featureTest('a call may last as long as the route says', async (stage) => {
  await withTimes(stage, { timeout: '0s', max_stream_duration: '60ms' });
  const { outcome, body } = await stage.call({ method: hanging(stage) });
  assert.equal(outcome, 'timeout');
  assert.match(body, /no end within the 60 ms/);
});

featureTest('a call may say its time itself, where the listener reads it, and the host is told', async (stage) => {
  const timeout_headers = { timeout: 'X-Mosn-Global-Timeout', expected: 'x-envoy-expected-rq-timeout-ms' };
  await withTimes(stage, {}, { timeout_headers });
  const fields = { 'x-mosn-global-timeout': '70' };
  const { outcome, body } = await stage.call({ method: hanging(stage), fields });
  assert.equal(outcome, 'timeout');
  assert.match(body, /no response within 70 ms/);
  const seen = stage.backends[0]!.last.fields;
  assert.equal(seen['x-mosn-global-timeout'], undefined);
  assert.ok(Number(seen['x-envoy-expected-rq-timeout-ms']) <= 70, JSON.stringify(seen));
});

featureTest(
  'the time that a gRPC call has left is carried on',
  async (stage) => {
    await withTimes(stage, { timeout: '300ms' });
    await stage.call({ fields: { 'grpc-timeout': '2S', 'content-type': 'application/grpc' }, body: 'x' });
    assert.match(stage.backends[0]!.last.fields['grpc-timeout'] ?? '', /^(300|[12]\d\d)m$/);
    await stage.call({ fields: { 'grpc-timeout': '250m', 'content-type': 'application/grpc' }, body: 'x' });
    assert.match(stage.backends[0]!.last.fields['grpc-timeout'] ?? '', /^(1\d\d|2[0-5]\d)m$/);
  },
  ['http2'],
);

featureTest(
  'the time that a Dubbo call has left is carried on',
  async (stage) => {
    await withTimes(stage, { timeout: '300ms' });
    await stage.call({ fields: { _TO: '2000' } });
    assert.match(stage.backends[0]!.last.fields['_to'] ?? '', /^(300|[12]\d\d)$/);
  },
  ['dubbo'],
);
