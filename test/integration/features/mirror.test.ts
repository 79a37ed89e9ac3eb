import assert from 'node:assert/strict';
import { until } from '../../support/deadline.ts';
import { type FeatureBackend, type FeatureStage, featureTest, type Reply } from '../../support/feature-stage.ts';

/** The backend answers so from now on. Resolves when it has been called that often. */
function called(backend: FeatureBackend, times: number, reply: Reply): Promise<void> {
  backend.answer = () => reply;
  return until(() => backend.seen.length >= times, `${times} calls of ${backend.name}`);
}

async function mirrored(percent: number, stage: FeatureStage): Promise<{ main: FeatureBackend; copy: FeatureBackend }> {
  const [main, copy] = [await stage.backend('main'), await stage.backend('copy')];
  await stage.start({
    routes: [{ match: {}, route: { cluster_name: 'main' }, request_mirror_policies: { cluster: 'copy', percent } }],
    clusters: { main: { backends: [main] }, copy: { backends: [copy] } },
  });
  return { main, copy };
}

featureTest('a mirror gets what the cluster gets, and nobody hears what it answers', async (stage) => {
  const { main, copy } = await mirrored(100, stage);
  const copied = called(copy, 2, { status: 500, body: 'not for anybody' });
  for (const body of ['first', 'second']) {
    const answer = await stage.call({ fields: { colour: 'blue' }, body });
    assert.deepEqual([answer.outcome, answer.body], ['ok', 'main']);
  }
  await copied;
  assert.deepEqual(
    copy.seen.map(({ body, method, path, fields }) => [body, method, path, fields['colour']]),
    main.seen.map(({ body, method, path, fields }) => [body, method, path, fields['colour']]),
  );
});

featureTest('a mirror that is silent, or breaks off, or is gone, does not hold a call', async (stage) => {
  const { copy } = await mirrored(100, stage);
  const replies: readonly Reply[] = ['silence', 'reset'];
  for (const [index, reply] of replies.entries()) {
    const copied = called(copy, index + 1, reply);
    assert.equal((await stage.call()).body, 'main');
    await copied;
  }
  await copy.stop();
  for (let call = 0; call < 5; call++) assert.equal((await stage.call({ body: 'x' })).body, 'main');
});

featureTest('without a percentage nothing is copied', async (stage) => {
  const { copy } = await mirrored(0, stage);
  for (let call = 0; call < 20; call++) await stage.call();
  assert.equal(copy.connections, 0);
});

featureTest('the filter says how many copies there are', async (stage) => {
  const [main, copy] = [await stage.backend('main'), await stage.backend('copy')];
  await stage.start({
    routes: [{ match: {}, route: { cluster_name: 'main' }, request_mirror_policies: { cluster: 'copy', percent: 100 } }],
    streamFilters: [{ type: 'mirror', config: { amplification: 3 } }],
    clusters: { main: { backends: [main] }, copy: { backends: [copy] } },
  });
  const copied = called(copy, 3, {});
  assert.equal((await stage.call({ body: 'x' })).body, 'main');
  await copied;
  assert.equal(main.seen.length, 1);
});

featureTest('a broadcast goes to every host of the mirror', async (stage) => {
  const [main, ...copies] = [
    await stage.backend('main'),
    await stage.backend('one'),
    await stage.backend('two'),
    await stage.backend('three'),
  ];
  await stage.start({
    routes: [{ match: {}, route: { cluster_name: 'main' }, request_mirror_policies: { cluster: 'copies', percent: 100 } }],
    streamFilters: [{ type: 'mirror', config: { broadcast: true } }],
    clusters: { main: { backends: [main] }, copies: { backends: copies } },
  });
  const copied = Promise.all(copies.map((copy) => called(copy, 1, { status: 500 })));
  assert.equal((await stage.call({ body: 'drop it' })).outcome, 'ok');
  await copied;
  assert.deepEqual([...copies.map(({ last }) => last.body), main.seen.length], ['drop it', 'drop it', 'drop it', 0]);
});
