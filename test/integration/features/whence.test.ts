import assert from 'node:assert/strict';
import { featureTest } from '../../support/feature-stage.ts';

featureTest('upstreams are told whom requests come from, and strangers are not believed', async (stage) => {
  const backend = await stage.backend();
  await stage.start({
    streamFilters: [
      {
        type: 'forwarded',
        config: { forwarded: true, trusted_proxies: ['127.0.0.9'], via: 'edge', calls: true, request_id_in_response: true },
      },
    ],
  });
  const said = { 'x-forwarded-for': '192.0.2.1', 'x-request-id': 'mine' };
  const answer = await stage.call({ fields: said, authority: 'shop' });
  const { 'x-forwarded-for': whom, 'x-forwarded-proto': proto, forwarded, via, 'x-request-id': id = '' } = backend.last.fields;
  assert.deepEqual([whom, proto, forwarded], ['127.0.0.1', 'http', 'for=127.0.0.1;proto=http;host=shop']);
  assert.match(via ?? '', / edge$/);
  assert.equal(id.length, 36);
  if (stage.isHttp) assert.deepEqual([answer.fields['x-request-id'], answer.fields['via']], [id, via]);
  const proxy = await stage.client({ localAddress: '127.0.0.9' });
  await proxy.call({ fields: said });
  assert.deepEqual([backend.last.fields['x-forwarded-for'], backend.last.fields['x-request-id']], ['192.0.2.1, 127.0.0.9', 'mine']);
});

featureTest('as many proxies are believed as are known to stand before this one', async (stage) => {
  const backend = await stage.backend();
  await stage.start({ streamFilters: [{ type: 'forwarded', config: { trusted_hops: 2, calls: true } }] });
  await stage.call({ fields: { 'x-forwarded-for': '192.0.2.1, 192.0.2.2, 192.0.2.3', 'x-request-id': 'mine' } });
  const { 'x-forwarded-for': whom, 'x-request-id': id } = backend.last.fields;
  assert.deepEqual([whom, id], ['192.0.2.2, 192.0.2.3, 127.0.0.1', 'mine']);
});

featureTest('whoever asks whether the proxy is well is told', async (stage) => {
  const backend = await stage.backend();
  const endpoint = stage.isHttp ? '/healthz' : 'org.meshloom.Health';
  const clusters = (wanted: object) => ({
    streamFilters: [{ type: 'healthcheck', config: { endpoint, cluster_min_healthy_percentages: wanted } }],
    clusters: { backends: { backends: [backend] }, empty: {} },
  });
  await stage.start(clusters({ backends: 100 }));
  assert.equal((await stage.call({ path: endpoint })).outcome, 'ok');
  await stage.reconfigure(clusters({ empty: 1 }));
  assert.equal((await stage.call({ path: endpoint })).outcome, stage.told('unavailable'));
  assert.equal(backend.seen.length, 0);
  assert.equal((await stage.call()).body, 'backend');
});
