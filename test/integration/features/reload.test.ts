import assert from 'node:assert/strict';
import { type FeatureBackend, featureTest, type StageConfiguration } from '../../support/feature-stage.ts';

const CHECKED = { health_check: { service_name: 's', interval: '20ms', initial_delay_seconds: '1ms' }, outlier_detection: {} };
const BALANCERS = ['LB_ROUNDROBIN', 'LB_LEAST_REQUEST', 'LB_MAGLEV', 'LB_PEAK_EWMA'];

/** Each differs from the one before it in the route, in the settings of the cluster, in how its hosts are found, and at times in which they are. */
function configuration(number: number, backends: readonly FeatureBackend[]): StageConfiguration {
  return {
    routes: [{ match: {}, route: { cluster_name: 'backends', timeout: `${5 + number}s` } }],
    clusters: {
      backends: {
        backends: number % 4 === 3 ? backends.slice(1) : backends,
        lb_type: BALANCERS[number % 4],
        idle_timeout: `${60 + number}s`,
        ...(number % 2 === 0 ? { type: 'STRICT_DNS' } : CHECKED),
      },
    },
  };
}

featureTest('a new configuration costs no call, whatever is another in it, and no call that may not be done again', async (stage) => {
  const backends = [await stage.backend(), await stage.backend()];
  await stage.start(configuration(0, backends));
  const errors: string[] = [];
  let over = false;
  const caller = async (): Promise<number> => {
    let calls = 0;
    for (; !over; calls++) {
      const { outcome, body } = await stage.call({ method: 'POST', body: 'x'.repeat(calls % 5_000) });
      if (outcome !== 'ok') errors.push(`${outcome}: ${body}`);
    }
    return calls;
  };
  const callers = Array.from({ length: 8 }, caller);
  for (let number = 1; number <= 12; number++) {
    await stage.call();
    await stage.reconfigure(configuration(number, backends));
  }
  await stage.call();
  over = true;
  const counts = await Promise.all(callers);
  assert.deepEqual(errors, []);
  const seen = backends.reduce((sum, backend) => sum + backend.seen.length, 0);
  assert.equal(seen, 13 + counts.reduce((sum, count) => sum + count, 0));
  const [cluster] = stage.proxy.clusters;
  assert.equal(cluster!.counts.requestActive, 0);
});
