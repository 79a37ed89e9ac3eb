import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { expression } from '../../../src/filter/expression/expression.ts';
import { variable } from '../../../src/filter/format/variables.ts';
import { repository } from '../../support/shared-files.ts';

const page = readFileSync(join(repository, 'docs/routing.md'), 'utf8');
const section = (title: string): string => page.slice(page.indexOf(`## ${title}`)).split('\n## ')[0]!;

test('every variable that the page speaks of is one', () => {
  const rows = section('Variables')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const names = rows.flatMap((row) => Array.from(row.split(' | ')[0]!.matchAll(/`([^`]+)`/g), ([, name]) => name!));
  assert.ok(names.length > 30);
  for (const name of names) {
    const written = name.replace('LENGTH', '5').replace(/NAME|OTHER/g, 'x');
    assert.notEqual(typeof variable(written), 'string', name);
  }
});

test('every attribute that the page speaks of is one', () => {
  const names = Array.from(section('Expressions').matchAll(/`((?:request|source|origin|connection|context)\.\w+)`/g), ([, name]) => name!);
  assert.ok(names.length > 15);
  for (const name of names) assert.notEqual(typeof expression(`${name} == ${name}`), 'string', name);
});
