import assert from 'node:assert/strict';
import { until } from '../../support/deadline.ts';
import { type FeatureStage, featureTest } from '../../support/feature-stage.ts';

const SOON = { interval: '20ms', base_ejection_time: '800ms', max_ejection_percent: 50 };

/** Whether each of the hosts, by their order, gets requests. */
function healthy(stage: FeatureStage): readonly boolean[] {
  const [cluster] = stage.proxy.clusters;
  return stage.backends.map(({ address }) => cluster!.hosts.find((host) => host.address === address)!.healthy);
}

async function outcomes(stage: FeatureStage, count: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (let call = 0; call < count; call++) found.push((await stage.call()).outcome);
  return found;
}

featureTest('a host with bad answers in a row is ejected, and returns after its time', async (stage) => {
  const [a, b] = [await stage.backend('a', () => ({ status: 500 })), await stage.backend('b')];
  const outlier_detection = { ...SOON, consecutive_5xx: 3 };
  await stage.start({ clusters: { backends: { backends: [a, b], outlier_detection } } });
  const before = await outcomes(stage, 6);
  assert.equal(before.filter((outcome) => outcome !== 'ok').length, 3);
  assert.deepEqual(healthy(stage), [false, true]);
  assert.deepEqual(await outcomes(stage, 4), ['ok', 'ok', 'ok', 'ok']);
  a.answer = () => ({ body: 'a' });
  await until(() => healthy(stage)[0] === true, 'the return');
  assert.deepEqual(await outcomes(stage, 4), ['ok', 'ok', 'ok', 'ok']);
  assert.equal(a.seen.length, 3 + 2);
});

featureTest('a host that breaks off what it is asked is ejected', async (stage) => {
  const [a, b] = [await stage.backend('a', () => 'reset'), await stage.backend('b')];
  const outlier_detection = {
    ...SOON,
    base_ejection_time: '60s',
    split_external_local_origin_errors: true,
    consecutive_local_origin_failure: 2,
  };
  await stage.start({ clusters: { backends: { backends: [a, b], outlier_detection } } });
  await outcomes(stage, 6);
  assert.deepEqual(healthy(stage), [false, true]);
  assert.equal(a.seen.length, 2);
});

featureTest('a host that fails too large a share of its requests is ejected at the end of the interval', async (stage) => {
  let calls = 0;
  const flaky = await stage.backend('flaky', () => (++calls % 2 === 0 ? { body: 'flaky' } : { status: 500 }));
  const good = await stage.backend('good');
  const outlier_detection = {
    ...SOON,
    interval: '300ms',
    base_ejection_time: '60s',
    failure_percentage_threshold: 50,
    failure_percentage_minimum_hosts: 2,
    failure_percentage_request_volume: 4,
    enforcing_failure_percentage: 100,
  };
  await stage.start({ clusters: { backends: { backends: [flaky, good], outlier_detection } } });
  await outcomes(stage, 8);
  await until(async () => {
    if (healthy(stage)[0] === false) return true;
    // The calls may have fallen into two intervals.
    await outcomes(stage, 8);
    return false;
  }, 'the ejection');
  assert.deepEqual(healthy(stage), [false, true]);
});

featureTest('a host with gateway failures in a row is ejected, where the configuration says so', async (stage) => {
  const statuses = [504, 404];
  const a = await stage.backend('a', () => ({ status: statuses.shift() ?? 504 }));
  const b = await stage.backend('b');
  const outlier_detection = {
    ...SOON,
    base_ejection_time: '60s',
    consecutive_5xx: 0,
    consecutive_gateway_failure: 2,
    enforcing_consecutive_gateway_failure: 100,
  };
  await stage.start({ clusters: { backends: { backends: [a, b], outlier_detection } } });
  await outcomes(stage, 10);
  assert.deepEqual(healthy(stage), [false, true]);
  assert.equal(a.seen.length, 4);
});

featureTest('that a host has failed itself is no failure of a gateway', async (stage) => {
  const [a, b] = [await stage.backend('a', () => ({ status: 500 })), await stage.backend('b')];
  const gateway = { consecutive_gateway_failure: 2, enforcing_consecutive_gateway_failure: 100 };
  const outlier_detection = { ...SOON, base_ejection_time: '60s', consecutive_5xx: 4, ...gateway };
  await stage.start({ clusters: { backends: { backends: [a, b], outlier_detection } } });
  await outcomes(stage, 6);
  assert.deepEqual(healthy(stage), [true, true]);
  await outcomes(stage, 2);
  assert.deepEqual(healthy(stage), [false, true]);
});

featureTest('a host that succeeds much less often than the others is ejected at the end of the interval', async (stage) => {
  let calls = 0;
  const flaky = await stage.backend('flaky', () => (++calls % 2 === 0 ? { body: 'flaky' } : { status: 500 }));
  const others = [await stage.backend('b'), await stage.backend('c'), await stage.backend('d')];
  const outlier_detection = {
    ...SOON,
    interval: '300ms',
    base_ejection_time: '60s',
    consecutive_5xx: 0,
    success_rate_minimum_hosts: 4,
    success_rate_request_volume: 4,
    success_rate_stdev_factor: 1000,
  };
  await stage.start({ clusters: { backends: { backends: [flaky, ...others], outlier_detection } } });
  await until(async () => {
    await outcomes(stage, 16);
    return healthy(stage)[0] === false;
  }, 'the ejection');
  assert.deepEqual(healthy(stage), [false, true, true, true]);
});

featureTest('a health check that goes well ends an ejection', async (stage) => {
  const [a, b] = [await stage.backend('a', () => ({ status: 500 })), await stage.backend('b')];
  const outlier_detection = { ...SOON, consecutive_5xx: 1, interval: '60s', base_ejection_time: '60s' };
  const health_check = { service_name: 's', initial_delay_seconds: '300ms', interval: '20ms', timeout: '1s' };
  await stage.start({ clusters: { backends: { backends: [a, b], outlier_detection, health_check } } });
  await outcomes(stage, 2);
  assert.deepEqual(healthy(stage), [false, true]);
  await until(() => healthy(stage)[0] === true, 'the return');
});

featureTest('a host that is ejected gets no requests either when the configuration of its cluster changes', async (stage) => {
  const [a, b] = [await stage.backend('a', () => ({ status: 500 })), await stage.backend('b')];
  const outlier_detection = { ...SOON, consecutive_5xx: 1, base_ejection_time: '60s' };
  const clusters = (more: object) => ({ clusters: { backends: { backends: [a, b], outlier_detection, ...more } } });
  await stage.start(clusters({}));
  await outcomes(stage, 2);
  const [before] = stage.proxy.clusters;
  await stage.reconfigure(clusters({ idle_timeout: '1s' }));
  const [after] = stage.proxy.clusters;
  assert.notEqual(after, before);
  assert.deepEqual(healthy(stage), [false, true]);
  assert.deepEqual(await outcomes(stage, 4), ['ok', 'ok', 'ok', 'ok']);
  assert.equal(a.seen.length, 1);
});

featureTest(
  'a host of gRPC is ejected by what it says in trailers',
  async (stage) => {
    const grpc = (status: string) => () => ({
      fields: { 'content-type': 'application/grpc' },
      body: 'x',
      trailers: { 'grpc-status': status },
    });
    const [a, b] = [await stage.backend('a', grpc('14')), await stage.backend('b', grpc('0'))];
    await stage.start({
      clusters: { backends: { backends: [a, b], outlier_detection: { ...SOON, consecutive_5xx: 2, base_ejection_time: '60s' } } },
    });
    await outcomes(stage, 8);
    assert.deepEqual(healthy(stage), [false, true]);
    assert.equal(a.seen.length, 2);
  },
  ['http2'],
);
