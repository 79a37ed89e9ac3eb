import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { RETRY_WORDS } from '../../../src/proxy/retry-conditions.ts';
import { edited, PATHS } from '../../support/checked.ts';
import { assertRuns, jsonExamples } from '../../support/page-examples.ts';

const page = readFileSync(new URL('../../../../docs/resilience.md', import.meta.url), 'utf8');

test('docs/resilience.md has examples of routes that can be run', async () => {
  const examples = jsonExamples(page);
  assert.ok(examples.length > 0);
  for (const example of examples) await assertRuns(example, edited([PATHS.route, example]));
});

test('docs/resilience.md has every word of retry_on', () => {
  for (const word of RETRY_WORDS) assert.ok(page.includes(`\`${word}\``), word);
});
