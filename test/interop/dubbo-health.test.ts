/** Providers of Java, whose heartbeats answer the health checks of a cluster. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createProxy, SILENT_LOGGER } from '../../src/index.ts';
import { until } from '../support/deadline.ts';
import { stageConfiguration } from '../support/feature/configuration.ts';
import { requireTool } from '../support/tools.ts';
import { interopProject, Provider } from './dubbo/services.ts';

describe('Health checks of Dubbo', { skip: requireTool('java', 'mvn') }, () => {
  const providers: Provider[] = [];

  before(async () => {
    for (const profile of ['dubbo-2.7.3', 'dubbo-3.3'] as const) providers.push(await Provider.start(await interopProject(profile)));
  });
  after(async () => {
    await Promise.all(providers.map((provider) => provider.child.stop('SIGKILL')));
  });

  test('a provider answers heartbeats, fails the checks while it is frozen, and passes them when it thaws', async () => {
    const health_check = {
      service_name: 's',
      protocol: 'Dubbo',
      interval: '50ms',
      timeout: '1s',
      initial_delay_seconds: '1ms',
      // A JVM that has just started may be late once.
      unhealthy_threshold: 2,
    };
    const backends = providers.map(({ port }) => ({ address: `127.0.0.1:${port}` }));
    const proxy = createProxy({ logger: SILENT_LOGGER });
    await proxy.start(stageConfiguration('Dubbo', [], { clusters: { backends: { backends, health_check } } }));
    try {
      const [cluster] = proxy.clusters;
      const { counts } = cluster!.healthChecker!;
      const healthy = () => cluster!.hosts.map((host) => host.healthy);
      await until(
        () => counts.success >= 6,
        () => `six good answers: ${JSON.stringify(counts)}`,
      );
      assert.deepEqual(healthy(), [true, true]);
      const [frozen] = providers;
      frozen!.child.process.kill('SIGSTOP');
      await until(() => healthy()[0] === false, 'the freeze to be found out');
      assert.equal(healthy()[1], true);
      frozen!.child.process.kill('SIGCONT');
      await until(() => healthy()[0] === true, 'the thaw to be found out');
    } finally {
      await proxy.stop(0);
    }
  });
});
