import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOf } from '../../../src/base/hash.ts';
import { NO_HASH } from '../../../src/base/hash-bits.ts';
import type { Exchange, Peer } from '../../../src/filter/filter.ts';
import type { Slot } from '../../../src/filter/slot.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import { LocalRequest } from '../../../src/protocol/local-request.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import { cookieValue, setCookie } from '../../../src/proxy/cookie.ts';
import {
  cookieHash,
  HashPolicy,
  type HashSource,
  headerHash,
  queryParameterHash,
  sourceAddressHash,
} from '../../../src/proxy/hash-policy.ts';
import { giveCookies } from '../../../src/proxy/made-cookies.ts';

interface Asked {
  readonly path?: string;
  readonly scheme?: string;
  readonly fields?: Record<string, string>;
  readonly from?: string;
}

/** As much of an exchange as a hash policy looks at. */
function exchange({ path = '/', scheme = 'http', fields = {}, from = '10.0.0.1:4000' }: Asked = {}): Exchange {
  const slots: unknown[] = [];
  const part: Pick<Exchange, 'request' | 'downstream' | 'get' | 'set'> = {
    request: new LocalRequest({ scheme, authority: 'shop', path, method: 'GET', fields: new FieldList(Object.entries(fields)) }),
    downstream: { remoteAddress: from } as Peer,
    get: <T>(slot: Slot<T>) => slots[slot.index] as T | undefined,
    set: (slot, value) => {
      slots[slot.index] = value;
    },
  };
  return part as Exchange;
}

function cookiesGiven(of: Exchange): string | undefined {
  const head = new LocalResponse(200);
  giveCookies(of, head);
  return head.fields.get('set-cookie');
}

const byUser = (terminal = false): HashSource => headerHash('X-User', terminal);

test('requests with the same header have the same hash, and without it none', () => {
  const policy = new HashPolicy([byUser()]);
  const ofAnn = policy.hash(exchange({ fields: { 'x-user': 'ann' } }));
  assert.equal(ofAnn, hashOf('ann'));
  assert.equal(policy.hash(exchange({ fields: { 'x-user': 'ann' }, path: '/other', from: '10.9.9.9:1' })), ofAnn);
  assert.notEqual(policy.hash(exchange({ fields: { 'x-user': 'bob' } })), ofAnn);
  assert.equal(policy.hash(exchange()), NO_HASH);
});

test('the parts of the head that are no fields have names as in matches', () => {
  assert.equal(new HashPolicy([headerHash(':path', false)]).hash(exchange({ path: '/a' })), hashOf('/a'));
  assert.equal(new HashPolicy([headerHash('service', false)]).hash(exchange({ path: 'org.Shop', scheme: '' })), hashOf('org.Shop'));
});

test('a client has the hash of its address, from whichever port it comes', () => {
  const policy = new HashPolicy([sourceAddressHash(false)]);
  const one = policy.hash(exchange({ from: '10.0.0.1:4000' }));
  assert.equal(policy.hash(exchange({ from: '10.0.0.1:4001' })), one);
  assert.notEqual(policy.hash(exchange({ from: '10.0.0.2:4000' })), one);
  assert.equal(policy.hash(exchange({ from: '[::1]:4000' })), policy.hash(exchange({ from: '[::1]:50' })));
  assert.notEqual(policy.hash(exchange({ from: '/run/a.sock' })), NO_HASH);
});

test('a query parameter is read decoded', () => {
  const policy = new HashPolicy([queryParameterHash('user', false)]);
  assert.equal(policy.hash(exchange({ path: '/a?user=a%6en' })), hashOf('ann'));
  assert.equal(policy.hash(exchange({ path: '/a?other=ann' })), NO_HASH);
});

test('several properties count together, in their order', () => {
  const fields = { 'x-user': 'ann' };
  const both = new HashPolicy([byUser(), sourceAddressHash(false)]);
  const turned = new HashPolicy([sourceAddressHash(false), byUser()]);
  const one = both.hash(exchange({ fields }));
  assert.notEqual(one, new HashPolicy([byUser()]).hash(exchange({ fields })));
  assert.notEqual(one, turned.hash(exchange({ fields })));
  assert.notEqual(one, both.hash(exchange({ fields, from: '10.0.0.2:4000' })));
});

test('what comes after a terminal property counts only where the request has not got that', () => {
  const policy = new HashPolicy([byUser(true), sourceAddressHash(false)]);
  assert.equal(policy.hash(exchange({ fields: { 'x-user': 'ann' } })), hashOf('ann'));
  assert.equal(policy.hash(exchange({ from: '10.0.0.2:4000' })), hashOf('10.0.0.2'));
});

test('a cookie is found among others, with quotes or without', () => {
  assert.equal(cookieValue('a=1; host=two; b=3', 'host'), 'two');
  assert.equal(cookieValue('host="two"', 'host'), 'two');
  assert.equal(cookieValue('myhost=no; host=', 'host'), '');
  assert.equal(cookieValue('hostess=no;  host=yes', 'host'), 'yes');
  for (const none of ['', 'a=1', 'host', 'hosts=1', '; ;', 'a=host=1']) assert.equal(cookieValue(none, 'host'), undefined, none);
});

test('a client without the cookie is given one, by which it comes back to the same host', () => {
  const source = cookieHash({ name: 'host', path: '/shop', maxAgeSeconds: 60 }, false);
  const policy = new HashPolicy([source]);
  const first = exchange();
  const hash = policy.hash(first);
  assert.notEqual(hash, NO_HASH);
  const given = cookiesGiven(first) ?? '';
  const [, value] = given.match(/^host=([0-9a-f]{13}); Max-Age=60; Path=\/shop; HttpOnly$/) ?? [];
  assert.ok(value !== undefined, given);
  const second = exchange({ fields: { cookie: `a=1; host=${value}` } });
  assert.equal(policy.hash(second), hash);
  assert.equal(cookiesGiven(second), undefined);
  assert.notEqual(new HashPolicy([source]).hash(exchange()), hash, 'another client is given another');
});

test('without a time to live no cookie is given, nor where there are none', () => {
  const never = exchange();
  assert.equal(new HashPolicy([cookieHash({ name: 'host', path: '', maxAgeSeconds: undefined }, false)]).hash(never), NO_HASH);
  assert.equal(cookiesGiven(never), undefined);
  const call = exchange({ scheme: '' });
  assert.equal(new HashPolicy([cookieHash({ name: 'host', path: '', maxAgeSeconds: 1 }, false)]).hash(call), NO_HASH);
  assert.equal(cookiesGiven(call), undefined);
});

test('a cookie of no age lives as long as the client', () => {
  assert.equal(setCookie({ name: 'host', path: '', maxAgeSeconds: 0 }, 'v'), 'host=v; HttpOnly');
});

test('two cookies may be given at once', () => {
  const asked = exchange();
  new HashPolicy(['one', 'two'].map((name) => cookieHash({ name, path: '', maxAgeSeconds: 0 }, false))).hash(asked);
  assert.match(cookiesGiven(asked) ?? '', /^one=[0-9a-f]+; HttpOnly, two=[0-9a-f]+; HttpOnly$/);
});
