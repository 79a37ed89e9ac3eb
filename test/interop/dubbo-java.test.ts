/**
 * Java consumers and providers of Dubbo's own, of like and unlike versions, with Meshloom between them once or twice. What they do with
 * nothing in between is the measure: nothing may differ.
 *
 * On a usual run some combinations are tried that have each version, serialization and number of hops among them; with MESHLOOM_DUBBO=all
 * all are, which takes a quarter of an hour.
 */
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { DUBBO_VERSIONS, type DubboProfile, type JavaProject } from '../support/java-project.ts';
import { requireTool } from '../support/tools.ts';
import { Hop } from './dubbo/hops.ts';
import { type Combination, KNOWN_FAULTS } from './dubbo/known-faults.ts';
import { type CaseResult, interopProject, Provider, runConsumer, type Target } from './dubbo/services.ts';

interface Trial extends Combination {
  readonly hops: readonly number[];
  readonly manyThreads?: boolean;
}

const profiles = Object.keys(DUBBO_VERSIONS) as DubboProfile[];

const USUAL: readonly Trial[] = [
  { consumer: 'dubbo-2.7.3', provider: 'dubbo-2.7.3', serialization: 'hessian2', hops: [2] },
  { consumer: 'dubbo-2.7.3', provider: 'dubbo-3.3', serialization: 'hessian2', hops: [1] },
  { consumer: 'dubbo-2.7', provider: 'dubbo-2.7.3', serialization: 'hessian2', hops: [1], manyThreads: true },
  { consumer: 'dubbo-2.7', provider: 'dubbo-2.7', serialization: 'hessian2', hops: [2] },
  { consumer: 'dubbo-3.3', provider: 'dubbo-2.7', serialization: 'hessian2', hops: [1] },
  { consumer: 'dubbo-3.3', provider: 'dubbo-3.3', serialization: 'hessian2', hops: [2] },
  { consumer: 'dubbo-3.3', provider: 'dubbo-3.3', serialization: 'fastjson2', hops: [1, 2], manyThreads: true },
];

const ALL: readonly Trial[] = profiles
  .flatMap((consumer) => profiles.map((provider) => ({ consumer, provider, serialization: 'hessian2' }) as const))
  .concat([{ consumer: 'dubbo-3.3', provider: 'dubbo-3.3', serialization: 'fastjson2' } as never])
  .map((combination) => ({ ...combination, hops: [1, 2], manyThreads: true }));

const { MESHLOOM_DUBBO } = process.env;
const trials = MESHLOOM_DUBBO === 'all' ? ALL : USUAL;
/** Short, so that a test sees three of them go by; Dubbo takes no shorter one. */
const HEARTBEAT_MS = 1_000;
const IDLE_MS = 4_500;

/** The case that a target runs only when it is asked to. */
const MANY_THREADS = '64 threads';

const control = (trial: Combination): string => `${trial.provider} ${trial.serialization} direct`;
const through = (trial: Combination, hops: number): string => `${trial.provider} ${trial.serialization} through ${hops}`;

describe('Dubbo between Java services', { skip: requireTool('java', 'mvn') }, () => {
  const projects = new Map<DubboProfile, JavaProject>();
  const providers = new Map<DubboProfile, Provider>();
  const rows: Hop[] = [];

  before(async () => {
    for (const profile of profiles) projects.set(profile, await interopProject(profile));
    await Promise.all(
      profiles.map(async (profile) => {
        providers.set(profile, await Provider.start(projects.get(profile)!, { name: profile, heartbeat: HEARTBEAT_MS }));
      }),
    );
    const serverSide = await Hop.start(profiles.map((profile) => [providers.get(profile)!.port]));
    const clientSide = await Hop.start(serverSide.ports.map((port) => [port]));
    rows.push(serverSide, clientSide);
  });
  after(async () => {
    for (const hop of rows) if (hop.child.running) await hop.stop();
    await Promise.all(Array.from(providers.values(), ({ child }) => child.stop()));
  });

  function targetsOf(trial: Trial): Target[] {
    const { provider, serialization, manyThreads = false } = trial;
    const proxied = trial.hops.map((hops) => {
      const port = rows[hops - 1]!.ports[profiles.indexOf(provider)]!;
      return { name: through(trial, hops), port, serialization, manyThreads: manyThreads && hops === trial.hops.at(-1) };
    });
    return [{ name: control(trial), port: providers.get(provider)!.port, serialization }, ...proxied];
  }

  function compare(trial: Trial, name: string, results: ReadonlyMap<string, CaseResult>): void {
    const direct = results.get(`${control(trial)}: ${name}`);
    const known = KNOWN_FAULTS.find((fault) => fault.case === name && fault.appliesTo(trial));
    if (direct !== undefined)
      assert.equal(direct.ok, known === undefined, `without Meshloom: ${direct.detail} (${known?.reason ?? 'new'})`);
    for (const hops of trial.hops) {
      // It takes seconds, and is asked of the longest way alone.
      if (name === MANY_THREADS && hops !== trial.hops.at(-1)) continue;
      const proxied = results.get(`${through(trial, hops)}: ${name}`);
      assert.ok(proxied, `${name} was not run through ${hops}`);
      if (direct === undefined) assert.ok(proxied.ok, `through ${hops}: ${proxied.detail}`);
      else assert.deepEqual([proxied.ok, proxied.detail], [direct.ok, direct.detail], `through ${hops}`);
    }
  }

  for (const consumer of profiles) {
    test(`a consumer of ${DUBBO_VERSIONS[consumer]} cannot tell whether Meshloom is there`, async (context) => {
      const mine = trials.filter((trial) => trial.consumer === consumer);
      const options = { heartbeat: HEARTBEAT_MS, idle: IDLE_MS };
      const results = await runConsumer(projects.get(consumer)!, mine.flatMap(targetsOf), options);
      const byName = new Map(results.map((result) => [`${result.target}: ${result.case}`, result]));
      for (const trial of mine) {
        const hops = trial.hops.map((count) => (count === 1 ? 'one hop' : `${count} hops`)).join(' and ');
        await context.test(`calls ${DUBBO_VERSIONS[trial.provider]} with ${trial.serialization} through ${hops}`, async (inner) => {
          const names = new Set(
            results.filter(({ target }) => target.startsWith(`${trial.provider} ${trial.serialization} `)).map((result) => result.case),
          );
          for (const name of names) await inner.test(name, () => compare(trial, name, byName));
        });
      }
    });
  }

  test('each consumer needed one connection, which neither errors nor silence ended', async () => {
    for (const [at, provider] of profiles.entries()) {
      const consumers = new Set(
        trials.filter((trial) => trial.provider === provider && trial.hops.includes(2)).map(({ consumer }) => consumer),
      );
      assert.equal(await rows[1]!.connectionTotal(at), consumers.size, `to ${provider}`);
    }
  });

  test('the proxies had nothing to complain of, and end when they are told to', async () => {
    for (const hop of [...rows].reverse()) assert.equal(await hop.stop(), '');
  });
});
