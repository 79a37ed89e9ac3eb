import assert from 'node:assert/strict';
import { type Call, type FeatureStage, featureTest, HTTP } from '../../support/feature-stage.ts';

/** Starts a proxy that sends what matches to `yes`, and all else to `no`. */
async function split(stage: FeatureStage, match: object): Promise<void> {
  const [yes, no] = [await stage.backend('yes'), await stage.backend('no')];
  await stage.start({
    routes: [
      { match, route: { cluster_name: 'yes' } },
      { match: {}, route: { cluster_name: 'no' } },
    ],
    clusters: { yes: { backends: [yes] }, no: { backends: [no] } },
  });
}

/** What came of each call, in order. */
async function answers(stage: FeatureStage, ...calls: readonly Call[]): Promise<readonly string[]> {
  const all = await Promise.all(calls.map((call) => stage.call(call)));
  return all.map(({ body }) => body);
}

const withFields = (...values: readonly Readonly<Record<string, string>>[]): readonly Call[] => values.map((fields) => ({ fields }));

featureTest('a path is matched by prefix, as a whole, and by an expression', async (stage) => {
  const [one, two, three] = [await stage.backend('one'), await stage.backend('two'), await stage.backend('three')];
  await stage.start({
    routes: [
      { match: { path: '/Shop/cart' }, route: { cluster_name: 'one' } },
      { match: { regex: '^/shop/(\\d+)$' }, route: { cluster_name: 'two' } },
      { match: { prefix: '/shop' }, route: { cluster_name: 'three' } },
    ],
    clusters: { one: { backends: [one] }, two: { backends: [two] }, three: { backends: [three] } },
  });
  const calls = ['/shop/cart', '/shop/42', '/shop/42x', '/shopping'].map((path) => ({ path }));
  assert.deepEqual(await answers(stage, ...calls), ['one', 'two', 'three', 'three']);
  assert.equal((await stage.call({ path: '/other' })).outcome, 'not-found');
});

featureTest('an expression that others take ages for is matched at once', async (stage) => {
  await split(stage, { headers: [{ name: 'x', value: '^(a+)+$', regex: true }] });
  const began = performance.now();
  assert.deepEqual(await answers(stage, ...withFields({ x: `${'a'.repeat(8000)}!` }, { x: 'a'.repeat(8000) })), ['no', 'yes']);
  assert.ok(performance.now() - began < 5_000);
});

featureTest('a header is matched by what it is, begins with, ends in and holds', async (stage) => {
  await split(stage, {
    headers: [
      { name: 'a', value: 'one' },
      { name: 'b', prefix_match: 'tw' },
      { name: 'c', suffix_match: 'ee' },
      { name: 'd', contains_match: 'ou' },
    ],
  });
  const all = { a: 'one', b: 'two', c: 'three', d: 'four' };
  const calls = withFields(all, { ...all, a: 'on' }, { ...all, b: 'wt' }, { ...all, c: 'thre' }, { ...all, d: 'for' });
  assert.deepEqual(await answers(stage, ...calls), ['yes', 'no', 'no', 'no', 'no']);
});

featureTest('a header is matched by its being there, by a range, and by what it is not', async (stage) => {
  await split(stage, {
    headers: [
      { name: 'a', present_match: true },
      { name: 'b', present_match: true, invert_match: true },
      { name: 'c', range_match: { start: 10, end: 20 } },
      { name: 'd', value: 'no', invert_match: true },
    ],
  });
  const all = { a: 'x', c: '10', d: 'maybe' };
  const { a: _, ...withoutA } = all;
  const { d: __, ...withoutD } = all;
  const calls = withFields(all, withoutA, { ...all, b: 'x' }, { ...all, c: '20' }, { ...all, d: 'no' }, withoutD);
  assert.deepEqual(await answers(stage, ...calls), ['yes', 'no', 'no', 'no', 'no', 'no']);
});

featureTest('the method is matched in every protocol', async (stage) => {
  await split(stage, { headers: [{ name: 'method', value: 'DELETE' }] });
  assert.deepEqual(await answers(stage, { method: 'DELETE' }, { method: 'GET' }), ['yes', 'no']);
});

featureTest(
  'pseudo headers are matched in HTTP',
  async (stage) => {
    await split(stage, {
      headers: [
        { name: ':method', value: 'POST' },
        { name: ':authority', suffix_match: '.org' },
        { name: ':path', contains_match: '?q=' },
        { name: ':scheme', value: 'http' },
      ],
    });
    const all = { method: 'POST', authority: 'a.org', path: '/?q=1', body: '' };
    assert.deepEqual(await answers(stage, all, { ...all, method: 'PUT' }, { ...all, authority: 'a.com' }, { ...all, path: '/' }), [
      'yes',
      'no',
      'no',
      'no',
    ]);
  },
  HTTP,
);

featureTest(
  'query parameters are matched in HTTP',
  async (stage) => {
    await split(stage, {
      query_parameters: [
        { name: 'a', value: 'x y' },
        { name: 'b', value: '^\\d+$', regex: true },
        { name: 'c', present_match: true },
      ],
    });
    const calls = ['/?a=x+y&b=42&c', '/?a=x&b=42&c', '/?a=x%20y&b=4x&c', '/?a=x+y&b=42'].map((path) => ({ path }));
    assert.deepEqual(await answers(stage, ...calls), ['yes', 'no', 'no', 'no']);
  },
  HTTP,
);

featureTest(
  'service, method, version, group and attachments of a call are matched in Dubbo',
  async (stage) => {
    await split(stage, {
      headers: [
        { name: 'service', value: 'org.example.Shop' },
        { name: 'method', value: 'buy|sell', regex: true },
        { name: 'version', value: '1.2.0' },
        { name: 'group', prefix_match: 'gr' },
        { name: 'tenant', value: 'blue' },
      ],
    });
    const all = { service: 'org.example.Shop', method: 'buy', version: '1.2.0', authority: 'green', fields: { tenant: 'blue' } };
    const others = [
      { service: 'org.example.Other' },
      { method: 'look' },
      { version: '1.2.1' },
      { authority: 'red' },
      { fields: { tenant: 'red' } },
    ];
    assert.deepEqual(await answers(stage, all, ...others.map((other) => ({ ...all, ...other }))), ['yes', 'no', 'no', 'no', 'no', 'no']);
  },
  ['dubbo'],
);

featureTest('variables are matched, joined by and and or', async (stage) => {
  await split(stage, {
    variables: [
      { name: 'request_header_a', value: '1', model: 'or' },
      { name: 'request_header_b', regex: '^1' },
      { name: 'downstream_remote_address', regex: '^127\\.0\\.0\\.1:' },
    ],
  });
  assert.deepEqual(await answers(stage, ...withFields({ a: '1' }, { b: '12' }, { a: '2', b: '2' }, {})), ['yes', 'yes', 'no', 'no']);
  const elsewhere = await stage.client({ localAddress: '127.0.0.2' });
  assert.equal((await elsewhere.call({ fields: { b: '12' } })).body, 'no');
  assert.equal((await elsewhere.call({ fields: { a: '1' } })).body, 'yes');
});

featureTest("expressions of MOSN's DSL are matched", async (stage) => {
  await split(stage, {
    dsl_expressions: [
      { expression: 'conditional((request.headers["a"] == "1"), true, request.headers["b"].matches("^(x+)+$"))' },
      { expression: 'source.ip == ip("127.0.0.1") && match(request.path, "/shop*")' },
    ],
  });
  const path = '/shop/1';
  const calls = [{ a: '1' }, { a: '2', b: 'xxx' }, { a: '2', b: `${'x'.repeat(5000)}!` }, {}].map((fields) => ({ path, fields }));
  assert.deepEqual(await answers(stage, ...calls, { path: '/other', fields: { a: '1' } }), ['yes', 'yes', 'no', 'no', 'no']);
});

featureTest('a share of the requests is matched', async (stage) => {
  await split(stage, { headers: [{ name: 'some', present_match: true }], runtime_fraction: { default_value: { numerator: 50 } } });
  const calls = Array.from({ length: 200 }, () => ({ fields: { some: 'x' } }));
  const matched = (await answers(stage, ...calls)).filter((name) => name === 'yes').length;
  // Outside of this once in some millions of runs.
  assert.ok(matched > 64 && matched < 136, `${matched} of 200`);
  assert.deepEqual(
    await answers(stage, ...Array.from({ length: 5 }, () => ({}))),
    Array.from({ length: 5 }, () => 'no'),
  );
});
