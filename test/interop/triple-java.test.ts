/**
 * Triple, Dubbo 3's protocol over HTTP/2, between Java services, with Meshloom between them once or twice. What they do with nothing in
 * between is the measure: nothing may differ.
 */
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import type { JavaProject } from '../support/java-project.ts';
import { requireTool } from '../support/tools.ts';
import { Hop } from './dubbo/hops.ts';
import { type CaseResult, interopProject, Provider, runConsumer } from './dubbo/services.ts';

const HOPS = [1, 2];

/** The case that a target runs only when it is asked to. */
const MANY_THREADS = '64 threads';

const nameOf = (hops: number): string => (hops === 0 ? 'direct' : `through ${hops}`);

/** What fails with nothing in between, too, and why. A proxy changes nothing of it. */
const KNOWN_FAULTS: Readonly<Record<string, string>> = {
  'float in a bean': 'the hessian2 of Dubbo 3.3.6 reads float fields of beans as 0.0',
  'attachments both ways': 'Triple writes attachments as header fields, where what is beyond ASCII becomes question marks',
  'unknown method': 'a consumer of Triple has no words for a method that its own interface has not',
  'unknown version': 'a provider of Triple answers with another version',
};

describe('Triple between Java services', { skip: requireTool('java', 'mvn') }, () => {
  let project: JavaProject;
  let provider: Provider;
  const rows: Hop[] = [];

  before(async () => {
    project = await interopProject('dubbo-3.3');
    provider = await Provider.start(project, { name: 'triple', triple: true });
    rows.push(await Hop.start([[provider.port]], 'Http2'));
    rows.push(await Hop.start([[rows[0]!.ports[0]!]], 'Http2'));
  });
  after(async () => {
    for (const { child } of [...rows].reverse()) if (child.running) await child.stop();
    await provider.child.stop();
  });

  test('a consumer cannot tell whether Meshloom is there', async (context) => {
    const ports = [provider.port, ...rows.map(({ ports: [port] }) => port!)];
    const targets = ports.map(
      (port, hops) => ({ name: nameOf(hops), port, serialization: 'tri', manyThreads: hops === HOPS.at(-1) }) as const,
    );
    const results = await runConsumer(project, targets);
    const find = (hops: number, name: string): CaseResult | undefined =>
      results.find((result) => result.target === nameOf(hops) && result.case === name);
    for (const name of new Set(results.map((result) => result.case))) {
      await context.test(name, () => {
        const direct = find(0, name);
        if (direct !== undefined) assert.equal(direct.ok, KNOWN_FAULTS[name] === undefined, `without Meshloom: ${direct.detail}`);
        for (const hops of HOPS) {
          // It takes seconds, and is asked of the longest way alone.
          if (name === MANY_THREADS && hops !== HOPS.at(-1)) continue;
          const proxied = find(hops, name);
          assert.ok(proxied, `${name} was not run through ${hops}`);
          if (direct === undefined) assert.ok(proxied.ok, `through ${hops}: ${proxied.detail}`);
          else assert.deepEqual([proxied.ok, proxied.detail], [direct.ok, direct.detail], `through ${hops}`);
        }
      });
    }
  });

  test('the proxies had nothing to complain of, and end when they are told to', async () => {
    for (const hop of [...rows].reverse()) assert.equal(await hop.stop(), '');
  });
});
