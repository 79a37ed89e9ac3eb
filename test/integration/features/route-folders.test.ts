import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, writeConfiguration } from '../../support/configuration.ts';
import { featureTest } from '../../support/feature-stage.ts';

featureTest('virtual hosts and clusters come from files, and from others after a reload', async (stage) => {
  const [red, blue] = [await stage.backend('red'), await stage.backend('blue')];
  const folder = temporaryFolder('feature');
  const [hosts, clusters] = [join(folder, 'hosts'), join(folder, 'clusters')];
  for (const path of [hosts, clusters]) mkdirSync(path);
  const host = (domain: string, cluster: string) => ({
    name: domain,
    domains: [domain],
    routers: [{ match: {}, route: { cluster_name: cluster, upstream_protocol: stage.protocolName } }],
  });
  const cluster = (name: string, { address }: { readonly address: string }) => ({
    name,
    type: 'SIMPLE',
    lb_type: 'LB_RANDOM',
    hosts: [{ address }],
  });
  writeConfiguration(hosts, 'red.json', host('red.test', 'red'));
  writeConfiguration(hosts, 'blue.json', host('blue.test', 'blue'));
  writeConfiguration(clusters, 'red.json', cluster('red', red));
  writeConfiguration(clusters, 'blue.yaml', `name: blue\ntype: SIMPLE\nlb_type: LB_RANDOM\nhosts: [{ address: '${blue.address}' }]\n`);
  const configuration = {
    router: { virtual_hosts: undefined, router_configs: 'hosts' },
    root: { cluster_manager: { clusters_configs: 'clusters' } },
  };
  await stage.start(configuration, { folder });
  assert.equal((await stage.call({ authority: 'red.test' })).body, 'red');
  assert.equal((await stage.call({ authority: 'blue.test' })).body, 'blue');
  rmSync(join(hosts, 'blue.json'));
  writeConfiguration(hosts, 'red.json', host('red.test', 'blue'));
  await stage.reconfigure(configuration);
  assert.equal((await stage.call({ authority: 'red.test' })).body, 'blue');
  assert.equal((await stage.call({ authority: 'blue.test' })).outcome, 'not-found');
});
