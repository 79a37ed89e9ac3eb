import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { check } from '../../../src/config/index.ts';
import { expression } from '../../../src/filter/expression/expression.ts';
import { ABSENT, variable } from '../../../src/filter/format/variables.ts';
import { catalogue } from '../../support/catalogue.ts';
import { edited, PATHS } from '../../support/checked.ts';
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

test('the variables that are said to be always empty are those that are', () => {
  const [, said = ''] = /always empty[^:]*: (.*)\n/.exec(section('Variables')) ?? [];
  assert.deepEqual(
    Array.from(said.matchAll(/`(\w+)`/g), ([, name]) => name),
    [...ABSENT],
  );
});

test('every attribute that the page speaks of is one', () => {
  const names = Array.from(section('Expressions').matchAll(/`((?:request|source|origin|connection|context)\.\w+)`/g), ([, name]) => name!);
  assert.ok(names.length > 15);
  for (const name of names) assert.notEqual(typeof expression(`${name} == ${name}`), 'string', name);
});

test('the router that the page begins with is one', () => {
  const [, written = ''] = /```json\n(.*?)```/s.exec(page) ?? [];
  const router: unknown = JSON.parse(written);
  const cluster = (name: string) => ({ name, type: 'SIMPLE', lb_type: 'LB_RANDOM', hosts: [{ address: '127.0.0.1:80' }] });
  const document = edited(
    [PATHS.router, router],
    [`${PATHS.proxy}.router_config_name`, 'shop'],
    ['cluster_manager.clusters', ['beta', 'shop'].map(cluster)],
  );
  assert.deepEqual(check(document, catalogue()).problems, []);
});
