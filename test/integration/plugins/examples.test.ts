/** The templates in examples/plugins, each run as its tutorial says. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { formatProblem } from '../../../src/config/index.ts';
import { createProxy, type Logger, type Plugin, SILENT_LOGGER } from '../../../src/index.ts';
import { checkFile } from '../../../src/server/program.ts';
import { contract } from '../../../src/testing/contract.ts';
import { runVector } from '../../../src/testing/run-vector.ts';
import { loadVectors } from '../../../src/testing/vector.ts';
import { temporaryFolder } from '../../support/configuration.ts';
import { until } from '../../support/deadline.ts';
import { featureTest } from '../../support/feature-stage.ts';
import { NoteClient, noteServer } from './notes.ts';

const root = fileURLToPath(new URL('../../../../examples/plugins/', import.meta.url));
const folder = (name: string) => join(root, name);
const plugins = { plugins: ['./index.mjs'] };

for (const name of readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
  test(`the configuration of the template ${name.name} has no problem`, async () => {
    const problems = await checkFile(join(folder(name.name), 'config.json'));
    assert.deepEqual(
      problems.map((problem) => formatProblem(problem)),
      [],
    );
  });
}

featureTest('a filter of a plugin takes settings of the listener, and of a route', async (stage) => {
  const backend = await stage.backend();
  await stage.start(
    {
      root: plugins,
      streamFilters: [{ type: 'greeting', config: { words: 'good morning' } }],
      routes: [
        {
          match: { headers: [{ name: 'to', value: 'night' }] },
          route: { cluster_name: 'backends' },
          per_filter_config: { greeting: { words: 'good night', header: 'greeting' } },
        },
        { match: {}, route: { cluster_name: 'backends' } },
      ],
    },
    { folder: folder('filter') },
  );
  await stage.call();
  assert.equal(backend.last.fields['x-greeting'], 'good morning');
  await stage.call({ fields: { to: 'night' } });
  assert.equal(backend.last.fields['greeting'], 'good night');
});

featureTest('a filter of a plugin that throws ends its exchange, and nothing else', async (stage) => {
  const home = temporaryFolder('throwing');
  writeFileSync(
    join(home, 'throwing.mjs'),
    `const settings = { shape: { type: 'anything' }, read: () => ({}) };
class Throwing {
  name = 'throwing';
  onRoute({ request }) {
    if (request.fields.has('throw')) this.boom();
  }
  onUpstream({ request }) {
    if (request.fields.has('break')) return Promise.reject(new Error('broken'));
  }
  onComplete({ request }) {
    if (request.fields.has('late')) this.boom();
  }
  retire() {
    this.boom();
  }
  boom() {
    throw new Error('boom');
  }
}
export default { filters: [{ type: 'throwing', settings, build: () => new Throwing() }] };
`,
  );
  const errors: string[] = [];
  const logger: Logger = { ...SILENT_LOGGER, error: (message) => errors.push(message) };
  await stage.backend();
  const root = { plugins: ['./throwing.mjs'] };
  await stage.start({ root, streamFilters: [{ type: 'throwing' }] }, { folder: home, logger });
  for (const name of ['throw', 'break']) {
    const failed = await stage.call({ fields: { [name]: 'yes' } });
    assert.deepEqual([failed.outcome, failed.body], [stage.told('failed'), 'filter throwing failed']);
  }
  assert.equal((await stage.call({ fields: { late: 'yes' } })).body, 'backend');
  await stage.reconfigure({ root });
  assert.equal((await stage.call()).body, 'backend');
  const phases = ['onRoute', 'onUpstream', 'onComplete', 'retire'];
  assert.deepEqual(
    errors,
    phases.map((phase) => `filter throwing failed in ${phase}`),
  );
});

featureTest('a balancer of a plugin chooses the hosts', async (stage) => {
  const [active, standby] = [await stage.backend('active'), await stage.backend('standby')];
  const clusters = { backends: { backends: [active, standby], lb_type: 'LB_ACTIVE_STANDBY' } };
  await stage.start({ root: plugins, clusters }, { folder: folder('balancer') });
  for (let call = 0; call < 4; call++) assert.equal((await stage.call()).body, 'active');
  await active.stop();
  await until(async () => (await stage.call()).body === 'standby', 'the standby host');
});

featureTest('a discovery of a plugin finds the hosts, and finds out when they change', async (stage) => {
  const [one, other] = [await stage.backend('one'), await stage.backend('other')];
  const hosts = join(temporaryFolder('discovery'), 'hosts.txt');
  writeFileSync(hosts, `# the first\n${one.address}\n`);
  const clusters = { backends: { discovery: { type: 'file', config: { path: hosts, interval: '20ms' } } } };
  await stage.start({ root: plugins, clusters }, { folder: folder('discovery') });
  await until(async () => (await stage.call()).body === 'one', 'the first host');
  writeFileSync(hosts, `${other.address}\n`);
  await until(async () => (await stage.call()).body === 'other', 'the other host');
});

const { default: protocolPlugin } = (await import(join(folder('protocol'), 'index.mjs'))) as { readonly default: Plugin };
const note = protocolPlugin.protocols![0]!;
for (const law of contract(note, [])) test(`the protocol of the template: ${law.name}`, law.check);
for (const vector of loadVectors(join(folder('protocol'), 'vectors'))) test(`note: ${vector.name}`, () => runVector(note, vector));

test('a protocol of a plugin is routed by its service', { timeout: 30_000 }, async () => {
  const server = await noteServer((text) => `answer to ${text}`);
  const proxy = createProxy({ folder: folder('protocol'), logger: SILENT_LOGGER });
  const document = JSON.parse(readFileSync(join(folder('protocol'), 'config.json'), 'utf8'));
  document.servers[0].listeners[0].address = '127.0.0.1:0';
  document.cluster_manager.clusters[0].hosts = [{ address: server.address }];
  await proxy.start(document);
  const [listener] = proxy.listeners;
  const client = await NoteClient.dial(Number(listener?.address.split(':').at(-1)));
  try {
    const diary = 'org.example.Diary write\nhello';
    assert.deepEqual(await client.call(7, diary), { id: 7, status: 0, text: `answer to ${diary}` });
    const unknown = await client.call(8, 'org.example.Unknown write\n');
    assert.deepEqual(unknown, { id: 8, status: 1, text: 'no route for this request' });
  } finally {
    client.close();
    await proxy.stop(0);
    server.close();
  }
});
