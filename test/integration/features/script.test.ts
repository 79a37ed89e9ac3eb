import assert from 'node:assert/strict';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, SILENT_LOGGER, StartError } from '../../../src/index.ts';
import { temporaryFolder } from '../../support/configuration.ts';
import { until } from '../../support/deadline.ts';
import { featureTest } from '../../support/feature-stage.ts';

const filterOf = (module: string, settings?: unknown) => ({
  type: 'script',
  config: { module, ...(settings === undefined ? {} : { settings }) },
});

/** Writes a module, as at that second: files that change twice within a tick of the file system's clock look alike. */
function writeModule(folder: string, name: string, text: string, second: number): void {
  const path = join(folder, name);
  writeFileSync(path, text);
  utimesSync(path, second, second);
}

featureTest('a module of the user sees heads and bodies, waits, and answers', async (stage) => {
  const folder = temporaryFolder('script');
  writeModule(
    folder,
    'shout.mjs',
    `export default async (settings, { answer }) => ({
  async onRequest(exchange) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (exchange.request.fields.get('user') === settings.banned) answer(exchange, 403, 'banned');
  },
  onRoute({ request }) {
    request.fields.set('seen', 'by ' + settings.name);
  },
});
`,
    1,
  );
  const backend = await stage.backend();
  await stage.start({ streamFilters: [filterOf('./shout.mjs', { banned: 'bob', name: 'shout' })] }, { folder });
  assert.equal((await stage.call({ fields: { user: 'ann' } })).body, 'backend');
  assert.equal(backend.last.fields['seen'], 'by shout');
  const banned = await stage.call({ fields: { user: 'bob' } });
  assert.deepEqual([banned.outcome, banned.body], [stage.told('denied'), 'banned']);
});

featureTest('a module asks a service, as its page shows', async (stage) => {
  const page = readFileSync(new URL('../../../../docs/filters/script.md', import.meta.url), 'utf8');
  const module = /^```js\n(\/\/ tenants\.mjs\n.*?)^```$/ms.exec(page)?.[1];
  assert.ok(module !== undefined);
  const folder = temporaryFolder('script');
  writeModule(folder, 'tenants.mjs', module, 1);
  const backend = await stage.backend();
  const tenants = await stage.backend('tenants', ({ path }) => (path === '/tenants/a%20b' ? { body: 'gold' } : { status: 404 }), 'http1');
  const streamFilters = [filterOf('./tenants.mjs', { cluster: 'tenants' })];
  await stage.start({ streamFilters, clusters: { backends: { backends: [backend] }, tenants: { backends: [tenants] } } }, { folder });
  assert.equal((await stage.call({ fields: { 'x-tenant': 'a b' } })).body, 'backend');
  assert.equal(backend.last.fields['x-plan'], 'gold');
  const refused = await stage.call({ fields: { 'x-tenant': 'c' } });
  assert.deepEqual([refused.outcome, refused.body], [stage.told('denied'), 'not your tenant']);
  await tenants.stop();
  assert.equal((await stage.call({ fields: { 'x-tenant': 'a b' } })).outcome, stage.told('failed'));
});

featureTest('a module asks in whatever protocol there is, and hears why where nobody answers', async (stage) => {
  const folder = temporaryFolder('script');
  writeModule(
    folder,
    'ask.mjs',
    `export default (_settings, { call, answer }) => ({
  async onRoute(exchange) {
    const { fields } = exchange.request;
    const [cluster, path, body] = ['cluster', 'target', 'argument'].map((name) => fields.get(name));
    try {
      answer(exchange, 429, String((await call(cluster, { protocol: cluster, path, body })).body));
    } catch (error) {
      answer(exchange, 429, error.message);
    }
  },
});
`,
    1,
  );
  const clusters = {
    backends: { backends: [] },
    dubbo: { backends: [await stage.backend('provider', ({ path }) => ({ body: path }), 'dubbo')] },
    h2: { backends: [await stage.backend('two', ({ body }) => ({ body: `two: ${body}` }), 'http2')] },
    latin: { backends: [] },
  };
  await stage.start({ streamFilters: [filterOf('./ask.mjs')], clusters }, { folder });
  const said = async (cluster: string, target: string) => (await stage.call({ fields: { cluster, target, argument: '["x"]' } })).body;
  assert.equal(await said('dubbo', '/org.meshloom.Shop/buy'), '"org.meshloom.Shop"');
  assert.equal(await said('h2', '/any'), 'two: ["x"]');
  assert.equal(await said('latin', '/any'), 'no protocol "latin"');
});

featureTest('a module that finds something out may have another route looked for', async (stage) => {
  const folder = temporaryFolder('script');
  writeModule(
    folder,
    'tier.mjs',
    `export default () => ({
  async onRoute(exchange) {
    const { fields } = exchange.request;
    if (fields.has('tier')) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
    fields.set('tier', fields.get('user') === 'ann' ? 'gold' : 'plain');
    exchange.reroute();
  },
});
`,
    1,
  );
  const [plain, gold] = [await stage.backend('plain'), await stage.backend('gold')];
  await stage.start(
    {
      streamFilters: [filterOf('./tier.mjs')],
      routes: [
        { match: { headers: [{ name: 'tier', value: 'gold' }] }, route: { cluster_name: 'gold' } },
        { match: {}, route: { cluster_name: 'plain' } },
      ],
      clusters: { plain: { backends: [plain] }, gold: { backends: [gold] } },
    },
    { folder },
  );
  assert.equal((await stage.call({ fields: { user: 'ann' } })).body, 'gold');
  assert.equal((await stage.call({ fields: { user: 'bob' } })).body, 'plain');
});

featureTest('a module that throws ends its exchange and nothing else', async (stage) => {
  const folder = temporaryFolder('script');
  writeModule(
    folder,
    'throw.cjs',
    `module.exports = { onRoute(exchange) { if (exchange.request.fields.has('throw')) throw new Error('boom'); } };`,
    1,
  );
  await stage.backend();
  const errors: string[] = [];
  const logger: Logger = { ...SILENT_LOGGER, error: (message) => errors.push(message) };
  await stage.start({ streamFilters: [filterOf('./throw.cjs')] }, { folder, logger });
  const failed = await stage.call({ fields: { throw: 'yes' } });
  assert.deepEqual([failed.outcome, failed.body], [stage.told('failed'), 'script ./throw.cjs failed']);
  assert.deepEqual(errors, ['script ./throw.cjs failed in onRoute']);
  assert.equal((await stage.call()).body, 'backend');
});

featureTest('a changed module is taken over, and a broken one is not', async (stage) => {
  const folder = temporaryFolder('script');
  const write = (text: string, second: number) => writeModule(folder, 'mark.mjs', text, second);
  const marking = (mark: string) => `export default { onRoute({ request }) { request.fields.set('mark', '${mark}'); } };`;
  write(marking('first'), 1);
  const backend = await stage.backend();
  const errors: string[] = [];
  const logger: Logger = { ...SILENT_LOGGER, error: (message) => errors.push(message) };
  await stage.start({ streamFilters: [filterOf('./mark.mjs')] }, { folder, logger });
  const mark = async () => {
    await stage.call();
    return backend.last.fields['mark'];
  };
  assert.equal(await mark(), 'first');
  write(marking('second'), 2);
  await until(async () => (await mark()) === 'second', 'the second module');
  write('export default { onRoute(', 3);
  await until(() => errors.length > 0, 'an error');
  assert.match(errors[0]!, /^\.\/mark\.mjs has changed, and cannot be used/);
  assert.equal(await mark(), 'second');
  write(marking('third'), 4);
  await until(async () => (await mark()) === 'third', 'the third module');
});

featureTest(
  'a module that is no filter, or is not there, stops the start',
  async (stage) => {
    const folder = temporaryFolder('script');
    writeModule(folder, 'none.mjs', 'export default 5;', 1);
    await stage.backend();
    for (const [module, why] of [
      ['./none.mjs', /stream filter script: \.\/none\.mjs has no filter as its default export/],
      ['./missing.mjs', /stream filter script: ENOENT.*missing\.mjs/],
    ] as const) {
      await assert.rejects(stage.start({ streamFilters: [filterOf(module)] }, { folder }), (error: Error) => {
        assert.ok(error instanceof StartError);
        assert.match(error.message, why);
        return true;
      });
    }
  },
  ['http1'],
);

if (process.features.typescript) {
  featureTest('a module may be of TypeScript', async (stage) => {
    const folder = temporaryFolder('script');
    writeModule(
      folder,
      'typed.mts',
      `interface Greeting { readonly words: string }
export default ({ words }: Greeting) => ({
  onRoute({ request }: { request: { fields: { set(name: string, value: string): void } } }): void {
    request.fields.set('greeting', words);
  },
});
`,
      1,
    );
    const backend = await stage.backend();
    await stage.start({ streamFilters: [filterOf('./typed.mts', { words: 'hello' })] }, { folder });
    await stage.call();
    assert.equal(backend.last.fields['greeting'], 'hello');
  });
}
