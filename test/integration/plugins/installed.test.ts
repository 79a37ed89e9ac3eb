/** What somebody does who has never seen Meshloom: installs the package, copies a template or an example of the docs, and runs it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Child } from '../../support/child.ts';
import { proxyConfiguration, temporaryFolder, writeConfiguration } from '../../support/configuration.ts';
import { EchoServer } from '../../support/echo-server.ts';
import { freePort, untilListening } from '../../support/ports.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const project = temporaryFolder('newcomer');
const installed = join(project, 'node_modules', 'meshloom');
const templates = readdirSync(join(repository, 'examples/plugins'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** What a command of the project says. It must not fail. */
function run(folder: string, command: string, ...args: readonly string[]): string {
  // A test of a test must not take itself for one of ours.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', timeout: 30_000, env });
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
  return stdout;
}

const meshloom = (folder: string, ...args: readonly string[]) => run(folder, join(project, 'node_modules/.bin/meshloom'), ...args);

before(() => {
  // Building is not part of it, and what is installed comes from what npm has kept of earlier installations.
  const packed = run(repository, 'npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', project).trim();
  // As `npm init` writes it, and not as ES modules would like it.
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'newcomer', version: '1.0.0', type: 'commonjs' }));
  run(project, 'npm', 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=0', `./${packed}`);
  for (const name of templates) cpSync(join(installed, 'examples/plugins', name), join(project, name), { recursive: true });
});

test('every template is in the package, and its configuration has no problem', () => {
  assert.ok(templates.length >= 4);
  for (const name of templates)
    assert.equal(meshloom(join(project, name), 'check', '-c', 'config.json'), 'config.json: 0 errors, 0 warnings\n');
});

test('the protocol of the template proves itself by one command', () => {
  assert.match(run(join(project, 'protocol'), process.execPath, '--test', '--test-reporter=tap'), /^# pass 1\d\n# fail 0$/m);
});

test('the types of the templates are those of the package', () => {
  // Node's types are the user's own to install.
  symlinkSync(join(repository, 'node_modules/@types'), join(project, 'node_modules/@types'));
  const compilerOptions = {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    allowJs: true,
    checkJs: true,
    noEmit: true,
    types: ['node'],
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: templates.map((name) => `${name}/*.mjs`) }));
  assert.equal(run(project, join(repository, 'node_modules/.bin/tsc'), '-p', '.'), '');
});

test('the program runs the filter of the template, and the script of its page', { timeout: 30_000 }, async () => {
  const folder = join(project, 'filter');
  const script = /^```js\n(\/\/ my-filter\.mjs\n.*?)^```$/ms.exec(readFileSync(join(installed, 'docs/filters/script.md'), 'utf8'))?.[1];
  assert.ok(script !== undefined);
  writeFileSync(join(folder, 'my-filter.mjs'), script);
  const server = await EchoServer.start();
  const port = await freePort();
  const stream_filters = [
    { type: 'greeting', config: { words: 'hello' } },
    { type: 'script', config: { module: './my-filter.mjs', settings: { tenant: 'blue' } } },
  ];
  const document = {
    plugins: ['./index.mjs'],
    ...proxyConfiguration({ listen: port, hosts: [server.address], listener: { stream_filters } }),
  };
  const file = writeConfiguration(folder, 'both.json', document);
  const child = new Child('meshloom', join(project, 'node_modules/.bin/meshloom'), ['start', '-c', file]);
  try {
    await child.start(untilListening(port, 'meshloom'));
    const refused = await fetch(`http://127.0.0.1:${port}/`);
    assert.deepEqual([refused.status, await refused.text()], [403, 'not your tenant']);
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-tenant': 'blue' } });
    assert.deepEqual([answer.status, answer.headers.get('x-tenant')], [200, 'blue']);
    assert.match(await answer.text(), /"x-greeting","hello"/);
  } finally {
    if (child.running) await child.stop();
    await server.stop();
  }
});
