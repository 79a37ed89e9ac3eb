import assert from 'node:assert/strict';
import { formatProblem } from '../../src/config/index.ts';
import { configure } from '../../src/server/configured.ts';
import { ProtocolRegistry } from '../../src/server/protocol-registry.ts';
import { edited } from './checked.ts';

/** The examples in JSON of a page of docs/. */
export function jsonExamples(page: string): readonly unknown[] {
  return [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text]): unknown => JSON.parse(text!));
}

const registry = new ProtocolRegistry('.');

/** An example can be run without a warning. `document`: a configuration in which it stands where it belongs. */
export async function assertRuns(example: unknown, document: unknown): Promise<void> {
  const { problems } = await configure(document, registry);
  assert.deepEqual(
    problems.map((problem) => formatProblem(problem)),
    [],
    JSON.stringify(example),
  );
}

/** The same of a cluster that no route leads to. */
export function assertClusterRuns(example: unknown): Promise<void> {
  const route = { name: 'all', domains: ['*'], routers: [] };
  return assertRuns(example, edited(['cluster_manager.clusters', [example]], ['servers[0].routers[0].virtual_hosts', [route]]));
}
