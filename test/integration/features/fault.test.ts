import assert from 'node:assert/strict';
import { featureTest } from '../../support/feature-stage.ts';

featureTest('a fault is answered in place of the upstream, and by the route what the route says', async (stage) => {
  const backend = await stage.backend();
  const to = (header: string) => ({ headers: [{ name: 'to', value: header }] });
  await stage.start({
    streamFilters: [{ type: 'fault', config: { abort: { status: 503, percentage: 100 }, headers: [{ name: 'user', value: 'tester' }] } }],
    virtualHost: { per_filter_config: { fault: { abort: { status: 404, percentage: 100 } } } },
    routes: [
      { match: to('open'), route: { cluster_name: 'backends' }, per_filter_config: { fault: {} } },
      { match: {}, route: { cluster_name: 'backends' } },
    ],
  });
  const aborted = await stage.call();
  assert.deepEqual([aborted.outcome, aborted.body], [stage.told('not-found'), 'fault injected']);
  assert.equal(backend.seen.length, 0);
  assert.equal((await stage.call({ fields: { to: 'open', user: 'tester' } })).body, 'backend');
});

featureTest('requests are held back, and go on', async (stage) => {
  await stage.backend();
  await stage.start({ streamFilters: [{ type: 'fault', config: { delay: { fixed_delay: '150ms', percentage: 100 } } }] });
  const start = performance.now();
  assert.equal((await stage.call()).body, 'backend');
  assert.ok(performance.now() - start >= 149);
});
