import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LOAD_BALANCERS } from '../../../src/upstream/balancers/index.ts';
import { assertClusterRuns, jsonExamples } from '../../support/page-examples.ts';

const page = readFileSync(new URL('../../../../docs/balancing.md', import.meta.url), 'utf8');

test('docs/balancing.md has examples of clusters that can be run', async () => {
  const examples = jsonExamples(page);
  assert.ok(examples.length > 5);
  for (const example of examples) await assertClusterRuns(example);
});

test('docs/balancing.md lists every balancer, and no other', () => {
  const listed = Array.from(page.matchAll(/^\| `(LB_\w+)`/gm), ([, name]) => name!);
  assert.deepEqual(listed.toSorted(), LOAD_BALANCERS.toSorted());
});
