import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { formatProblem, load, parse, readText } from '../../../src/config/index.ts';
import { catalogue } from '../../support/catalogue.ts';
import { edited } from '../../support/checked.ts';

const lines = ({ problems }: { problems: Parameters<typeof formatProblem>[0][] | readonly Parameters<typeof formatProblem>[0][] }) =>
  problems.map((problem) => formatProblem(problem, 'file'));

const JSON_TEXT = JSON.stringify(edited());

/** The same as `edited()`, with an anchor, a merge key and comments, which JSON does not have. */
const YAML_TEXT = `
# one listener
servers:
  - default_log_path: stdout
    default_log_level: WARN
    routers:
      - router_config_name: routes
        virtual_hosts:
          - name: all
            domains: ['*']
            routers: [{ match: { prefix: / }, route: { cluster_name: hosts } }]
    listeners:
      - name: listener
        address: 127.0.0.1:2045
        bind_port: true
        filter_chains:
          - filters:
              - type: proxy
                config: { downstream_protocol: Http1, upstream_protocol: Http1, router_config_name: routes }
x: &cluster { type: SIMPLE }
cluster_manager:
  clusters:
    - <<: *cluster
      name: hosts
      lb_type: LB_ROUNDROBIN
      hosts:
        - address: 127.0.0.1:8080
`;

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'meshloom-config-'));
});
after(() => rmSync(folder, { recursive: true }));

function fileWith(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('YAML says the same as JSON', () => {
  const fromYaml = parse(YAML_TEXT, 'yaml', catalogue());
  assert.deepEqual(lines(fromYaml), ['file: warning: x: is a key that nobody knows']);
  assert.deepEqual(fromYaml.configuration, parse(JSON_TEXT, 'json', catalogue()).configuration);
});

test('a file is YAML when its name says so, and JSON otherwise', () => {
  for (const name of ['a.yaml', 'a.yml', 'a.YAML']) assert.ok(load(fileWith(name, YAML_TEXT), catalogue()).configuration, name);
  for (const name of ['a.json', 'a', 'a.conf']) assert.ok(load(fileWith(name, JSON_TEXT), catalogue()).configuration, name);
});

test('a fault of the notation is told with file, line and column', () => {
  assert.deepEqual(lines(parse('{\n "servers": [,]\n}', 'json', catalogue())), ['file:2:14: error: expected a value, but found ","']);
  const [line] = lines(parse('servers:\n  - a: 1\n   b: 2\n', 'yaml', catalogue()));
  assert.match(line!, /^file:3:\d+: error: \S[^\n]*$/);
});

test('a text is told line and column without a file, too', () => {
  const [problem] = readText('{', 'json').problems;
  assert.equal(formatProblem(problem!), 'line 1, column 2: error: expected a key in double quotes, but found the end of the file');
});

test('YAML that cannot be right is one line of error: two values, an unknown alias, a key twice, aliases without bound', () => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]', ...'bcdefg'].map((line, at, all) =>
    at === 0 ? line : `${line}: &${line} [${Array.from({ length: 10 }, () => `*${all[at - 1]![0]}`).join(',')}]`,
  );
  for (const text of ['a: 1\n---\nb: 2\n', 'a: *b\n', 'a: 1\na: 2\n', `${bomb.join('\n')}\n`, 'a: [', '\tb: 1', 'a: "x']) {
    const { configuration, problems } = parse(text, 'yaml', catalogue());
    assert.equal(configuration, undefined);
    const errors = problems.filter(({ severity }) => severity === 'error');
    assert.equal(errors.length, 1, text);
    assert.match(formatProblem(errors[0]!, 'file'), /^file:\d+:\d+: error: [^\n]+$/);
  }
});

test('an empty file is an error, whatever its notation', () => {
  assert.deepEqual(lines(parse('', 'json', catalogue())), ['file:1:1: error: expected a value, but found the end of the file']);
  assert.deepEqual(lines(parse('', 'yaml', catalogue())), ['file: error: must be an object, but is null']);
});

test('a byte order mark is passed over', () => {
  for (const text of [JSON_TEXT, YAML_TEXT]) {
    assert.ok(parse(`\uFEFF${text}`, text === JSON_TEXT ? 'json' : 'yaml', catalogue()).configuration);
  }
  assert.ok(load(fileWith('bom.json', `\uFEFF${JSON_TEXT}`), catalogue()).configuration);
});

test('a file that cannot be read is one line of error that says why', () => {
  assert.deepEqual(lines(load(join(folder, 'missing.json'), catalogue())), ['file: error: there is no such file']);
  assert.deepEqual(lines(load(folder, catalogue())), ['file: error: is a directory, and no file']);
  assert.deepEqual(lines(load(join(fileWith('a.txt', ''), 'b'), catalogue())), ['file: error: there is no such file']);
  const circle = join(folder, 'circle');
  symlinkSync(circle, circle);
  assert.deepEqual(lines(load(circle, catalogue())), ['file: error: is a link that leads back to itself']);
  assert.match(lines(load('a\0b', catalogue()))[0]!, /^file: error: cannot be read: /);
});

test('a file that may not be read is one line of error', { skip: process.getuid?.() === 0 && 'nothing is forbidden to root' }, () => {
  const path = fileWith('secret.json', JSON_TEXT);
  chmodSync(path, 0);
  assert.deepEqual(lines(load(path, catalogue())), ['file: error: may not be read: permission is denied']);
});

test('a file that is no text is one line of error', () => {
  assert.deepEqual(lines(load(fileWith('binary.json', Uint8Array.of(0x7b, 0xff, 0x7d)), catalogue())), [
    'file: error: is not text in UTF-8',
  ]);
});

test('the document is kept as it was written, with its keys in order', () => {
  const text = '{"zebra":1,"servers":[{"mosn_server_name":"","default_log_path":"stdout"}],"Admin":null}';
  assert.equal(JSON.stringify(parse(text, 'json', catalogue()).document), text);
});

test('of a configuration with errors there is none, but its document is there', () => {
  const { configuration, document } = parse('{"servers": [{"graceful_timeout": "soon"}]}', 'json', catalogue());
  assert.equal(configuration, undefined);
  assert.deepEqual(document, { servers: [{ graceful_timeout: 'soon' }] });
});

test('whoever writes JSON does not wait for the library that reads YAML', () => {
  const index = new URL('../../../src/config/index.js', import.meta.url).href;
  const script = `
    const { readText } = await import(${JSON.stringify(index)});
    const { createRequire } = await import('node:module');
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('node_modules/yaml'));
    readText('{}', 'json');
    const before = loaded();
    readText('{}', 'yaml');
    console.log(before, loaded());
  `;
  assert.equal(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 30_000 }),
    'false true\n',
  );
});
