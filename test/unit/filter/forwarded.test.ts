import assert from 'node:assert/strict';
import { test } from 'node:test';
import forwarded from '../../../src/filter/builtin/forwarded/index.ts';
import { forwardedFor, listItems } from '../../../src/filter/builtin/forwarded/trust.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import { filterStage, problemsOf, type StageRequest } from './filter-stage.ts';

const NOTHING = { x_forwarded_for: false, x_forwarded_proto: false, x_request_id: false };

/** What the upstream gets of a request. */
function sent(config: object, fields: Readonly<Record<string, string>> = {}, options: StageRequest = {}) {
  const { exchange } = filterStage(forwarded, config).request({ fields, peer: { remoteAddress: '192.0.2.1:4000' }, ...options });
  return Object.fromEntries(exchange.request.fields);
}

const xff = (config: object, said: string, remoteAddress = '192.0.2.1:4000') =>
  sent({ ...NOTHING, x_forwarded_for: true, ...config }, { 'x-forwarded-for': said }, { peer: { remoteAddress } })['x-forwarded-for'];

test('the upstream is told whom the request comes from, and it gets a name', () => {
  const { 'x-request-id': id, ...rest } = sent({});
  assert.match(id!, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(rest, { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'http' });
  assert.equal(sent({}, {}, { peer: { secure: true } })['x-forwarded-proto'], 'https');
});

test('what a stranger says is thrown away', () => {
  const said = {
    'x-forwarded-for': '10.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'other',
    forwarded: 'for=10.0.0.1',
    'x-request-id': 'mine',
  };
  const { 'x-request-id': id, ...rest } = sent({ x_forwarded_host: true, forwarded: true }, said);
  assert.notEqual(id, 'mine');
  assert.deepEqual(rest, {
    'x-forwarded-for': '192.0.2.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'host',
    forwarded: 'for=192.0.2.1;proto=http;host=host',
  });
});

test('what a known proxy says is kept', () => {
  const said = { 'x-forwarded-for': '198.51.100.1', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop', 'x-request-id': 'theirs' };
  for (const config of [{ trusted_hops: 1 }, { trusted_proxies: ['192.0.2.0/24'] }]) {
    assert.deepEqual(sent({ ...config, x_forwarded_host: true }, said), { ...said, 'x-forwarded-for': '198.51.100.1, 192.0.2.1' });
  }
});

test('as many items are kept as there are hops that are trusted', () => {
  assert.equal(xff({ trusted_hops: 0 }, 'a, b, c'), '192.0.2.1');
  assert.equal(xff({ trusted_hops: 1 }, 'a, b, c'), 'c, 192.0.2.1');
  assert.equal(xff({ trusted_hops: 2 }, 'a, b, c'), 'b, c, 192.0.2.1');
  assert.equal(xff({ trusted_hops: 4 }, 'a, b, c'), 'a, b, c, 192.0.2.1');
});

test('items are kept as long as the one who said them is a trusted proxy', () => {
  const config = { trusted_proxies: ['192.0.2.0/24', '2001:db8::/32'] };
  assert.equal(xff(config, '10.9.9.9, 198.51.100.1, 192.0.2.9'), '198.51.100.1, 192.0.2.9, 192.0.2.1');
  assert.equal(xff(config, '10.9.9.9, 192.0.2.9', '[2001:db8::1]:4000'), '10.9.9.9, 192.0.2.9, 2001:db8::1');
  assert.equal(xff(config, '10.9.9.9', '198.51.100.1:4000'), '198.51.100.1');
});

test('RFC 7239 is spoken: IPv6 in brackets and quotes, ports quoted, and commas in quotes part nothing', () => {
  const only = { ...NOTHING, forwarded: true };
  const peer = { remoteAddress: '[2001:db8::1]:4000' };
  assert.deepEqual(sent(only, {}, { peer, head: { authority: 'shop:8080', fields: new FieldList() } }), {
    forwarded: 'for="[2001:db8::1]";proto=http;host="shop:8080"',
  });
  const chain = 'for="a, b";by=x, For="[2001:db8::9]:5000";proto=https';
  assert.deepEqual(sent({ ...only, trusted_proxies: ['2001:db8::/32'] }, { forwarded: chain }, { peer }), {
    forwarded: `${chain}, for="[2001:db8::1]";proto=http;host=host`,
  });
  assert.deepEqual(listItems('a;b="c, \\" d", e,, f'), ['a;b="c, \\" d"', 'e', 'f']);
  assert.deepEqual(['for=1.2.3.4;by=x', 'by=x; FOR="[::1]:80"', 'by=x', ''].map(forwardedFor), ['1.2.3.4', '[::1]:80', '', '']);
});

test('a client of a Unix socket is unknown', () => {
  const peer = { remoteAddress: 'unix:/run/a.sock' };
  assert.deepEqual(sent({ ...NOTHING, x_forwarded_for: true, forwarded: true }, {}, { peer }), {
    forwarded: 'for=unknown;proto=http;host=host',
    'x-forwarded-for': 'unknown',
  });
});

test('a stranger may keep its request id where that is configured, and the answer may say it', () => {
  const { request } = filterStage(forwarded, { preserve_external_request_id: true, request_id_in_response: true });
  const { exchange, upstream } = request({ fields: { 'x-request-id': 'mine' } });
  upstream().answer(200, true);
  assert.equal(exchange.request.fields.get('x-request-id'), 'mine');
  assert.equal(exchange.response!.fields.get('x-request-id'), 'mine');
});

test('via names this proxy and the version in which it got the message, both ways', () => {
  const { request } = filterStage(forwarded, { ...NOTHING, via: 'edge-1' });
  const { exchange, upstream } = request({
    fields: { via: '2 other' },
    head: { protocol: 'http1', fields: new FieldList([['via', '2 other']]) },
  });
  upstream().handler.onHead(Object.assign(new LocalResponse(200), { protocol: 'http2' }), true);
  assert.equal(exchange.request.fields.get('via'), '2 other, 1.1 edge-1');
  assert.equal(exchange.response!.fields.get('via'), '2 edge-1');
});

test('calls are left alone, unless they are wanted', () => {
  const head = { scheme: '', fields: new FieldList() };
  assert.deepEqual(sent({ via: 'a' }, {}, { head }), {});
  assert.deepEqual(sent({ ...NOTHING, x_forwarded_for: true, calls: true }, {}, { head: { scheme: '', fields: new FieldList() } }), {
    'x-forwarded-for': '192.0.2.1',
  });
});

test('a name for via is a token', () => {
  assert.equal(problemsOf(forwarded.settings, { via: 'two words' }).length, 1);
});
