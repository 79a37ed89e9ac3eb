/** A provider calls its consumer back, over one hop and two, with nothing configured for it. */
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { DUBBO_VERSIONS, type DubboProfile } from '../support/java-project.ts';
import { requireTool } from '../support/tools.ts';
import { Hop } from './dubbo/hops.ts';
import { interopProject, Provider, runConsumer } from './dubbo/services.ts';

const COMBINATIONS: readonly (readonly [consumer: DubboProfile, provider: DubboProfile])[] = [
  ['dubbo-2.7.3', 'dubbo-3.3'],
  ['dubbo-3.3', 'dubbo-2.7.3'],
];

for (const [consumer, provider] of COMBINATIONS) {
  const name = `A provider of ${DUBBO_VERSIONS[provider]} and its consumers of ${DUBBO_VERSIONS[consumer]}`;
  describe(name, { skip: requireTool('java', 'mvn') }, () => {
    let called: Provider;
    const rows: Hop[] = [];

    before(async () => {
      called = await Provider.start(await interopProject(provider));
      rows.push(await Hop.start([[called.port]]));
      rows.push(await Hop.start([[rows[0]!.ports[0]!]]));
    });
    after(async () => {
      for (const hop of [...rows].reverse()) await hop.stop();
      await called.child.stop();
    });

    test('callbacks reach the consumer that asked for them, and their answers the provider', async () => {
      const ports = [called.port, ...rows.map((hop) => hop.ports[0]!)];
      const targets = ports.map((port, hops) => ({ name: `through ${hops}`, port, serialization: 'hessian2' }) as const);
      const project = await interopProject(consumer);
      const results = await Promise.all([1, 2].map(() => runConsumer(project, targets, { cases: ['callbacks', 'strings'] })));
      for (const result of results.flat()) assert.ok(result.ok, JSON.stringify(result));
      assert.equal(results.flat().length, 12);
      assert.doesNotMatch(called.child.output, /the callback was answered with/);
    });
  });
}
