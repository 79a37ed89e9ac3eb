import assert from 'node:assert/strict';
import { until } from '../../support/deadline.ts';
import { type FeatureStage, featureTest, type Reply } from '../../support/feature-stage.ts';

function hostOf(stage: FeatureStage, address: string) {
  const [cluster] = stage.proxy.clusters;
  return cluster?.hosts.find((host) => host.address === address);
}

featureTest('connections are ready before anybody asks for them, and serve who does', async (stage) => {
  const backend = await stage.backend();
  const preconnect = { protocol: stage.protocolName, connections: 3 };
  await stage.start({ clusters: { backends: { backends: [backend], preconnect } } });
  await until(() => backend.connections === 3, 'three connections');
  await Promise.all([stage.call(), stage.call(), stage.call()]);
  assert.equal(backend.connections, 3);
});

/** An answer that the test lets go. */
function held(): { readonly answer: () => Promise<Reply>; release(): void } {
  let release: () => void = () => undefined;
  const wait = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    answer: async () => {
      await wait;
      return { body: 'late' };
    },
    release: () => release(),
  };
}

featureTest(
  'when a host leaves, what is under way there finishes, its connections close, and what comes later goes elsewhere',
  async (stage) => {
    const slow = held();
    const [leaving, staying] = [await stage.backend('leaving', slow.answer), await stage.backend('staying')];
    await stage.start({ clusters: { backends: { backends: [leaving] } } });
    const host = hostOf(stage, leaving.address)!;
    const late = stage.call();
    await until(() => leaving.seen.length === 1, 'the call');
    await stage.reconfigure({ clusters: { backends: { backends: [staying] } } });
    assert.equal((await stage.call()).body, 'staying');
    assert.equal(host.counts.connectionActive, 1);
    slow.release();
    assert.equal((await late).body, 'late');
    await until(() => host.counts.connectionActive === 0, 'the end of the connection');
  },
);

const SICK_SOON = { service_name: 's', protocol: 'Http1', interval: '20ms', initial_delay_seconds: '1ms', timeout: '1s' };

/** A host whose health is what a server beside it says, with one call under way. */
async function callAtSickHost(stage: FeatureStage, settings: object) {
  let status = 200;
  const slow = held();
  const backend = await stage.backend('slow', slow.answer);
  const side = await stage.backend('side', () => ({ status }), 'http1');
  const health_check = { ...SICK_SOON, check_config: { http_check_config: { port: side.port } } };
  // What may be done again would wait for another host.
  const routes = [{ match: {}, route: { cluster_name: 'backends', retry_policy: { num_retries: 0 } } }];
  await stage.start({ routes, clusters: { backends: { backends: [backend], health_check, ...settings } } });
  const host = hostOf(stage, backend.address)!;
  const late = stage.call({ body: 'once' });
  await until(() => backend.seen.length === 1, 'the call');
  status = 503;
  await until(() => !host.healthy, 'unhealthy');
  return { late, slow, host, backend, cure: () => (status = 200) };
}

featureTest('what is under way at a host that becomes unhealthy finishes, and what comes later gets a new connection', async (stage) => {
  const { late, slow, host, backend, cure } = await callAtSickHost(stage, {});
  slow.release();
  assert.equal((await late).body, 'late');
  await until(() => host.counts.connectionActive === 0, 'the end of the connection');
  cure();
  await until(() => host.healthy, 'healthy');
  assert.equal((await stage.call()).outcome, 'ok');
  assert.equal(backend.connections, 2);
});

featureTest('what is under way at a host that becomes unhealthy is given up at once where the configuration says so', async (stage) => {
  const { late, host } = await callAtSickHost(stage, { close_connections_on_host_health_failure: true });
  const { outcome } = await late;
  assert.equal(outcome, stage.told('failed'));
  await until(() => host.counts.connectionActive === 0, 'the end of the connection');
});
