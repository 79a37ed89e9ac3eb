import assert from 'node:assert/strict';
import { featureTest, HTTP } from '../../support/feature-stage.ts';

featureTest('clients are let in by their addresses, and by the header of a trusted proxy', async (stage) => {
  const backend = await stage.backend();
  await stage.start({
    streamFilters: [
      {
        type: 'ip_access',
        config: {
          header: 'x-forwarded-for',
          trusted_proxies: ['127.0.0.0/8'],
          default_action: 'deny',
          ips: [{ action: 'allow', addrs: ['127.0.0.1', '192.0.2.0/24'] }],
        },
      },
    ],
  });
  assert.equal((await stage.call()).body, 'backend');
  assert.equal((await stage.call({ fields: { 'x-forwarded-for': '192.0.2.7' } })).body, 'backend');
  const refused = await stage.call({ fields: { 'x-forwarded-for': '192.0.2.7, 198.51.100.1' } });
  assert.equal(refused.outcome, stage.told('denied'));
  const other = await stage.client({ localAddress: '127.0.0.2' });
  assert.equal((await other.call()).outcome, stage.told('denied'));
  assert.equal(backend.seen.length, 2);
});

featureTest('long bodies are refused, at the limit of the route', async (stage) => {
  const backend = await stage.backend();
  await stage.start({
    streamFilters: [{ type: 'payload_limit', config: { max_entity_size: 4096 } }],
    routes: [
      {
        match: { headers: [{ name: 'to', value: 'small' }] },
        route: { cluster_name: 'backends' },
        per_filter_config: { payload_limit: { max_entity_size: 1024 } },
      },
      { match: {}, route: { cluster_name: 'backends' } },
    ],
  });
  const body = 'x'.repeat(2048);
  assert.equal((await stage.call({ method: 'POST', body })).body, 'backend');
  assert.equal(backend.last.body, body);
  assert.equal((await stage.call({ method: 'POST', body, fields: { to: 'small' } })).outcome, stage.told('too-large'));
  assert.equal((await stage.call({ method: 'POST', body: 'x'.repeat(5000) })).outcome, stage.told('too-large'));
  assert.equal((await stage.call()).body, 'backend');
});

featureTest('bodies are gathered up to a limit', async (stage) => {
  const backend = await stage.backend();
  await stage.start({ streamFilters: [{ type: 'buffer', config: { max_request_bytes: 100_000 } }] });
  const body = 'x'.repeat(90_000);
  assert.equal((await stage.call({ method: 'POST', body })).body, 'backend');
  assert.equal(backend.last.body, body);
  assert.equal((await stage.call({ method: 'POST', body: 'x'.repeat(100_001) })).outcome, stage.told('too-large'));
  assert.equal((await stage.call()).body, 'backend');
});

featureTest(
  'browsers are told which sites may use this one',
  async (stage) => {
    await stage.backend('backend', () => ({ body: 'yes', fields: { vary: 'accept' } }));
    await stage.start({
      streamFilters: [
        {
          type: 'cors',
          config: { allow_origin_string_match: [{ suffix: '.shop.example' }], allow_methods: 'PUT', allow_credentials: true },
        },
      ],
    });
    const origin = 'https://a.shop.example';
    const preflight = await stage.call({ method: 'OPTIONS', fields: { origin, 'access-control-request-method': 'PUT' } });
    assert.equal(preflight.status, 200);
    assert.equal(preflight.fields['access-control-allow-methods'], 'PUT');
    const { body, fields } = await stage.call({ fields: { origin } });
    assert.deepEqual([body, fields['access-control-allow-origin'], fields['vary']], ['yes', origin, 'accept, origin']);
    const other = await stage.call({ fields: { origin: 'https://evil.example' } });
    assert.deepEqual([other.body, other.fields['access-control-allow-origin']], ['yes', undefined]);
  },
  HTTP,
);
