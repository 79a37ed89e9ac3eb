import assert from 'node:assert/strict';
import { FeatureStage, featureTest } from '../../support/feature-stage.ts';

/** Another proxy of the same protocol behind the stage's, which tells its upstream whom it takes for the client. */
async function behind(stage: FeatureStage, listener: object): Promise<FeatureStage> {
  const inner = new FeatureStage(stage.protocol);
  await inner.backend();
  const told = { header: { key: 'x-client', value: '%downstream_remote_address%' } };
  await inner.start({ listener, routes: [{ match: {}, route: { cluster_name: 'backends', request_headers_to_add: [told] } }] });
  return inner;
}

const clientOf = (inner: FeatureStage, at: number) => inner.backends[0]?.seen[at]?.fields['x-client']?.replace(/:\d+$/, '');

for (const version of ['v1', 'v2']) {
  featureTest(`the next proxy is told who the client is, and each client has a connection of its own (${version})`, async (stage) => {
    const inner = await behind(stage, { listener_filters: [{ type: 'proxy_protocol' }] });
    try {
      const clusters = { backends: { backends: [{ address: `127.0.0.1:${inner.port}` }], proxy_protocol: version } };
      await stage.start({ clusters });
      const second = await stage.client({ localAddress: '127.0.0.2' });
      assert.equal((await stage.call()).body, 'backend');
      assert.equal((await second.call()).body, 'backend');
      assert.equal((await stage.call()).body, 'backend');
      assert.deepEqual(
        [0, 1, 2].map((at) => clientOf(inner, at)),
        ['127.0.0.1', '127.0.0.2', '127.0.0.1'],
      );
      assert.equal([...inner.proxy.listeners][0]?.connectionCounts.connectionTotal, 2);
    } finally {
      await inner.close();
    }
  });
}

featureTest('without a header nobody comes in', async (stage) => {
  const inner = await behind(stage, { listener_filters: [{ type: 'proxy_protocol' }] });
  try {
    await assert.rejects(async () => (await inner.client()).call());
    assert.equal(inner.backends[0]?.seen.length, 0);
  } finally {
    await inner.close();
  }
});
