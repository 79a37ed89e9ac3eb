import assert from 'node:assert/strict';
import { until } from '../../support/deadline.ts';
import { type FeatureStage, featureTest } from '../../support/feature-stage.ts';

/** How often each backend answers so many calls. */
async function answers(stage: FeatureStage, calls: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let call = 0; call < calls; call++) {
    const { body } = await stage.call();
    counts[body] = (counts[body] ?? 0) + 1;
  }
  return counts;
}

/** Asks at a port that nobody listens at: whatever is asked so is found ill. */
async function alwaysIll(stage: FeatureStage): Promise<object> {
  const nobody = await stage.backend('nobody');
  await nobody.stop();
  return {
    service_name: 'service',
    interval: '10ms',
    initial_delay_seconds: '1ms',
    check_config: { tcp_check_config: { port: nobody.port } },
  };
}

async function untilAllIll(stage: FeatureStage): Promise<void> {
  const [cluster] = stage.proxy.clusters;
  await until(
    () => cluster!.hosts.every((host) => !host.healthy),
    () => 'all hosts are found ill',
  );
}

featureTest('the second priority is asked when the first cannot be reached', async (stage) => {
  const [first, second] = [await stage.backend('first'), await stage.backend('second')];
  await stage.start({
    clusters: {
      service: {
        hosts: [
          { address: second.address, priority: 1 },
          { address: first.address, priority: 0 },
        ],
      },
    },
    routes: [{ match: {}, route: { cluster_name: 'service' } }],
  });
  assert.deepEqual(await answers(stage, 6), { first: 6 });
  await first.stop();
  assert.deepEqual(await answers(stage, 6), { second: 6 });
});

featureTest('localities get calls by their weights', async (stage) => {
  const [near, far] = [await stage.backend('near'), await stage.backend('far')];
  const hosts = [
    { address: near.address, locality: 'near' },
    { address: far.address, locality: 'far' },
  ];
  await stage.start({ clusters: { backends: { hosts, locality_weights: { near: 1, far: 0 } } } });
  assert.deepEqual(await answers(stage, 10), { near: 10 });
  await stage.reconfigure({ clusters: { backends: { hosts, locality_weights: { near: 0, far: 1 } } } });
  assert.deepEqual(await answers(stage, 10), { far: 10 });
});

featureTest('hosts that are all found ill get no calls, unless there is a panic threshold', async (stage) => {
  const backend = await stage.backend('ill');
  const health_check = await alwaysIll(stage);
  const clusters = (lbconfig: object) => ({ clusters: { backends: { backends: [backend], health_check, lbconfig } } });
  await stage.start(clusters({}));
  await untilAllIll(stage);
  assert.equal((await stage.call()).outcome, stage.told('unavailable'));
  await stage.reconfigure(clusters({ healthy_panic_threshold: 50 }));
  await untilAllIll(stage);
  assert.equal((await stage.call()).body, 'ill');
});

featureTest(
  'a new host gets few calls at first',
  async (stage) => {
    const [old, fresh] = [await stage.backend('old'), await stage.backend('fresh')];
    // After a second and a half a host has nearly sixty times the share of one that has just come.
    const slow_start = { mode: 'duration', slow_start_duration: '60s', aggression: 0.1 };
    await stage.start({ clusters: { backends: { backends: [old], slow_start } } });
    await answers(stage, 1);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await stage.reconfigure({ clusters: { backends: { backends: [old, fresh], slow_start } } });
    const { old: many = 0 } = await answers(stage, 20);
    assert.ok(many >= 18, `${many} of 20`);
  },
  ['http1', 'dubbo'],
);
