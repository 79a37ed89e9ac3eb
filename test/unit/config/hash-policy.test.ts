import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accepted, edited, PATHS, problemsOf } from '../../support/checked.ts';

const withAction = (settings: object) => edited([PATHS.route, { match: {}, route: { cluster_name: 'hosts', ...settings } }]);
const read = (settings: object) => accepted(withAction(settings)).server.routers[0]!.virtualHosts[0]!.routes[0]!.route!;
const AT = `${PATHS.route}.route`;

const none = { header: undefined, cookie: undefined, sourceIp: undefined, queryParameter: undefined, terminal: false };

test('a hash policy goes by a header, a cookie, the address of the client, or a query parameter', () => {
  const policies = [
    { header: { key: 'user' } },
    { header: { header_name: 'user' }, terminal: true },
    { cookie: { name: 'host', path: '/', ttl: '10s' } },
    { source_ip: {} },
    { query_parameter: { name: 'user' } },
  ];
  assert.deepEqual(read({ hash_policy: policies }).hashPolicy, [
    { ...none, header: { key: 'user' } },
    { ...none, header: { key: 'user' }, terminal: true },
    { ...none, cookie: { name: 'host', path: '/', ttl: 10_000 } },
    { ...none, sourceIp: {} },
    { ...none, queryParameter: { name: 'user' } },
  ]);
});

test('a hash policy that goes by nothing, or by two things, is an error', () => {
  for (const [policy, words] of [
    [{}, 'nothing'],
    [{ header: { key: 'user' }, source_ip: {} }, '2 properties'],
  ] as const) {
    const [problem = '', ...more] = problemsOf(withAction({ hash_policy: [policy] }));
    assert.ok(problem.startsWith(`error: ${AT}.hash_policy[0]: names ${words} to go by`), problem);
    assert.deepEqual(more, []);
  }
});

test('a cookie that would end its own line is an error', () => {
  for (const cookie of [{ name: 'a=b' }, { name: 'a', path: '/; Domain=elsewhere' }, { name: 'a', path: '/\r\nx: y' }]) {
    const [problem = ''] = problemsOf(withAction({ hash_policy: [{ cookie }] }));
    assert.ok(problem.startsWith(`error: ${AT}.hash_policy[0].cookie.`), problem);
  }
});

test('labels are texts, and what can be written as one is', () => {
  const labels = (values: object) => ({ filter_metadata: { 'mosn.lb': values } });
  assert.deepEqual(
    read({ metadata_match: labels({ version: 'v2', stage: 3, canary: true }) }).metadataMatch,
    new Map([
      ['version', 'v2'],
      ['stage', '3'],
      ['canary', 'true'],
    ]),
  );
  assert.deepEqual(problemsOf(withAction({ metadata_match: labels({ version: ['v2'] }) })), [
    `error: ${AT}.metadata_match.filter_metadata["mosn.lb"].version: must be a string, but is a list`,
  ]);
  const weighted = [{ cluster: { name: 'hosts', weight: 1, metadata_match: labels({ version: 'v2' }) } }];
  assert.deepEqual(read({ weighted_clusters: weighted }).weightedClusters[0]?.metadataMatch, new Map([['version', 'v2']]));
});
