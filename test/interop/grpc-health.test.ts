/** Health checks of clusters, answered by the health service of grpc-go. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createProxy, SILENT_LOGGER } from '../../src/index.ts';
import { Child } from '../support/child.ts';
import { until } from '../support/deadline.ts';
import { stageConfiguration } from '../support/feature/configuration.ts';
import { goProgram } from '../support/go-tool.ts';
import { requireTool } from '../support/tools.ts';

describe('gRPC health checks', { skip: requireTool('go') }, () => {
  test('a cluster asks a gRPC server for a service, or for itself, and goes by what it says', async () => {
    const server = new Child('gRPC health server', await goProgram('test/interop/grpc-health'), [], { input: true });
    const said = (line: string) => until(() => server.output.split('\n').includes(line), `"${line}" of the server`);
    const set = async (line: string): Promise<void> => {
      server.tell(line);
      await said(line);
    };
    const proxy = createProxy({ logger: SILENT_LOGGER });
    try {
      await server.start(until(() => server.output.includes('\n'), 'the port of the server'));
      const backend = { address: `127.0.0.1:${server.output.split('\n')[0]}` };
      await set('shop SERVING');
      const cluster = (service_name: string) => ({
        backends: [backend],
        health_check: {
          service_name: 's',
          protocol: 'Http2',
          interval: '20ms',
          timeout: '2s',
          initial_delay_seconds: '1ms',
          check_config: { grpc_check_config: { service_name } },
        },
      });
      const clusters = { server: cluster(''), shop: cluster('shop'), unknown: cluster('nobody') };
      const routes = [{ match: {}, route: { cluster_name: 'shop' } }];
      await proxy.start(stageConfiguration('Http2', [], { routes, clusters }));
      const found = [...proxy.clusters];
      const checked = () => found.every(({ healthChecker }) => healthChecker!.counts.attempt > 1);
      const healthy = () => found.filter(({ hosts }) => hosts[0]!.healthy).map(({ name }) => name);
      const untilHealthy = (...names: string[]) =>
        until(
          () => checked() && healthy().join() === names.join(),
          () => `not ${healthy()}`,
        );
      await untilHealthy('server', 'shop');
      await set('shop NOT_SERVING');
      await untilHealthy('server');
      await set('server NOT_SERVING');
      await untilHealthy();
      await set('shop SERVING');
      await untilHealthy('shop');
      assert.equal(found[2]!.healthChecker!.counts.success, 0);
      assert.ok(found[2]!.healthChecker!.counts.activeFailure > 0, 'a service that the server does not know');
    } finally {
      await proxy.stop(0);
      await server.stop('SIGKILL');
    }
  });
});
