import assert from 'node:assert/strict';
import { until } from '../../support/deadline.ts';
import { type FeatureStage, featureTest } from '../../support/feature-stage.ts';
import { FullHost, ProcessHost } from './hosts.ts';
import { load, retrying, SAFE, UNSAFE } from './load.ts';

const CALLERS = 4;

async function withHosts(stage: FeatureStage, body: (frozen: ProcessHost, good: ProcessHost) => Promise<void>): Promise<void> {
  const [frozen, good] = await Promise.all([ProcessHost.start(stage.protocol, 'frozen'), ProcessHost.start(stage.protocol, 'good')]);
  try {
    await body(frozen, good);
  } finally {
    await Promise.all([frozen.kill(), good.kill()]);
  }
}

const hostsOf = (...hosts: readonly { readonly address: string }[]) => hosts.map(({ address }) => ({ address }));

featureTest('a host that freezes costs no call that may be done again, where tries are limited in time', async (stage) => {
  await withHosts(stage, async (frozen, good) => {
    const outlier_detection = { consecutive_5xx: 3, base_ejection_time: '60s', max_ejection_percent: 50 };
    await stage.start({ routes: retrying(true, '500ms'), clusters: { backends: { hosts: hostsOf(frozen, good), outlier_detection } } });
    const { errors } = await load(stage, { calls: 60, callers: CALLERS, call: SAFE, at: 20, happens: () => frozen.freeze() });
    assert.deepEqual(errors, []);
  });
});

featureTest(
  'a host that freezes costs each caller one call at most until a check finds it out, and is asked again when it thaws',
  async (stage) => {
    await withHosts(stage, async (frozen, good) => {
      const http = stage.isHttp ? { check_config: { http_check_config: { path: '/' } } } : {};
      const health_check = {
        service_name: 's',
        protocol: stage.protocolName,
        interval: '50ms',
        timeout: '600ms',
        initial_delay_seconds: '1ms',
        // The good host may be late once, on a machine with other work.
        unhealthy_threshold: 2,
        ...http,
      };
      await stage.start({ routes: retrying(false, '2s'), clusters: { backends: { hosts: hostsOf(frozen, good), health_check } } });
      const { errors } = await load(stage, { calls: 60, callers: CALLERS, call: UNSAFE, at: 20, happens: () => frozen.freeze() });
      assert.ok(errors.length <= CALLERS, errors.join());
      const after = await load(stage, { calls: 20, callers: CALLERS, call: UNSAFE });
      assert.deepEqual(after, { errors: [], answers: { good: 20 } });
      frozen.thaw();
      await until(async () => (await stage.call(UNSAFE)).body === 'frozen', 'an answer of the host that has thawed');
    });
  },
);

featureTest('a host that takes no connections for its queue is full costs no call, whether it may be done again or not', async (stage) => {
  const full = await FullHost.start();
  try {
    const good = await stage.backend('good');
    const clusters = { backends: { hosts: hostsOf(full, good), connect_timeout: '200ms' } };
    await stage.start({ routes: retrying(false, '2s'), clusters });
    const { errors, answers } = await load(stage, { calls: 12, callers: CALLERS, call: UNSAFE });
    assert.deepEqual(errors, []);
    assert.deepEqual(answers, { good: 12 });
  } finally {
    await full.close();
  }
});
