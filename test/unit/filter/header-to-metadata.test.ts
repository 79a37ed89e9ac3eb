import assert from 'node:assert/strict';
import { test } from 'node:test';
import headerToMetadata from '../../../src/filter/builtin/header-to-metadata/index.ts';
import { Labels } from '../../../src/upstream/labels.ts';
import { filterStage, problemsOf, type StageRequest } from './filter-stage.ts';

const RULES = [
  { header: 'X-Version', on_header_missing: { key: 'version', value: 'v1' } },
  { header: 'X-Version', on_header_present: { key: 'version' }, remove: true },
  { header: 'beta', on_header_present: { key: 'stage', value: 'beta' } },
];

/** The labels that a request asks for, and the fields that its upstream gets. */
function asked(rules: unknown, options: StageRequest = {}) {
  const { exchange } = filterStage(headerToMetadata, { request_rules: rules }).request(options);
  return { labels: exchange.labels?.pairs, fields: Object.fromEntries(exchange.request.fields) };
}

test('a header that is there, or is not, becomes a label', () => {
  assert.deepEqual(asked(RULES), { labels: [['version', 'v1']], fields: {} });
  assert.deepEqual(asked(RULES, { fields: { 'x-version': 'v2', beta: 'yes' } }), {
    labels: [
      ['stage', 'beta'],
      ['version', 'v2'],
    ],
    fields: { beta: 'yes' },
  });
});

test('without a rule that says anything no label is asked for', () => {
  assert.equal(asked([]).labels, undefined);
  assert.equal(asked(RULES.slice(2)).labels, undefined);
});

test("a label takes the place of the route's of that name, and the route's others stay", () => {
  const labels = new Labels({ version: 'v0', zone: 'north' });
  const route = { hosts: { hash: undefined, labels: () => labels } };
  assert.deepEqual(asked(RULES, { route }).labels, [
    ['version', 'v1'],
    ['zone', 'north'],
  ]);
  assert.equal(filterStage(headerToMetadata).request({ route }).exchange.labels, labels);
});

test('a route may have rules of its own', () => {
  const { request } = filterStage(headerToMetadata, { request_rules: RULES }, { ofRoute: {} });
  assert.equal(request().exchange.labels, undefined);
});

test('a rule is for a header that is there, or for one that is not', () => {
  for (const rule of [{ header: 'a' }, { header: 'a', on_header_present: { key: 'b' }, on_header_missing: { key: 'b' } }]) {
    assert.deepEqual(problemsOf(headerToMetadata.settings, { request_rules: [rule] }), [
      'error: request_rules[0]: must have exactly one of `on_header_present` and `on_header_missing`',
    ]);
  }
});
