import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sources } from './source.ts';

/** A file holds one idea; what does not fit into this is two. */
const MAX_LINES = 400;

/** Files that are longer, and why. */
const LONGER: Readonly<Record<string, string>> = {};

const lines = (text: string): number => text.split('\n').length - 1;

test(`no file is longer than ${MAX_LINES} lines without a reason`, () => {
  const long = sources('src', 'protocols', 'test', 'bench', 'examples').filter(({ text }) => lines(text) > MAX_LINES);
  assert.deepEqual(
    long.filter(({ path }) => LONGER[path] === undefined).map(({ path, text }) => `${path}: ${lines(text)} lines`),
    [],
  );
  const needed = new Set(long.map(({ path }) => path));
  assert.deepEqual(
    Object.keys(LONGER).filter((path) => !needed.has(path)),
    [],
    'an exception that is not needed any more',
  );
});
