import assert from 'node:assert/strict';
import { until } from '../../support/deadline.ts';
import { type FeatureStage, featureTest } from '../../support/feature-stage.ts';

featureTest('requests are bounded by user, and by route', async (stage) => {
  const backend = await stage.backend();
  const bucket = (max_tokens: number) => ({ max_tokens, fill_interval: '1h' });
  await stage.start({
    streamFilters: [
      {
        type: 'local_rate_limit',
        config: {
          rate_limits: [{ actions: [{ request_headers: { header_name: 'user', descriptor_key: 'user' } }] }],
          descriptors: [{ entries: [{ key: 'user' }], token_bucket: bucket(2) }],
        },
      },
    ],
    routes: [
      {
        match: { headers: [{ name: 'to', value: 'scarce' }] },
        route: { cluster_name: 'backends' },
        per_filter_config: { local_rate_limit: { token_bucket: bucket(1) } },
      },
      { match: {}, route: { cluster_name: 'backends' } },
    ],
  });
  const outcomes = async (fields: Record<string, string>) => {
    const answers = [await stage.call({ fields }), await stage.call({ fields }), await stage.call({ fields })];
    return answers.map(({ outcome }) => outcome);
  };
  const refused = stage.told('overloaded');
  assert.deepEqual(await outcomes({ user: 'ann' }), ['ok', 'ok', refused]);
  assert.deepEqual(await outcomes({ user: 'bob' }), ['ok', 'ok', refused]);
  assert.deepEqual(await outcomes({ to: 'scarce' }), ['ok', refused, refused]);
  assert.equal(backend.seen.length, 5);
});

featureTest("a resource is bounded by Sentinel's rules", async (stage) => {
  const backend = await stage.backend();
  const resource = stage.isHttp ? '/orders' : 'org.meshloom.Orders';
  await stage.start({
    streamFilters: [
      {
        type: 'flowControlFilter',
        config: { global_switch: true, rules: [{ resource, threshold: 2, statIntervalInMs: 60_000 }], action: { body: 'later' } },
      },
    ],
  });
  const call = { path: resource };
  assert.deepEqual([(await stage.call(call)).body, (await stage.call(call)).body], ['backend', 'backend']);
  const refused = await stage.call(call);
  assert.deepEqual([refused.outcome, refused.body], [stage.told('overloaded'), 'later']);
  assert.equal((await stage.call({ path: stage.isHttp ? '/other' : 'org.meshloom.Other' })).body, 'backend');
  assert.equal(backend.seen.length, 3);
});

/** A listener with rules for the one resource that is called, and what the caller hears. */
async function ruled(stage: FeatureStage, rule: object) {
  const resource = stage.isHttp ? '/orders' : 'org.meshloom.Orders';
  const config = { global_switch: true, rules: [{ resource, ...rule }] };
  await stage.start({ streamFilters: [{ type: 'flowControlFilter', config }] });
  return async () => (await stage.call({ path: resource })).outcome;
}

featureTest('as many requests of a resource are there at once as a rule says', async (stage) => {
  let answer = (): void => {};
  const allowed = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const backend = await stage.backend('backend', async () => {
    await allowed;
    return { body: 'at last' };
  });
  const outcome = await ruled(stage, { grade: 0, threshold: 2 });
  const waiting = [outcome(), outcome()];
  await until(() => backend.seen.length === 2, 'two calls');
  assert.equal(await outcome(), stage.told('overloaded'));
  answer();
  assert.deepEqual(await Promise.all(waiting), ['ok', 'ok']);
  assert.equal(await outcome(), 'ok');
  assert.equal(backend.seen.length, 3);
});

featureTest('requests of a resource wait for their turns', async (stage) => {
  await stage.backend();
  const outcome = await ruled(stage, { controlBehavior: 1, threshold: 4, maxQueueingTimeMs: 300 });
  const start = performance.now();
  const outcomes = await Promise.all([outcome(), outcome(), outcome()]);
  // One goes at once, one after 250 ms; the third one would have to wait for 500.
  assert.deepEqual(outcomes.sort(), ['ok', 'ok', stage.told('overloaded')].sort());
  assert.ok(performance.now() - start >= 249);
});

featureTest('a proxy that uses much memory lets fewer requests of a resource in', async (stage) => {
  await stage.backend();
  const thresholds = { lowMemUsageThreshold: 1000, highMemUsageThreshold: 1, memLowWaterMarkBytes: 1, memHighWaterMarkBytes: 2 };
  const outcome = await ruled(stage, { tokenCalculateStrategy: 2, statIntervalInMs: 60_000, ...thresholds });
  assert.deepEqual([await outcome(), await outcome()], ['ok', stage.told('overloaded')]);
});
