import assert from 'node:assert/strict';
import { featureTest } from '../../support/feature-stage.ts';

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
