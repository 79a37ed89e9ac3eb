/** Several filters at once: their order, one that holds, and what routes and virtual hosts say to them. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/configuration.ts';
import { type FeatureStage, featureTest } from '../../support/feature-stage.ts';

/** Notes its name in a field of the request, and waits a while where it is told to. */
const NOTING = `export default ({ name, wait }, { HOLD }) => ({
  onRoute(exchange) {
    const { fields } = exchange.request;
    fields.set('passed', fields.has('passed') ? fields.get('passed') + ' ' + name : name);
    if (!wait) return;
    setTimeout(() => exchange.resume(), wait);
    return HOLD;
  },
  onResponse({ response }) {
    const { fields } = response;
    fields.set('passed', fields.has('passed') ? fields.get('passed') + ' ' + name : name);
  },
});
`;

const folder = temporaryFolder('filter-chain');
writeFileSync(join(folder, 'noting.mjs'), NOTING);

const noting = (name: string, wait = 0) => ({ type: 'script', config: { module: './noting.mjs', settings: { name, wait } } });

featureTest('requests pass filters in order and answers backwards, also past one that holds', async (stage) => {
  const backend = await stage.backend();
  await stage.start({ streamFilters: [noting('one'), noting('two', 30), noting('three')] }, { folder });
  const calls = Array.from({ length: 5 }, async (_, at) => {
    const answer = await stage.call({ method: 'POST', body: `body ${at}` });
    assert.equal(answer.body, 'backend');
    // Answers of Dubbo have no fields before their body is read; none are asked for here.
    if (stage.isHttp) assert.equal(answer.fields['passed'], 'three two one');
  });
  await Promise.all(calls);
  assert.deepEqual(backend.seen.map(({ body }) => body).sort(), ['body 0', 'body 1', 'body 2', 'body 3', 'body 4']);
  for (const { fields } of backend.seen) assert.equal(fields['passed'], 'one two three');
});

featureTest('a filter that answers is the last to see the request', async (stage) => {
  const backend = await stage.backend();
  await stage.start(
    { streamFilters: [noting('one'), { type: 'ip_access', config: { default_action: 'deny' } }, noting('two')] },
    { folder },
  );
  const refused = await stage.call();
  assert.equal(refused.outcome, stage.told('denied'));
  assert.equal(backend.seen.length, 0);
});

featureTest('a route says more to a filter than its virtual host, and that more than the listener', async (stage) => {
  const backend = await stage.backend();
  const status = (of: number) => ({ fault: { abort: { status: of, percentage: 100 } } });
  const to = (name: string) => ({ headers: [{ name: 'to', value: name }] });
  const told = async (called: FeatureStage, name: string) => (await called.call({ fields: { to: name } })).outcome;
  await stage.start({
    streamFilters: [{ type: 'fault', config: status(429).fault }],
    virtualHost: { per_filter_config: status(404) },
    routes: [
      { match: to('route'), route: { cluster_name: 'backends' }, per_filter_config: status(504) },
      { match: to('open'), route: { cluster_name: 'backends' }, per_filter_config: { fault: {} } },
      { match: {}, route: { cluster_name: 'backends' } },
    ],
  });
  assert.equal(await told(stage, 'route'), stage.told('timeout'));
  assert.equal(await told(stage, 'open'), 'ok');
  assert.equal(await told(stage, 'else'), stage.told('not-found'));
  assert.equal(backend.seen.length, 1);
  await stage.reconfigure({ streamFilters: [{ type: 'fault', config: status(429).fault }] });
  assert.equal(await told(stage, 'else'), stage.told('overloaded'));
});
