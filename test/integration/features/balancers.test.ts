import assert from 'node:assert/strict';
import { type FeatureStage, featureTest, type StageCluster } from '../../support/feature-stage.ts';

/** How often each backend answers so many calls, one after the other. */
async function answers(stage: FeatureStage, calls: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let call = 0; call < calls; call++) {
    const { body } = await stage.call();
    counts[body] = (counts[body] ?? 0) + 1;
  }
  return counts;
}

async function start(stage: FeatureStage, cluster: StageCluster): Promise<void> {
  await stage.start({ clusters: { backends: cluster } });
}

featureTest('weighted round robin gives backends calls by their weights', async (stage) => {
  const [light, heavy] = [await stage.backend('light'), await stage.backend('heavy')];
  await start(stage, {
    lb_type: 'LB_WEIGHTED_ROUNDROBIN',
    hosts: [
      { address: light.address, weight: 1 },
      { address: heavy.address, weight: 3 },
    ],
  });
  assert.deepEqual(await answers(stage, 40), { light: 10, heavy: 30 });
});

featureTest('least request leaves a backend alone that has not answered yet', async (stage) => {
  const quick = await stage.backend('quick');
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = await stage.backend('slow', async () => {
    await held;
    return { body: 'slow' };
  });
  await start(stage, { lb_type: 'LB_LEAST_REQUEST', lbconfig: { choice_count: 2 }, backends: [quick, slow] });
  const waiting = [];
  // Each of the first calls may be the one that goes to the slow one.
  while (slow.seen.length === 0) {
    waiting.push(stage.call());
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.deepEqual(await answers(stage, 10), { quick: 10 });
  release();
  await Promise.all(waiting);
});

featureTest('peak EWMA prefers the backend that answers sooner', async (stage) => {
  const quick = await stage.backend('quick');
  const slow = await stage.backend('slow', async () => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { body: 'slow' };
  });
  await start(stage, { lb_type: 'LB_PEAK_EWMA', backends: [quick, slow] });
  // One call to each, so that something is known of both.
  while (quick.seen.length === 0 || slow.seen.length === 0) await stage.call();
  assert.deepEqual(await answers(stage, 10), { quick: 10 });
});

for (const lb_type of ['LB_LEAST_CONNECTION', 'LB_MAGLEV', 'LB_RINGHASH', 'LB_RANDOM', 'LB_REQUEST_ROUNDROBIN']) {
  featureTest(`${lb_type} sends calls to backends that are there, and tries another where one is not`, async (stage) => {
    const [gone, there] = [await stage.backend('gone'), await stage.backend('there')];
    await start(stage, { lb_type, backends: [gone, there] });
    await gone.stop();
    assert.deepEqual(await answers(stage, 5), { there: 5 });
  });
}

for (const lb_type of ['LB_MAGLEV', 'LB_RINGHASH']) {
  featureTest(
    `${lb_type} keeps calls with the same header on one backend, and moves none of them when another backend leaves`,
    async (stage) => {
      const backends = [await stage.backend('a'), await stage.backend('b'), await stage.backend('c')];
      const routes = [{ match: {}, route: { cluster_name: 'backends', hash_policy: [{ header: { key: 'user' } }] } }];
      const homes = async () => {
        const found: string[] = [];
        for (let user = 0; user < 20; user++) found.push((await stage.call({ fields: { user: `user ${user}` } })).body);
        return found;
      };
      await stage.start({ routes, clusters: { backends: { lb_type, backends } } });
      const before = await homes();
      assert.deepEqual(await homes(), before);
      await backends[2]!.stop();
      const after = await homes();
      assert.ok(before.every((home, user) => (home === 'c' ? after[user] !== 'c' : after[user] === home)));
      assert.ok(new Set(before).size > 1);
    },
  );
}
