import assert from 'node:assert/strict';
import { type FeatureBackend, type FeatureStage, featureTest, HTTP } from '../../support/feature-stage.ts';

const upstream_protocol = 'dubbo';

/** A proxy from HTTP to providers of Dubbo. */
async function gateway(stage: FeatureStage, ...backends: readonly FeatureBackend[]): Promise<void> {
  const route = { cluster_name: 'providers', timeout: '300ms' };
  await stage.start({
    routes: [{ match: { prefix: '/' }, route }],
    clusters: { providers: { backends } },
    proxy: { upstream_protocol },
  });
}

featureTest(
  'a POST calls the method of a service, and is answered with its value as JSON',
  async (stage) => {
    const provider = await stage.backend('value', undefined, 'dubbo');
    await gateway(stage, provider);
    const { status, body, fields } = await stage.call({
      method: 'POST',
      path: '/org.meshloom.Shop/order?version=1.2.0&group=blue',
      body: '["tea", 2]',
    });
    assert.deepEqual([status, body, fields['content-type']], [200, '"value"', 'application/json']);
    const { path, version, method, authority, body: argument } = provider.last;
    assert.deepEqual([path, version, method, authority], ['org.meshloom.Shop', '1.2.0', '$invoke', 'blue']);
    assert.deepEqual(JSON.parse(argument), ['order', null, ['tea', 2]]);
  },
  HTTP,
);

featureTest(
  'what a provider refuses, and what is no call, is told in words of HTTP',
  async (stage) => {
    const provider = await stage.backend('none', () => ({ status: 404, body: 'no such service\n\tat a.B' }), 'dubbo');
    await gateway(stage, provider);
    const unknown = await stage.call({ method: 'POST', path: '/a.B/m', body: '[]' });
    assert.deepEqual([unknown.status, unknown.body], [404, '{"message":"no such service"}']);
    assert.equal((await stage.call({ method: 'GET', path: '/a.B/m' })).status, 405);
    assert.equal((await stage.call({ method: 'POST', path: '/a.B/m', body: 'tea' })).status, 400);
    assert.equal((await stage.call({ method: 'POST', path: '/a.B', body: '[]' })).status, 404);
    assert.equal(provider.seen.length, 1);
  },
  HTTP,
);

featureTest(
  'a provider that is not there is passed over, one that does not answer is waited for as long as the route says',
  async (stage) => {
    const [gone, mute] = [await stage.backend('gone', undefined, 'dubbo'), await stage.backend('mute', () => 'silence', 'dubbo')];
    await gateway(stage, gone, mute);
    await gone.stop();
    const call = { method: 'POST', path: '/a.B/m', body: '[]' };
    assert.equal((await stage.call(call)).status, 504);
    mute.answer = () => ({ body: 'awake' });
    for (let again = 0; again < 3; again++) assert.equal((await stage.call(call)).body, '"awake"');
  },
  HTTP,
);

featureTest(
  'headers that the cluster names go along as attachments, and attachments of the answer come back as headers',
  async (stage) => {
    const provider = await stage.backend('value', () => ({ fields: { 'x-shop-stock': '7', other: 'o' }, body: 'value' }), 'dubbo');
    const extend_config = { dubbo: { attachment_headers: 'traceparent, x-shop-*' } };
    await stage.start({
      routes: [{ match: { prefix: '/' }, route: { cluster_name: 'providers' } }],
      clusters: { providers: { backends: [provider], extend_config } },
      proxy: { upstream_protocol },
    });
    const fields = { traceparent: '00-a-b-01', 'x-shop-customer': 'Li', 'x-other': 'o' };
    const { status, fields: answered } = await stage.call({ method: 'POST', path: '/a.B/m', body: '[]', fields });
    assert.deepEqual([status, answered['x-shop-stock'], answered['other']], [200, '7', undefined]);
    const { traceparent, 'x-shop-customer': customer, 'x-other': other } = provider.last.fields;
    assert.deepEqual([traceparent, customer, other], ['00-a-b-01', 'Li', undefined]);
  },
  HTTP,
);
