import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './source.ts';

const FOLDER = 'test/integration/features';
const page = readFileSync(join(root, 'docs/features.md'), 'utf8');
const links = Array.from(page.matchAll(/\]\(([^)#]+)(?:#([^)]*))?\)/g), ([, path, section]) => ({ path: join('docs', path!), section }));

/** `[retries](../test/integration/features/retries.test.ts): a name | HTTP/1, Dubbo |` */
const ROW = /\[[\w-]+\]\(\.\.\/(test\/integration\/features\/[^)]+)\): (.+?) +\| ([^|]+?) +\|$/gm;

const PROTOCOLS: Readonly<Record<string, string>> = { http1: 'HTTP/1', http2: 'HTTP/2', dubbo: 'Dubbo' };

/** As GitHub makes them of headings. */
function anchorOf(heading: string): string {
  const letters = heading.toLowerCase().replace(/[^\w\- ]/g, '');
  return letters.replaceAll(' ', '-');
}

test('every file that the page of features names is there, with the section that is meant', () => {
  assert.ok(links.length > 200);
  for (const { path, section } of links) {
    assert.ok(existsSync(join(root, path)), path);
    if (section === undefined) continue;
    const headings = Array.from(readFileSync(join(root, path), 'utf8').matchAll(/^#+ (.*)$/gm), ([, heading]) => anchorOf(heading!));
    assert.ok(headings.includes(section), `${path}#${section}`);
  }
});

/** The tests of a file by name, each with the protocols that it runs in as the page says them. */
function testsIn(path: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(root, path), 'utf8');
  const each = text.matchAll(
    /^( *)(featureTest|test)\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`([^`]*)`),([\s\S]*?)\n\1(?:\}\)|\));/gm,
  );
  return new Map(
    Array.from(each, ([, , kind, single, double, template, rest]) => [
      single ?? double ?? template!,
      kind === 'test' ? 'TCP' : protocolsOf(rest!),
    ]),
  );
}

/** From the last argument, which is absent for all. */
function protocolsOf(rest: string): string {
  const [, listed] = /\n\s*(?:\[([^\]]*)\]|HTTP),$/.exec(rest) ?? [undefined, 'absent'];
  if (listed === 'absent') return 'all';
  const names = listed === undefined ? ['http1', 'http2'] : Array.from(listed.matchAll(/\w+/g), ([name]) => name);
  return names.map((name) => PROTOCOLS[name]).join(', ');
}

test('every test that the page names is in its file, and runs in the protocols that the page says', () => {
  const rows = [...page.matchAll(ROW)];
  assert.ok(rows.length > 120);
  for (const [, path = '', name = '', protocols] of rows) {
    const tests = testsIn(path);
    assert.ok(tests.has(name), `${path} has no test "${name}"`);
    assert.equal(protocols, tests.get(name), `${path}: ${name}`);
  }
});

test('every file of tests of features has a row on the page', () => {
  const named = new Set(links.map(({ path }) => path));
  const forgotten = readdirSync(join(root, FOLDER)).filter((file) => !named.has(join(FOLDER, file)));
  assert.deepEqual(forgotten, [], 'write a row for them in docs/features.md');
});
