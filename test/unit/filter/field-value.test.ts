import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldValue } from '../../../src/filter/format/field-value.ts';
import { exchange } from './exchange-double.ts';

test('text is itself', () => {
  assert.equal(fieldValue('plain')(exchange()), 'plain');
  assert.equal(fieldValue('100%')(exchange()), '100%');
});

test('one variable in percent signs is what it is in the exchange', () => {
  assert.equal(fieldValue('%upstream_cluster%')(exchange()), 'servers');
  assert.equal(fieldValue('%downstream_remote_address%')(exchange()), '10.0.0.1:4000');
  assert.equal(fieldValue('%request_header_none%')(exchange()), '');
});

test('variables stand anywhere in a text, as many as one likes', () => {
  assert.equal(fieldValue('a%upstream_cluster%b')(exchange()), 'aserversb');
  assert.equal(fieldValue('100% of %upstream_cluster%, %PROTOCOL%')(exchange()), '100% of servers, test');
});

test('what is no variable is text', () => {
  for (const text of ['%nobody_knows%', '%%', '%REQ%', '%REQ()%', '%START_TIME(%s)%']) assert.equal(fieldValue(text)(exchange()), text);
});

test("Envoy's names are known", () => {
  for (const [name, value] of [
    ['DOWNSTREAM_REMOTE_ADDRESS', '10.0.0.1:4000'],
    ['DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT', '10.0.0.1'],
    ['DOWNSTREAM_DIRECT_REMOTE_ADDRESS', '10.0.0.1:4000'],
    ['DOWNSTREAM_REMOTE_PORT', '4000'],
    ['DOWNSTREAM_LOCAL_ADDRESS', '10.0.0.9:2045'],
    ['DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT', '10.0.0.9'],
    ['DOWNSTREAM_LOCAL_PORT', '2045'],
    ['UPSTREAM_HOST', '10.0.0.2:8080'],
    ['UPSTREAM_REMOTE_ADDRESS', '10.0.0.2:8080'],
    ['UPSTREAM_REMOTE_PORT', '8080'],
    ['UPSTREAM_CLUSTER', 'servers'],
    ['ROUTE_NAME', 'all'],
    ['RESPONSE_CODE', '200'],
    ['REQ(:authority)', 'a.test:80'],
    ['REQ(X-None?:METHOD)', 'GET'],
    ['REQ(:path):2', '/p'],
    ['RESP(Server)', 'backend'],
    ['RESP(x-none)', ''],
  ] as const) {
    assert.equal(fieldValue(`%${name}%`)(exchange()), value, name);
  }
});

test('an address without its port is one without brackets, and the path of a socket has no port', () => {
  const downstream = { id: 1, remoteAddress: '[::1]:4000', localAddress: '/run/proxy.sock', secure: false };
  const value = (name: string) => fieldValue(`%${name}%`)(exchange({ downstream }));
  assert.equal(value('DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT'), '::1');
  assert.equal(value('DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT'), '/run/proxy.sock');
  assert.equal(value('DOWNSTREAM_LOCAL_PORT'), '');
});
