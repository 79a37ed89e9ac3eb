import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../support/deadline.ts';
import { type FeatureStage, featureTest } from '../../support/feature-stage.ts';
import { startNameServer, type Zones } from '../../support/name-server.ts';

/** Runs with a name server that knows these names. */
async function withNames(zones: Zones, body: (port: number) => Promise<void>): Promise<void> {
  const server = await startNameServer(zones);
  try {
    await body(server.port);
  } finally {
    server.close();
  }
}

function cluster(stage: FeatureStage, name: string, settings: object) {
  const { port } = stage.backends[0]!;
  return { clusters: { backends: { type: 'STRICT_DNS', hosts: [{ address: `${name}:${port}` }], ...settings } } };
}

function addresses(stage: FeatureStage): readonly string[] {
  const { port } = stage.backends[0]!;
  const [backends] = stage.proxy.clusters;
  return backends!.hosts.map(({ address }) => address.replace(`:${port}`, '')).sort();
}

async function untilHosts(stage: FeatureStage, ...wanted: readonly string[]): Promise<void> {
  await until(
    () => addresses(stage).join() === wanted.join(),
    () => `hosts ${wanted}, not ${addresses(stage)}`,
  );
}

const LOOPBACK_V6 = '00000000000000000000000000000001';

featureTest('hosts are what a name server says of a name, of the families that are wanted', async (stage) => {
  await stage.backend('found');
  await withNames({ 'shop.test': { ttl: 60, a: ['127.0.0.1'], aaaa: [LOOPBACK_V6] } }, async (port) => {
    const dns_resolvers = { servers: ['127.0.0.1'], port: String(port) };
    await stage.start(cluster(stage, 'shop.test', { dns_resolvers, dns_lookup_family: 'V4_ONLY' }));
    await untilHosts(stage, '127.0.0.1');
    assert.equal((await stage.call()).body, 'found');
    await stage.reconfigure(cluster(stage, 'shop.test', { dns_resolvers, dns_lookup_family: 'V6_ONLY' }));
    await untilHosts(stage, '[::1]');
    await stage.reconfigure(cluster(stage, 'shop.test', { dns_resolvers }));
    await untilHosts(stage, '127.0.0.1', '[::1]');
  });
});

featureTest(
  'hosts follow the name server as often as its answers say, or as the configuration does',
  async (stage) => {
    await stage.backend();
    const zones: Zones = { 'shop.test': { ttl: 1, a: ['127.0.0.2'] } };
    await withNames(zones, async (port) => {
      const dns_resolvers = { servers: [`127.0.0.1:${port}`] };
      await stage.start(cluster(stage, 'shop.test', { dns_resolvers, respect_dns_ttl: true, dns_refresh_rate: '1h' }));
      await untilHosts(stage, '127.0.0.2');
      zones['shop.test'] = { ttl: 3600, a: ['127.0.0.1'] };
      await untilHosts(stage, '127.0.0.1');
      await stage.reconfigure(cluster(stage, 'shop.test', { dns_resolvers, dns_refresh_rate: '20ms' }));
      await untilHosts(stage, '127.0.0.1');
      zones['shop.test'] = { ttl: 3600, a: ['127.0.0.3'] };
      await untilHosts(stage, '127.0.0.3');
    });
  },
  ['http1', 'dubbo'],
);

featureTest(
  'a file says whom to ask, and the domains of short names; what was found stays when another configuration names the same hosts',
  async (stage) => {
    await stage.backend('found');
    const folder = mkdtempSync(join(tmpdir(), 'meshloom-'));
    const dns_resolver_file = join(folder, 'resolv.conf');
    writeFileSync(dns_resolver_file, 'nameserver 127.0.0.1\nsearch svc.test\n');
    try {
      await withNames({ 'shop.svc.test': { ttl: 60, a: ['127.0.0.1'] } }, async (port) => {
        const settings = cluster(stage, 'shop', { dns_resolver_file, dns_resolver_port: String(port) });
        await stage.start(settings);
        await untilHosts(stage, '127.0.0.1');
        const [before] = [...stage.proxy.clusters][0]!.hosts;
        await stage.reconfigure(settings);
        assert.equal([...stage.proxy.clusters][0]!.hosts[0], before);
        assert.equal((await stage.call()).body, 'found');
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  ['http1', 'dubbo'],
);
