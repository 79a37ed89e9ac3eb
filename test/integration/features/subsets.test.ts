import assert from 'node:assert/strict';
import { type FeatureStage, featureTest } from '../../support/feature-stage.ts';

const labelled = ({ address }: { readonly address: string }, labels: object) => ({
  address,
  metadata: { filter_metadata: { 'mosn.lb': labels } },
});

/** Two backends of one cluster, a route that asks for each by its label, one that asks for a label of nobody, and one for none. */
async function start(stage: FeatureStage, subsets: object): Promise<void> {
  const [old, canary] = [await stage.backend('old'), await stage.backend('canary')];
  const asking = (version: string) => ({
    match: { headers: [{ name: 'release', value: version }] },
    route: { cluster_name: 'service', metadata_match: { filter_metadata: { 'mosn.lb': { version } } } },
  });
  await stage.start({
    routes: [asking('1'), asking('2'), asking('3'), { match: {}, route: { cluster_name: 'service' } }],
    clusters: {
      service: {
        hosts: [labelled(old, { version: '1' }), labelled(canary, { version: '2' })],
        lb_subset_config: { subset_selectors: [['version']], ...subsets },
      },
    },
  });
}

async function answered(stage: FeatureStage, version: string): Promise<string> {
  const bodies = new Set<string>();
  for (let call = 0; call < 4; call++) {
    const { outcome, body } = await stage.call({ fields: { release: version } });
    bodies.add(outcome === 'ok' ? body : outcome);
  }
  return [...bodies].sort().join(' ');
}

featureTest('a route asks for the hosts with a label', async (stage) => {
  await start(stage, {});
  assert.deepEqual([await answered(stage, '1'), await answered(stage, '2'), await answered(stage, 'any')], ['old', 'canary', 'canary old']);
});

featureTest('where nobody has the label, the fallback decides', async (stage) => {
  await start(stage, {});
  assert.equal(await answered(stage, '3'), stage.told('unavailable'));
});

featureTest('a fallback may be any host', async (stage) => {
  await start(stage, { fall_back_policy: 1 });
  assert.equal(await answered(stage, '3'), 'canary old');
});

featureTest('a fallback may be a subset', async (stage) => {
  await start(stage, { fall_back_policy: 2, default_subset: { version: '1' } });
  assert.equal(await answered(stage, '3'), 'old');
});

featureTest('another attempt stays in the subset', async (stage) => {
  await start(stage, { fall_back_policy: 1 });
  await stage.backends[1]!.stop();
  assert.equal(await answered(stage, '2'), stage.told('failed'));
});

featureTest('a header of the request asks for the hosts with a label, before the route does', async (stage) => {
  const [old, canary] = [await stage.backend('old'), await stage.backend('canary')];
  await stage.start({
    streamFilters: [
      {
        type: 'header_to_metadata',
        config: { request_rules: [{ header: 'release', on_header_present: { key: 'version' }, remove: true }] },
      },
    ],
    routes: [{ match: {}, route: { cluster_name: 'service', metadata_match: { filter_metadata: { 'mosn.lb': { version: '1' } } } } }],
    clusters: {
      service: {
        hosts: [labelled(old, { version: '1' }), labelled(canary, { version: '2' })],
        lb_subset_config: { subset_selectors: [['version']] },
      },
    },
  });
  assert.equal(await answered(stage, '2'), 'canary');
  assert.equal(canary.last.fields['release'], undefined);
  assert.equal((await stage.call()).body, 'old');
});
