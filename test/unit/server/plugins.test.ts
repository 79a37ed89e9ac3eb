import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { configure } from '../../../src/server/configured.ts';
import { loadPlugins } from '../../../src/server/plugins.ts';
import { ProtocolRegistry } from '../../../src/server/protocol-registry.ts';
import { StartError } from '../../../src/server/start-error.ts';
import { edited, PATHS } from '../../support/checked.ts';
import { temporaryFolder } from '../../support/configuration.ts';

const folder = temporaryFolder('plugins');
const written = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return `./${name}`;
};
const load = (...specifiers: readonly string[]) => loadPlugins(specifiers, folder, ['http1']);
const refused = (specifier: string, why: RegExp) =>
  assert.rejects(load(specifier), (error: Error) => error instanceof StartError && why.test(error.message));

const KIND = '{ type: "mine", settings: { shape: {}, read: () => ({}) }, build() {} }';

test('a plugin brings things by name, and several plugins several', async () => {
  const filter = written('filter.mjs', `export default { filters: [${KIND}] };`);
  const balancer = written('balancer.mjs', 'export default { balancers: { LB_MINE: () => ({}) } };');
  const { filters, balancers, protocols, discoveries } = await load(filter, balancer);
  assert.deepEqual([[...filters.keys()], [...balancers.keys()], protocols.size, discoveries.size], [['mine'], ['LB_MINE'], 0, 0]);
});

test('a package is looked for beside the configuration', async () => {
  const home = join(folder, 'node_modules', 'meshloom-mine');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "name": "meshloom-mine", "type": "module", "main": "index.js" }');
  writeFileSync(join(home, 'index.js'), `export default { filters: [${KIND}] };`);
  assert.ok((await load('meshloom-mine')).filters.has('mine'));
});

test('a package may be for ES modules alone, and bring a protocol that is named where it is used', async () => {
  const bring = (name: string, text: string) => {
    const home = join(folder, 'node_modules', ...name.split('/'));
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), JSON.stringify({ name, type: 'module', exports: { import: './index.js' } }));
    writeFileSync(join(home, 'index.js'), text);
  };
  bring('@acme/modern', `export default { filters: [${KIND}] };`);
  assert.ok((await load('@acme/modern')).filters.has('mine'));
  bring('meshloom-odd', 'export default { name: "odd", sniff() {}, server() {}, client() {} };');
  const registry = new ProtocolRegistry(folder);
  assert.deepEqual([registry.has('meshloom-odd'), registry.has('meshloom-even')], [true, false]);
  assert.equal((await registry.load('meshloom-odd')).name, 'odd');
});

test('a plugin that cannot be used is named, with the reason', async () => {
  await refused('./missing.mjs', /^plugin "\.\/missing\.mjs" cannot be loaded: /);
  await refused('no-such-package', /^plugin "no-such-package" cannot be loaded: /);
  await refused(written('none.mjs', 'export const filters = [];'), /the default export of the module is no Plugin/);
  await refused(written('nothing.mjs', 'export default {};'), /it brings nothing/);
  await refused(written('list.mjs', 'export default { filters: {} };'), /must be arrays/);
  await refused(written('a.mjs', 'export default { filters: [{ type: "mine" }] };'), /`filters` has not what a FilterKind has/);
  await refused(written('b.mjs', 'export default { protocols: [{}] };'), /`protocols` has not what a Protocol has/);
  await refused(written('c.mjs', 'export default { balancers: { LB_MINE: 1 } };'), /`balancers` is no function/);
  await refused(written('d.mjs', 'export default { discoveries: [{}] };'), /`discoveries` has not what a DiscoveryKind has/);
});

test('a module that Node.js takes for CommonJS is told how to be one of ES, and who finds what is wrong in one', async () => {
  const home = join(folder, 'common');
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{ "type": "commonjs" }');
  const remedy = /: give it a name that ends in \.mjs, or say "type": "module" in the package\.json of its folder$/;
  await refused(written('common/a.js', 'export default {};'), remedy);
  await refused(written('common/b.js', "import 'node:fs';"), remedy);
  await refused(written('wrong.mjs', 'export default {};\n}'), /Unexpected token '}' \(node --check FILE says where\)$/);
});

test('a name that is there already is not given again', async () => {
  const builtIn = KIND.replace('mine', 'fault');
  await refused(written('fault.mjs', `export default { filters: [${builtIn}] };`), /there is a stream filter "fault" already/);
  await refused(written('lb.mjs', 'export default { balancers: { LB_RANDOM: () => ({}) } };'), /there is a balancer "LB_RANDOM" already/);
  const twice = written('twice.mjs', `export default { filters: [${KIND}, ${KIND}] };`);
  await refused(twice, /there is a stream filter "mine" already/);
});

test('what a plugin brings can be configured, and without it cannot', async () => {
  const registry = new ProtocolRegistry(folder);
  const document = (plugins: readonly string[]) =>
    edited(['plugins', plugins], [`${PATHS.cluster}.lb_type`, 'LB_MINE'], [`${PATHS.cluster}.discovery`, { type: 'mine' }]);
  const both = written('both.mjs', `export default { balancers: { LB_MINE: () => ({}) }, discoveries: [${KIND}] };`);
  const { problems, configuration } = await configure(document([both]), registry);
  assert.deepEqual(problems, []);
  assert.deepEqual(configuration?.clusterManager.clusters[0]?.discovery, { type: 'mine', config: {} });
  const without = await configure(document([]), registry);
  assert.match(
    without.problems.map(({ path, message }) => `${path} ${message}`).join('\n'),
    /discovery\.type names no discovery: there is none called "mine"/,
  );
});
