/** Providers come and go while a consumer calls without pause: where another one lives no call is lost. */
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { DUBBO_VERSIONS, type DubboProfile, type JavaProject } from '../support/java-project.ts';
import { requireTool } from '../support/tools.ts';
import { Hop } from './dubbo/hops.ts';
import { interopProject, Provider, Traffic } from './dubbo/services.ts';

/** A provider waits so long at its end for calls that it has taken: 10 s by default, and then some. */
const END_MS = 30_000;
/** How long traffic goes on between two events. */
const CALM_MS = 1_000;
/**
 * The threads of the consumer, each of which has one call in flight; and while the system takes a killed process down it still accepts
 * connections for it, so that some lose their next call, too.
 */
const MOST_LOST = 3 * 16;

const COMBINATIONS: readonly (readonly [consumer: DubboProfile, provider: DubboProfile])[] = [
  ['dubbo-3.3', 'dubbo-3.3'],
  ['dubbo-2.7.3', 'dubbo-2.7'],
];

for (const [consumer, provider] of COMBINATIONS) {
  describe(`A consumer of ${DUBBO_VERSIONS[consumer]} and two providers of ${DUBBO_VERSIONS[provider]}`, {
    skip: requireTool('java', 'mvn'),
  }, () => {
    let consumers: JavaProject;
    let project: JavaProject;
    const providers: Provider[] = [];
    let hop: Hop;

    const start = (at: number, port?: number): Promise<Provider> =>
      Provider.start(project, { name: `provider ${at}`, ...(port !== undefined && { port }) });

    before(async () => {
      consumers = await interopProject(consumer);
      project = await interopProject(provider);
      providers.push(...(await Promise.all([start(0), start(1)])));
      hop = await Hop.start([providers.map(({ port }) => port)]);
    });
    after(async () => {
      await hop.stop();
      await Promise.all(providers.map(({ child }) => child.stop('SIGTERM', END_MS)));
    });

    test('a restart of one, and then of the other, loses no call', async () => {
      const traffic = await Traffic.start(consumers, hop.ports[0]!, 'hessian2');
      for (const at of [0, 1]) {
        await wait(CALM_MS);
        const { child, port } = providers[at]!;
        await child.stop('SIGTERM', END_MS);
        await wait(CALM_MS);
        providers[at] = await start(at, port);
      }
      await wait(CALM_MS);
      const { failures, calls } = await traffic.stop();
      assert.deepEqual(failures, []);
      assert.ok(calls > 1_000, `${calls} calls`);
      assert.equal(await hop.connectionTotal(0), 1, 'the consumer has kept its connection');
    });

    test('one that is killed takes few calls with it, which fail at once, and the others go on', async () => {
      const traffic = await Traffic.start(consumers, hop.ports[0]!, 'hessian2');
      await wait(CALM_MS);
      const { child, port } = providers[0]!;
      await child.stop('SIGKILL');
      await wait(CALM_MS);
      providers[0] = await start(0, port);
      await wait(CALM_MS);
      const { failures } = await traffic.stop();
      assert.ok(failures.length <= MOST_LOST, `${failures.length} calls failed: ${JSON.stringify(failures[0])}`);
      for (const { detail, milliseconds } of failures) {
        assert.match(detail, /^org\.apache\.dubbo\.rpc\.RpcException network/);
        assert.ok(milliseconds < 1_000, `${milliseconds} ms: ${detail}`);
      }
      assert.equal(await hop.connectionTotal(0), 2, 'this consumer has kept its connection, too');
    });
  });
}
