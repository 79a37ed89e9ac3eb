import assert from 'node:assert/strict';
import { featureTest } from '../../support/feature-stage.ts';

featureTest('a header chooses the route, and what no route asks for goes to the last', async (stage) => {
  const [red, blue] = [await stage.backend('red'), await stage.backend('blue')];
  await stage.start({
    routes: [
      { match: { headers: [{ name: 'colour', value: 'blue' }] }, route: { cluster_name: 'blue' } },
      { match: {}, route: { cluster_name: 'red' } },
    ],
    clusters: { red: { backends: [red] }, blue: { backends: [blue] } },
  });
  const { outcome, body } = await stage.call({ fields: { colour: 'blue' }, body: 'hello' });
  assert.deepEqual([outcome, body], ['ok', 'blue']);
  assert.equal((await stage.call()).body, 'red');
  assert.equal(blue.seen.length, 1);
  assert.deepEqual([blue.last.body, blue.last.fields['colour']], ['hello', 'blue']);
});

featureTest('a request that no route takes is not found', async (stage) => {
  await stage.backend();
  await stage.start({ routes: [{ match: { headers: [{ name: 'colour', value: 'blue' }] }, route: { cluster_name: 'backends' } }] });
  assert.equal((await stage.call()).outcome, 'not-found');
});

featureTest('a backend that refuses connections is told as such', async (stage) => {
  const backend = await stage.backend();
  await stage.start();
  await backend.stop();
  assert.equal((await stage.call()).outcome, stage.told('failed'));
  await backend.restart();
  backend.answer = () => ({ status: 404, body: 'gone' });
  const { outcome, body } = await stage.call();
  assert.deepEqual([outcome, body], ['not-found', 'gone']);
});

featureTest('the authority, which for calls is the group, chooses the virtual host', async (stage) => {
  const names = ['exact', 'port', 'suffix', 'prefix', 'rest'];
  const domains = [['a.test'], ['a.test:81'], ['*.test'], ['b.*'], ['*']];
  const backends = await Promise.all(names.map((name) => stage.backend(name)));
  await stage.start({
    virtualHosts: names.map((name, index) => ({ name, domains: domains[index], routers: [{ match: {}, route: { cluster_name: name } }] })),
    clusters: Object.fromEntries(backends.map((backend) => [backend.name, { backends: [backend] }])),
  });
  for (const [authority, name] of [
    ['a.test', 'exact'],
    ['A.Test', 'exact'],
    ['a.test:81', 'port'],
    ['b.test', 'suffix'],
    ['b.org', 'prefix'],
    ['c.org', 'rest'],
  ] as const) {
    assert.equal((await stage.call({ authority })).body, name, authority);
  }
});
