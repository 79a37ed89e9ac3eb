import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { check, formatProblem, gatherFolders } from '../../../src/config/index.ts';
import { catalogue } from '../../support/catalogue.ts';
import { edited, PATHS } from '../../support/checked.ts';
import { temporaryFolder } from '../../support/configuration.ts';

let base: string;

before(() => {
  base = temporaryFolder('folders');
});

/** A folder with these files, as text or as the JSON of an object. */
function folder(name: string, files: Readonly<Record<string, string | object>>): string {
  const path = join(base, name);
  mkdirSync(path);
  for (const [file, content] of Object.entries(files)) {
    writeFileSync(join(path, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return path;
}

/** What comes of a document, and its problems as a person would see them. */
function read(document: unknown) {
  const { document: whole, problems, locate } = gatherFolders(document, base);
  const checked = check(whole, catalogue());
  return {
    configuration: checked.configuration,
    problems: [...problems, ...checked.problems.map(locate)].map((problem) => formatProblem(problem, 'config.json')),
  };
}

const hosts = (name: string) => ({ name, domains: [name], routers: [{ match: { prefix: '/' }, route: { cluster_name: 'hosts' } }] });
const withRouters = (path: string) => edited([`${PATHS.router}.virtual_hosts`, undefined], [`${PATHS.router}.router_configs`, path]);

test('each file of the folder is a virtual host, in the order of the names, in JSON or YAML', () => {
  folder('routers', {
    'b.json': hosts('b.test'),
    'a.yaml': 'name: a.test\ndomains: [a.test]\nrouters: [{ match: { prefix: / }, route: { cluster_name: hosts } }]\n',
    'notes.txt': 'not one of them',
  });
  for (const path of ['routers', join(base, 'routers')]) {
    const { configuration, problems } = read(withRouters(path));
    assert.deepEqual(problems, []);
    const virtualHosts = configuration?.server.routers[0]?.virtualHosts ?? [];
    assert.deepEqual(
      Array.from(virtualHosts, ({ name }) => name),
      ['a.test', 'b.test'],
    );
  }
});

test('each file of the folder is a cluster', () => {
  folder('clusters', { 'hosts.json': { name: 'hosts', type: 'SIMPLE', lb_type: 'LB_RANDOM', hosts: [{ address: '127.0.0.1:80' }] } });
  const { configuration, problems } = read(edited(['cluster_manager', { Clusters_Configs: 'clusters' }]));
  assert.deepEqual(problems, []);
  assert.equal(configuration?.clusterManager.clusters[0]?.name, 'hosts');
});

test('a problem is one of the file that it stands in', () => {
  const path = folder('faulty', {
    'a.json': hosts('a.test'),
    'b.json': { ...hosts('b.test'), domains: ['b.test', 'a*b'], routers: [{ match: { prefix: '/' } }] },
    'c.json': '{ "name": }',
  });
  assert.deepEqual(read(withRouters('faulty')).problems, [
    `${join(path, 'c.json')}:1:11: error: expected a value, but found "}"`,
    `${join(path, 'b.json')}: error: domains[1]: must be a domain such as "example.org", "*.example.org" or "*", but is the string "a*b" ("a*b" may have one asterisk, at its beginning or at its end)`,
    `${join(path, 'b.json')}: error: routers[0]: does nothing (give it a \`route\`, a \`redirect\` or a \`direct_response\`)`,
  ]);
});

test('a folder that is not there is an error', () => {
  assert.deepEqual(read(withRouters('nowhere')).problems, [
    `config.json: error: ${PATHS.router}.router_configs: names the folder ${JSON.stringify(join(base, 'nowhere'))}, which cannot be read: there is no such file`,
  ]);
});

test('what stands in files cannot stand beside the folder', () => {
  folder('both', { 'a.json': hosts('a.test') });
  assert.deepEqual(read(edited([`${PATHS.router}.router_configs`, 'both'])).problems, [
    `config.json: error: ${PATHS.router}.router_configs: cannot stand beside \`virtual_hosts\` (put all of them in files, or none)`,
  ]);
});

test('a document without folders is left as it is, whatever it may be', () => {
  for (const document of [
    edited(),
    5,
    null,
    [],
    { servers: 'x' },
    { servers: [{ routers: [{ router_configs: 5 }] }] },
    { servers: [null] },
  ]) {
    const gathered = gatherFolders(document, base);
    assert.deepEqual(gathered.document, document);
    assert.deepEqual(gathered.problems, []);
  }
});
