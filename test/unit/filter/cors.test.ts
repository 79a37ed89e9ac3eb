import assert from 'node:assert/strict';
import { test } from 'node:test';
import cors from '../../../src/filter/builtin/cors/index.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import { took } from '../proxy/scripted.ts';
import { filterStage, problemsOf } from './filter-stage.ts';

const SHOP = 'https://shop.example';
const POLICY = { allow_origin_string_match: [{ exact: SHOP }], allow_methods: 'GET, POST', allow_headers: 'x-a', max_age: 600 };
const ASKING = { origin: SHOP, 'access-control-request-method': 'POST' };

/** The fields of the answer to a request with that origin. */
function answered(config: unknown, origin: string | undefined, ofUpstream: Readonly<Record<string, string>> = {}) {
  const { exchange, upstream } = filterStage(cors, config).request({ fields: origin === undefined ? {} : { origin } });
  const head = new LocalResponse(200, new FieldList(Object.entries(ofUpstream)));
  upstream().handler.onHead(head, true);
  return Object.fromEntries(exchange.response!.fields);
}

test('a preflight from an allowed origin is answered here', () => {
  const { journal, exchange } = filterStage(cors, POLICY).request({ method: 'OPTIONS', fields: ASKING });
  assert.deepEqual(took(journal), ['client head 200 end']);
  assert.deepEqual(Object.fromEntries(exchange.response!.fields), {
    'content-length': '0',
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'x-a',
    'access-control-max-age': '600',
    'access-control-allow-origin': SHOP,
    vary: 'origin',
  });
});

test('private networks are opened to those who ask, where they may be', () => {
  const asking = { method: 'OPTIONS', fields: { ...ASKING, 'access-control-request-private-network': 'true' } };
  const key = 'access-control-allow-private-network';
  assert.equal(filterStage(cors, POLICY).request(asking).exchange.response!.fields.get(key), undefined);
  const open = filterStage(cors, { ...POLICY, allow_private_network_access: true });
  assert.equal(open.request(asking).exchange.response!.fields.get(key), 'true');
});

test('a preflight from elsewhere, and OPTIONS that is none, are for the upstream', () => {
  const { request } = filterStage(cors, POLICY);
  for (const fields of [{ ...ASKING, origin: 'https://evil.example' }, { origin: SHOP }, {}]) {
    assert.deepEqual(took(request({ method: 'OPTIONS', fields }).journal), ['a head OPTIONS / end']);
  }
});

test('an answer tells an allowed origin that it is allowed, and another one nothing', () => {
  assert.deepEqual(answered(POLICY, SHOP), { 'access-control-allow-origin': SHOP, vary: 'origin' });
  assert.deepEqual(answered(POLICY, 'https://evil.example'), {});
  assert.deepEqual(answered(POLICY, undefined), {});
});

test('credentials and exposed headers are spoken of where they are configured', () => {
  assert.deepEqual(answered({ ...POLICY, allow_credentials: true, expose_headers: 'x-b' }, SHOP), {
    'access-control-allow-origin': SHOP,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'x-b',
    vary: 'origin',
  });
});

test('vary keeps what it said, and says origin once', () => {
  const vary = (said: string) => answered(POLICY, SHOP, { vary: said })['vary'];
  assert.deepEqual(['accept', 'accept, Origin', '*', 'x-origin'].map(vary), ['accept, origin', 'accept, Origin', '*', 'x-origin, origin']);
});

test('origins are matched in all of the ways, and * is everybody', () => {
  const allows = (match: object, origin: string) =>
    'access-control-allow-origin' in answered({ allow_origin_string_match: [match] }, origin);
  assert.ok(allows({ exact: '*' }, 'https://any.example'));
  assert.ok(allows({ suffix: '.shop.example' }, 'https://a.shop.example'));
  assert.ok(!allows({ suffix: '.shop.example' }, 'https://shop.example'));
  assert.ok(allows({ prefix: 'https://' }, SHOP));
  assert.ok(allows({ contains: 'SHOP', ignore_case: true }, SHOP));
  assert.ok(allows({ safe_regex: { regex: 'https://[a-z.]+' } }, SHOP));
  assert.ok(!allows({ safe_regex: { regex: 'https://[a-z]+' } }, SHOP));
});

test("a route's policy takes the place of the filter's", () => {
  const { request } = filterStage(cors, POLICY, { ofRoute: {} });
  assert.deepEqual(took(request({ method: 'OPTIONS', fields: ASKING }).journal), ['a head OPTIONS / end']);
});

test('a match says one thing', () => {
  for (const match of [{}, { exact: 'a', prefix: 'b' }]) {
    assert.match(problemsOf(cors.settings, { allow_origin_string_match: [match] })[0]!, /must have exactly one of/);
  }
  assert.match(
    problemsOf(cors.settings, { allow_origin_string_match: [{ safe_regex: { regex: '(' } }] })[0]!,
    /must be a regular expression/,
  );
});
