import assert from 'node:assert/strict';
import { test } from 'node:test';
import localRateLimit from '../../../src/filter/builtin/local-rate-limit/index.ts';
import { took } from '../proxy/scripted.ts';
import { type FilterStage, filterStage, problemsOf, rerouting, type StageRequest } from './filter-stage.ts';

const bucket = (max_tokens: number) => ({ max_tokens, tokens_per_fill: 1, fill_interval: '1s' });
const BY_USER = {
  rate_limits: [{ actions: [{ request_headers: { header_name: 'X-User', descriptor_key: 'user' } }] }],
};

/** How many of ten equal requests pass. */
function passed({ request }: FilterStage, options: StageRequest = {}): number {
  let count = 0;
  for (let at = 0; at < 10; at++) if (took(request(options).journal)[0] === 'a head GET / end') count++;
  return count;
}

test('as many requests pass as there are tokens, and another when one has come back', () => {
  const stage = filterStage(localRateLimit, { token_bucket: bucket(3) });
  assert.equal(passed(stage), 3);
  stage.timers.advance(999);
  assert.equal(passed(stage), 0);
  stage.timers.advance(1);
  assert.equal(passed(stage), 1);
});

test('a request that is routed anew takes no second token', () => {
  const stage = filterStage(localRateLimit, { token_bucket: bucket(3) });
  assert.equal(passed(stage, { filters: [stage.filter, rerouting()] }), 3);
});

test('a request too many is told so, and flagged', () => {
  const { request } = filterStage(localRateLimit, { token_bucket: bucket(1) });
  request();
  const { journal, exchange } = request();
  assert.deepEqual(took(journal), ['client head 429', 'client data "too many requests" end']);
  assert.deepEqual(exchange.flags, ['RL']);
  const other = filterStage(localRateLimit, { token_bucket: bucket(1), status: { code: 503 } });
  other.request();
  assert.equal(took(other.request().journal)[0], 'client head 503');
});

test('a descriptor with an open value gives each value a bucket of its own', () => {
  const stage = filterStage(localRateLimit, { ...BY_USER, descriptors: [{ entries: [{ key: 'user' }], token_bucket: bucket(2) }] });
  assert.equal(passed(stage, { fields: { 'x-user': 'ann' } }), 2);
  assert.equal(passed(stage, { fields: { 'x-user': 'bob' } }), 2);
  assert.equal(passed(stage), 10);
});

test('a descriptor with a value is for that value', () => {
  const descriptors = [{ entries: [{ key: 'user', value: 'ann' }], token_bucket: bucket(2) }];
  const stage = filterStage(localRateLimit, { ...BY_USER, descriptors });
  assert.equal(passed(stage, { fields: { 'x-user': 'ann' } }), 2);
  assert.equal(passed(stage, { fields: { 'x-user': 'bob' } }), 10);
});

test('a request needs a token of each bucket, and takes none where one is empty', () => {
  const descriptors = [{ entries: [{ key: 'user' }], token_bucket: bucket(2) }];
  const stage = filterStage(localRateLimit, { ...BY_USER, token_bucket: bucket(5), descriptors });
  assert.equal(passed(stage, { fields: { 'x-user': 'ann' } }), 2);
  assert.equal(passed(stage), 3);
  assert.equal(passed(stage, { fields: { 'x-user': 'bob' } }), 0);
});

test('entries of all kinds make a descriptor, in their order', () => {
  const actions = [
    { remote_address: {} },
    { destination_cluster: {} },
    { generic_key: { descriptor_value: 'a' } },
    { generic_key: { descriptor_key: 'b', descriptor_value: 'c' } },
  ];
  const entries = [
    { key: 'remote_address', value: '127.0.0.1' },
    { key: 'destination_cluster', value: 'cluster' },
    { key: 'generic_key', value: 'a' },
    { key: 'b' },
  ];
  const limited = (given: unknown) => ({ rate_limits: [{ actions }], descriptors: [{ entries: given, token_bucket: bucket(1) }] });
  assert.equal(passed(filterStage(localRateLimit, limited(entries))), 1);
  assert.equal(passed(filterStage(localRateLimit, limited(entries.slice(0, 3)))), 10);
  assert.equal(passed(filterStage(localRateLimit, limited([...entries].reverse()))), 10);
});

test('values that read alike when they are joined are not mistaken for each other', () => {
  const header = (name: string) => ({ request_headers: { header_name: name, descriptor_key: name } });
  const stage = filterStage(localRateLimit, {
    rate_limits: [{ actions: [header('a'), header('b')] }],
    descriptors: [{ entries: [{ key: 'a' }, { key: 'b' }], token_bucket: bucket(1) }],
  });
  assert.equal(passed(stage, { fields: { a: '1:x', b: 'y' } }), 1);
  assert.equal(passed(stage, { fields: { a: '1', b: ':xy' } }), 1);
});

test('of the buckets for open values the one that was not used for longest goes when there are too many', () => {
  const stage = filterStage(localRateLimit, {
    ...BY_USER,
    descriptors: [{ entries: [{ key: 'user' }], token_bucket: bucket(1) }],
    max_dynamic_descriptors: 2,
  });
  const asks = (user: string) => passed(stage, { fields: { 'x-user': user } });
  assert.deepEqual(['ann', 'bob', 'ann', 'cat', 'ann', 'bob'].map(asks), [1, 1, 0, 1, 0, 1]);
});

test('each connection may have a bucket of its own', () => {
  const stage = filterStage(localRateLimit, { token_bucket: bucket(1), local_rate_limit_per_downstream_connection: true });
  assert.equal(passed(stage, { peer: { id: 1 } }), 1);
  assert.equal(passed(stage, { peer: { id: 2 } }), 1);
  assert.equal(passed(stage, { peer: { id: 1 } }), 0);
});

test('a route has a bucket of its own, which lasts', () => {
  const stage = filterStage(localRateLimit, {}, { ofRoute: { token_bucket: bucket(2) } });
  assert.equal(passed(stage), 2);
  assert.equal(passed(stage), 0);
});

test('answers say what is left of the scarcest bucket', () => {
  const { request } = filterStage(localRateLimit, { token_bucket: bucket(2), enable_x_ratelimit_headers: 'DRAFT_VERSION_03' });
  const said = () => {
    const { exchange, upstream } = request();
    if (exchange.response === undefined) upstream().answer(200, true);
    return Object.fromEntries([...exchange.response!.fields].filter(([name]) => name.startsWith('x-ratelimit')));
  };
  assert.deepEqual(said(), { 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '0' });
  assert.deepEqual(said(), { 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' });
  assert.deepEqual(said(), { 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' });
});

test('settings that cannot be meant are refused', () => {
  assert.deepEqual(
    problemsOf(localRateLimit.settings, {
      token_bucket: { max_tokens: 0, fill_interval: '0s' },
      rate_limits: [{ actions: [{}] }, { actions: [] }],
    }),
    [
      'error: token_bucket.max_tokens: must be an integer of at least 1, but is the number 0',
      'error: rate_limits[0].actions[0]: must have exactly one of `request_headers`, `remote_address`, `destination_cluster` and `generic_key`',
      'error: rate_limits[1].actions: must be a list with at least one item, but has none',
    ],
  );
  assert.match(problemsOf(localRateLimit.settings, { token_bucket: { max_tokens: 1, fill_interval: '0s' } })[0]!, /longer than nothing/);
});
