import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatProblem } from '../../../src/config/index.ts';
import { configure } from '../../../src/server/configured.ts';
import { ProtocolRegistry } from '../../../src/server/protocol-registry.ts';
import { edited } from '../../support/checked.ts';

test('docs/health.md has examples of clusters that can be run', async () => {
  const page = readFileSync(new URL('../../../../docs/health.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text]): unknown => JSON.parse(text!));
  assert.ok(examples.length > 0);
  for (const example of examples) {
    const route = { name: 'all', domains: ['*'], routers: [] };
    const document = edited(['cluster_manager.clusters', [example]], ['servers[0].routers[0].virtual_hosts', [route]]);
    const { problems } = await configure(document, new ProtocolRegistry('.'));
    assert.deepEqual(
      problems.map((problem) => formatProblem(problem)),
      [],
      JSON.stringify(example),
    );
  }
});
