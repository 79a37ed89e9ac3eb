import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Source, scan, sources } from './source.ts';

/** Which folder of `src/` may import which others. No exception for types: what two folders need belongs to the lower one. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  protocol: ['base'],
  net: ['base'],
  stream: ['base', 'net', 'protocol'],
  router: ['base', 'protocol'],
  filter: ['base', 'protocol', 'router'],
  upstream: ['base', 'net', 'protocol', 'stream'],
  proxy: ['base', 'net', 'protocol', 'stream', 'router', 'filter', 'upstream'],
  config: ['base'],
  server: ['base', 'net', 'protocol', 'stream', 'router', 'filter', 'upstream', 'proxy', 'config'],
  testing: ['base', 'protocol'],
};

/** Packages, and the one folder that knows each. */
const PACKAGES: Readonly<Record<string, string>> = {
  '@marcbachmann/cel-js': 'filter',
  jose: 'filter',
  minizlib: 'filter',
  pino: 'base',
  re2js: 'base',
  'xxhash-wasm': 'base',
  yaml: 'config',
};

/** Folders that only move data between calls: sockets reach them as the interfaces of `net` and `protocol`. */
const WITHOUT_SOCKETS = ['base', 'protocol', 'stream', 'router', 'proxy', 'config', 'testing'];
const SOCKETS = /^node:(net|tls|http|https|http2|dgram|dns)(\/|$)/;

const folderOf = (path: string): string => (path.split('/').length > 2 ? path.split('/')[1]! : '');

function strayImports({ path, imports }: Source): readonly string[] {
  const folder = folderOf(path);
  if (folder === '') return [];
  const allowed = MAY_IMPORT[folder];
  if (allowed === undefined) return [`${path}: src/${folder} is not in the import table`];
  return imports
    .filter((name) => {
      if (name.startsWith('src/')) return folderOf(name) !== folder && !allowed.includes(folderOf(name));
      if (name.startsWith('node:')) return WITHOUT_SOCKETS.includes(folder) && SOCKETS.test(name);
      return PACKAGES[name] !== folder;
    })
    .map((name) => `${path} imports ${name}`);
}

function strayProtocolImports({ path, imports }: Source): readonly string[] {
  const own = path.split('/').slice(0, 2).join('/');
  return imports
    .filter((name) => {
      if (name.startsWith(`${own}/`) || /^protocols\/[^/]+\/index\.ts$/.test(name)) return false;
      return name !== 'meshloom/protocol' && name !== 'node:buffer';
    })
    .map((name) => `${path} imports ${name}`);
}

/** The first cycle met, as a path from a file back to itself. */
function cycle(files: readonly Source[]): readonly string[] | undefined {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return undefined;
    done.add(path);
    for (const name of byPath.get(path)?.imports ?? []) {
      const found = visit(name, [...trail, path]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  for (const { path } of files) {
    const found = visit(path, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

test('every folder of src/ imports only the folders below it', () => {
  assert.deepEqual(sources('src').flatMap(strayImports), []);
});

test('a protocol imports meshloom/protocol, node:buffer, its own files, and other protocols by their index', () => {
  assert.deepEqual(sources('protocols').flatMap(strayProtocolImports), []);
});

test('no file imports itself, however far round', () => {
  assert.equal(cycle(sources('src', 'protocols')), undefined);
});

test('the scanner sees imports of every form, and what is forbidden', () => {
  const file = scan(
    'src/router/a.ts',
    `import { a } from './b.ts';
import type { C } from "../base/c.ts";
export * from '../proxy/d.ts';
export { type E } from '../config/e.ts'; // import '../nothing.ts'
import 'node:net';
const later = await import('pino'); /* import 'nothing' */
const bytes = Buffer.from('more');
`,
  );
  const all = ['src/router/b.ts', 'src/base/c.ts', 'src/proxy/d.ts', 'src/config/e.ts', 'node:net', 'pino'];
  assert.deepEqual(file.imports, all);
  assert.deepEqual(
    strayImports(file),
    all.slice(2).map((name) => `src/router/a.ts imports ${name}`),
  );
  assert.deepEqual(strayImports(scan('src/elsewhere/a.ts', '')), ['src/elsewhere/a.ts: src/elsewhere is not in the import table']);
  const plugin = scan(
    'protocols/x/a.ts',
    "import 'meshloom/protocol'; import 'meshloom'; import '../y/index.ts'; import '../y/z.ts'; import 'node:net'; import './b.ts';",
  );
  assert.deepEqual(strayProtocolImports(plugin), [
    'protocols/x/a.ts imports meshloom',
    'protocols/x/a.ts imports protocols/y/z.ts',
    'protocols/x/a.ts imports node:net',
  ]);
  assert.deepEqual(
    cycle([scan('src/a.ts', "import './b.ts'"), scan('src/b.ts', "import type { C } from './c.ts'"), scan('src/c.ts', "import './b.ts'")]),
    ['src/b.ts', 'src/c.ts', 'src/b.ts'],
  );
});
