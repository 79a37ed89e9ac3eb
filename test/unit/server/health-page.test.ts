import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assertClusterRuns, jsonExamples } from '../../support/page-examples.ts';

test('docs/health.md has examples of clusters that can be run', async () => {
  const page = readFileSync(new URL('../../../../docs/health.md', import.meta.url), 'utf8');
  const examples = jsonExamples(page);
  assert.ok(examples.length > 0);
  for (const example of examples) await assertClusterRuns(example);
});
