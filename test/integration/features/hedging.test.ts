import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { featureTest } from '../../support/feature-stage.ts';

const route = (policy: object, action: object = {}) => [
  {
    match: {},
    route: {
      cluster_name: 'backends',
      timeout: '5s',
      retry_policy: { retry_on: '5xx', retry_timeout: '40ms', num_retries: 2, idempotent: true, ...policy },
      hedge_policy: { hedge_on_per_try_timeout: true },
      ...action,
    },
  },
];

featureTest('while one host takes its time another one answers', async (stage) => {
  const [slow, quick] = [await stage.backend('slow', () => 'silence'), await stage.backend('quick')];
  await stage.start({ routes: route({}) });
  for (let call = 0; call < 4; call++) assert.equal((await stage.call({ body: `call ${call}` })).body, 'quick');
  assert.ok(slow.seen.length > 0);
  assert.equal(quick.seen.length, 4);
});

featureTest('a host that is slow but answers first is heard, though its time was up', async (stage) => {
  const late = await stage.backend('late', async () => {
    await wait(120);
    return { body: 'late' };
  });
  const never = await stage.backend('never', () => 'silence');
  await stage.start({ routes: route({ num_retries: 1 }) });
  assert.equal((await stage.call({ body: 'x' })).body, 'late');
  assert.deepEqual([late.seen.length, never.seen.length], [1, 1]);
});

featureTest('a bad answer does not win', async (stage) => {
  await stage.backend('bad', async () => {
    await wait(80);
    return { status: 500 };
  });
  await stage.backend('good', async () => {
    await wait(200);
    return { body: 'good' };
  });
  await stage.start({ routes: route({ num_retries: 1 }) });
  assert.equal((await stage.call({ body: 'x' })).body, 'good');
});

featureTest('what must not be done twice is not hedged', async (stage) => {
  const one = await stage.backend('one', () => 'silence');
  const other = await stage.backend('other', () => 'silence');
  await stage.start({ routes: route({ idempotent: false }) });
  assert.equal((await stage.call({ body: 'x' })).outcome, 'timeout');
  assert.equal(one.seen.length + other.seen.length, 1);
});
