import assert from 'node:assert/strict';
import { until } from '../../support/deadline.ts';
import { featureTest } from '../../support/feature-stage.ts';

featureTest('a host that fails much more often than the others is suspended for a while', async (stage) => {
  const [bad, good] = [await stage.backend('bad', () => ({ status: 503 })), await stage.backend('good')];
  // Dubbo has no word for 503.
  const exceptionTypes = [500, 502, 503];
  const config = { enabled: true, timeWindow: 100, leastWindowCount: 2, exceptionRateMultiple: 1.5, recoverTime: 300, exceptionTypes };
  await stage.start({ streamFilters: [{ type: 'fault_tolerance', config }] });
  const [cluster] = stage.proxy.clusters;
  const hosts = cluster!.hosts;
  const healthy = () => hosts.filter((host) => host.healthy).map(({ address }) => address);
  await until(async () => {
    await stage.call();
    return healthy().length === 1;
  }, 'the suspension');
  assert.deepEqual(healthy(), [good.address]);
  assert.equal((await stage.call()).body, 'good');
  bad.answer = () => ({ body: 'bad' });
  await until(() => healthy().length === 2, 'the return');
});
