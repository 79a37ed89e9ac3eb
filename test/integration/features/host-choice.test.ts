import assert from 'node:assert/strict';
import { type FeatureStage, featureTest, HTTP } from '../../support/feature-stage.ts';

async function hashed(stage: FeatureStage, policies: readonly object[]): Promise<void> {
  const backends = [await stage.backend('one'), await stage.backend('two'), await stage.backend('three')];
  await stage.start({
    routes: [{ match: {}, route: { cluster_name: 'all', hash_policy: policies } }],
    clusters: { all: { backends, lb_type: 'LB_MAGLEV' } },
  });
}

featureTest('calls with the same header go to the same host, and others to others', async (stage) => {
  await hashed(stage, [{ header: { key: 'user' } }]);
  const hosts = new Map<string, string>();
  for (let call = 0; call < 60; call++) {
    const user = `user ${call % 20}`;
    const { body } = await stage.call({ fields: { user } });
    assert.equal(hosts.get(user) ?? body, body, user);
    hosts.set(user, body);
  }
  // Twenty users at one host of three: once in a billion times.
  assert.ok(new Set(hosts.values()).size > 1);
});

featureTest('calls of the same client go to the same host', async (stage) => {
  await hashed(stage, [{ source_ip: {} }]);
  const clients = await Promise.all(Array.from({ length: 12 }, (_, at) => stage.client({ localAddress: `127.0.0.${at + 1}` })));
  const hosts = new Set<string>();
  for (const client of clients) {
    const { body } = await client.call();
    for (let again = 0; again < 3; again++) assert.equal((await client.call()).body, body);
    hosts.add(body);
  }
  assert.ok(hosts.size > 1);
});

featureTest(
  'a client without a cookie is given one, and comes back to its host by it',
  async (stage) => {
    await hashed(stage, [{ cookie: { name: 'host', path: '/', ttl: '60s' } }]);
    for (let client = 0; client < 5; client++) {
      const first = await stage.call();
      const [cookie] = (first.fields['set-cookie'] ?? '').match(/^host=[0-9a-f]+(?=; Max-Age=60; Path=\/; HttpOnly$)/) ?? [];
      assert.ok(cookie !== undefined, JSON.stringify(first.fields));
      for (let call = 0; call < 3; call++) {
        const { body, fields } = await stage.call({ fields: { cookie: `theme=dark; ${cookie}` } });
        assert.deepEqual([body, fields['set-cookie']], [first.body, undefined]);
      }
    }
  },
  HTTP,
);

featureTest('a weighted cluster asks for the hosts of its labels, and those of the route for what it does not say', async (stage) => {
  const labelled = async (name: string, labels: object): Promise<object> => {
    const { address } = await stage.backend(name);
    return { address, metadata: { filter_metadata: { 'mosn.lb': labels } } };
  };
  const hosts = [
    await labelled('v1 east', { version: 'v1', zone: 'east' }),
    await labelled('v1 west', { version: 'v1', zone: 'west' }),
    await labelled('v2 east', { version: 'v2', zone: 'east' }),
    await labelled('v2 west', { version: 'v2', zone: 'west' }),
  ];
  const asking = (labels: object) => ({ filter_metadata: { 'mosn.lb': labels } });
  const weighted = (headers: object[], version: string) => ({
    match: { headers },
    route: {
      weighted_clusters: [{ cluster: { name: 'all', weight: 1, metadata_match: asking({ version }) } }],
      metadata_match: asking({ version: 'v1', zone: 'west' }),
    },
  });
  await stage.start({
    routes: [weighted([{ name: 'new', value: 'yes' }], 'v2'), weighted([], 'v1')],
    clusters: { all: { hosts, lb_subset_config: { fall_back_policy: 0, subset_selectors: [['version', 'zone']] } } },
  });
  for (let call = 0; call < 4; call++) {
    assert.equal((await stage.call()).body, 'v1 west');
    assert.equal((await stage.call({ fields: { new: 'yes' } })).body, 'v2 west');
  }
});
