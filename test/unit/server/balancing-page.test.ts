import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatProblem } from '../../../src/config/index.ts';
import { configure } from '../../../src/server/configured.ts';
import { ProtocolRegistry } from '../../../src/server/protocol-registry.ts';
import { LOAD_BALANCERS } from '../../../src/upstream/balancers/index.ts';
import { edited } from '../../support/checked.ts';

const page = readFileSync(new URL('../../../../docs/balancing.md', import.meta.url), 'utf8');

test('docs/balancing.md has examples of clusters that can be run', async () => {
  const examples = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text]): unknown => JSON.parse(text!));
  assert.ok(examples.length > 5);
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

test('docs/balancing.md lists every balancer, and no other', () => {
  const listed = Array.from(page.matchAll(/^\| `(LB_\w+)`/gm), ([, name]) => name!);
  assert.deepEqual(listed.toSorted(), LOAD_BALANCERS.toSorted());
});
