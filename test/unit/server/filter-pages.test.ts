import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isRecord } from '../../../src/base/schema/json.ts';
import { formatProblem } from '../../../src/config/index.ts';
import { BUILT_IN_TYPES, loadKinds } from '../../../src/filter/builtin/kinds.ts';
import { NETWORK_FILTER_KINDS } from '../../../src/filter/network/kinds.ts';
import { configure } from '../../../src/server/configured.ts';
import { ProtocolRegistry } from '../../../src/server/protocol-registry.ts';
import { edited, PATHS } from '../../support/checked.ts';
import { jsonExamples } from '../../support/page-examples.ts';

const folder = new URL('../../../../docs/filters/', import.meta.url);
const registry = new ProtocolRegistry('.');

function jsonIn(page: string): readonly unknown[] {
  return jsonExamples(readFileSync(new URL(page, folder), 'utf8'));
}

for (const type of BUILT_IN_TYPES) {
  test(`the kind ${type} calls itself so`, async () => {
    const kinds = await loadKinds([type, 'nobody']);
    assert.deepEqual(
      Array.from(kinds, ([name, kind]) => [name, kind.type]),
      [[type, type]],
    );
  });

  test(`docs/filters/${type}.md has examples that can be run`, async () => {
    const page = readFileSync(new URL(`${type}.md`, folder), 'utf8');
    assert.ok(page.startsWith(`# \`${type}\`\n`));
    const examples = jsonIn(`${type}.md`);
    assert.ok(examples.length > 0);
    for (const example of examples) {
      assert.ok(isRecord(example));
      const { stream_filters: filters, routers, ...rest } = example;
      assert.deepEqual(rest, {});
      assert.ok(Array.isArray(filters) && filters.some((filter) => isRecord(filter) && filter['type'] === type));
      const document = edited(
        [`${PATHS.listener}.stream_filters`, filters],
        ...(routers === undefined ? [] : [[`${PATHS.virtualHost}.routers`, routers] as const]),
      );
      const { configuration, problems } = await configure(document, registry);
      assert.deepEqual(
        problems.map((problem) => formatProblem(problem)),
        [],
      );
      assert.ok(configuration);
    }
  });
}

for (const [type, { type: own }] of NETWORK_FILTER_KINDS) {
  test(`docs/filters/network/${type}.md has examples that can be run`, async () => {
    assert.equal(own, type);
    const page = readFileSync(new URL(`network/${type}.md`, folder), 'utf8');
    assert.ok(page.startsWith(`# \`${type}\`\n`));
    const examples = jsonIn(`network/${type}.md`);
    assert.ok(examples.length > 0);
    for (const example of examples) {
      assert.ok(isRecord(example) && Array.isArray(example['filters']));
      const taking = { type: 'tcp_proxy', config: { cluster: 'hosts' } };
      const { problems } = await configure(edited([`${PATHS.chain}.filters`, [...example['filters'], taking]]), registry);
      assert.deepEqual(
        problems.map((problem) => formatProblem(problem)),
        [],
      );
    }
  });
}

for (const page of ['proxy_protocol', 'tcp_proxy', 'udp_proxy']) {
  test(`docs/filters/network/${page}.md has examples of listeners that can be run`, async () => {
    const listeners = jsonIn(`network/${page}.md`);
    assert.ok(listeners.length > 0);
    for (const listener of listeners) {
      const others = { name: 'others', type: 'SIMPLE', lb_type: 'LB_RANDOM', hosts: [{ address: '127.0.0.1:8081' }] };
      const { problems } = await configure(edited([PATHS.listener, listener], ['cluster_manager.clusters[1]', others]), registry);
      assert.deepEqual(
        problems.map((problem) => formatProblem(problem)),
        [],
      );
    }
  });
}

test('a filter that no listener has is not loaded', async () => {
  const { filterKinds } = await configure(edited(), registry);
  assert.equal(filterKinds.size, 0);
});
