import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatProblem } from '../../../src/config/index.ts';
import { RETRY_WORDS } from '../../../src/proxy/retry-conditions.ts';
import { configure } from '../../../src/server/configured.ts';
import { ProtocolRegistry } from '../../../src/server/protocol-registry.ts';
import { edited, PATHS } from '../../support/checked.ts';

const page = readFileSync(new URL('../../../../docs/resilience.md', import.meta.url), 'utf8');

test('docs/resilience.md has examples of routes that can be run', async () => {
  const examples = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text]): unknown => JSON.parse(text!));
  assert.ok(examples.length > 0);
  for (const example of examples) {
    const { problems } = await configure(edited([PATHS.route, example]), new ProtocolRegistry('.'));
    assert.deepEqual(
      problems.map((problem) => formatProblem(problem)),
      [],
      JSON.stringify(example),
    );
  }
});

test('docs/resilience.md has every word of retry_on', () => {
  for (const word of RETRY_WORDS) assert.ok(page.includes(`\`${word}\``), word);
});
