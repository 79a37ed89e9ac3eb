import assert from 'node:assert/strict';
import { until } from '../../support/deadline.ts';
import { type FeatureStage, featureTest } from '../../support/feature-stage.ts';
import { ProcessHost } from './hosts.ts';
import { load, retrying, SAFE, UNSAFE } from './load.ts';

const CALLERS = 6;

async function withHosts(stage: FeatureStage, body: (hosts: readonly ProcessHost[]) => Promise<void>): Promise<void> {
  const hosts = await Promise.all(['a', 'b', 'c'].map((name) => ProcessHost.start(stage.protocol, name)));
  try {
    await body(hosts);
  } finally {
    await Promise.all(hosts.map((host) => host.kill()));
  }
}

const clustersOf = (hosts: readonly ProcessHost[]) => ({ backends: { hosts: hosts.map(({ address }) => ({ address })) } });

featureTest('a host that is killed costs no call that may be done again, and is asked again when it is back', async (stage) => {
  await withHosts(stage, async (hosts) => {
    await stage.start({ routes: retrying(true), clusters: clustersOf(hosts) });
    const [victim] = hosts;
    const { errors, answers } = await load(stage, { calls: 90, callers: CALLERS, call: SAFE, at: 30, happens: () => victim!.kill() });
    assert.deepEqual(errors, []);
    assert.deepEqual(Object.keys(answers).sort(), ['a', 'b', 'c']);
    await victim!.restart();
    await until(async () => (await stage.call()).body === victim!.name, 'an answer of the host that is back');
  });
});

featureTest('of calls that may not be done again, those under way at a host that is killed fail, and no others', async (stage) => {
  await withHosts(stage, async (hosts) => {
    await stage.start({ routes: retrying(false), clusters: clustersOf(hosts) });
    const { errors } = await load(stage, { calls: 90, callers: CALLERS, call: UNSAFE, at: 30, happens: () => hosts[0]!.kill() });
    assert.ok(errors.length <= CALLERS, errors.join());
    const after = await load(stage, { calls: 30, callers: CALLERS, call: UNSAFE });
    assert.deepEqual(after.errors, []);
  });
});
