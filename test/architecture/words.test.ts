import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findings, root, type Source, scan, sources } from './source.ts';

/** Every protocol that there is, and the names that users of MOSN know them by. */
const folder = join(root, 'protocols');
const protocolNames = new Set([
  ...(existsSync(folder) ? readdirSync(folder) : []),
  'http1',
  'http2',
  'dubbo',
  'tcp',
  'Http1',
  'Http2',
  'Dubbo',
  'X',
]);

/** The one place that translates MOSN's spelling of protocols. */
const SPELLING = /^src\/config\//;

const namesProtocol = new RegExp(`(['"\`])(${[...protocolNames].join('|')})\\1`);

/** What would give a codec time of its own, a turn of its own, or a way around its owner. */
const IMPURE =
  /\b(setTimeout|setInterval|setImmediate|queueMicrotask|nextTick|performance|Date|Promise|async|await|globalThis|process|fetch|WebSocket|require|EventEmitter|console|eval)\b(?!['":])|\.then\(/;

const UNFINISHED = /\b(TODO|FIXME|XXX|HACK)\b/;

const ANY = /(:|<|\bas|\||&|,|=>)\s*any\b(?!\w)|\bany\[\]/;

const SUPPRESSED = /@ts-(ignore|nocheck|expect-error)|eslint-disable/;

test('src/ names no protocol', () => {
  const found = sources('src')
    .filter(({ path }) => !SPELLING.test(path))
    .flatMap((file) => findings(file, namesProtocol));
  assert.deepEqual(found, []);
});

test('a protocol has no timer, clock, promise or process: it is a machine of calls and bytes', () => {
  assert.deepEqual(
    sources('protocols').flatMap((file) => findings(file, IMPURE)),
    [],
  );
});

test('nothing is left to do, and no check is turned off', () => {
  const files = sources('src', 'protocols', 'test', 'bench', 'examples').filter(({ path }) => path !== 'test/architecture/words.test.ts');
  assert.deepEqual(
    files.flatMap((file) => [...findings(file, UNFINISHED, 'text'), ...findings(file, SUPPRESSED, 'text')]),
    [],
  );
});

test('no type is any', () => {
  assert.deepEqual(
    sources('src', 'protocols').flatMap((file) => findings(file, ANY)),
    [],
  );
});

test('the patterns find what they are for, in code but not in comments', () => {
  const find = (pattern: RegExp, line: string): boolean => findings(scan('a.ts', line), pattern).length > 0;
  for (const line of ["if (name === 'http2')", 'x["dubbo"]', 'const t = `tcp`']) assert.ok(find(namesProtocol, line), line);
  for (const line of ["// 'http2'", "scheme === 'http'", "'http2-wrapper'"]) assert.ok(!find(namesProtocol, line), line);
  for (const line of ['setTimeout(f, 1)', 'async () => 1', 'await x', 'x.then(f)', 'Date.now()', 'process.nextTick(f)'])
    assert.ok(find(IMPURE, line), line);
  for (const line of ["fields.get('date')", '// await', 'const updated = 1', '{ Date: 1 }', "'Date'"]) assert.ok(!find(IMPURE, line), line);
  for (const line of ['let a: any;', 'b as any', 'Map<string, any>', 'any[]']) assert.ok(find(ANY, line), line);
  for (const line of ['// in any case', "'any'", 'let anyone: string']) assert.ok(!find(ANY, line), line);
  const text: Source = scan('a.ts', '// TODO: later');
  assert.equal(findings(text, UNFINISHED, 'text').length, 1);
});
