import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseResolvConf, serverAt } from '../../../src/upstream/discoveries/resolv-conf.ts';
import { MACHINE_NAME_SERVERS, namesFor } from '../../../src/upstream/discoveries/resolver.ts';

test('a resolv.conf says whom to ask, and how', () => {
  const text = `# generated
; by hand
nameserver 10.0.0.10
nameserver fd00::a
nameserver fe80::1%eth0
nameserver dns.example.org
domain old.test
search svc.cluster.test  cluster.test
sortlist 130.155.160.0/255.255.240.0
options ndots:5 timeout:2 attempts:3 rotate
`;
  assert.deepEqual(parseResolvConf(text, 53), {
    servers: ['10.0.0.10:53', '[fd00::a]:53'],
    search: ['svc.cluster.test', 'cluster.test'],
    ndots: 5,
    timeoutMs: 2000,
    attempts: 3,
  });
});

test('an empty one says nothing', () => {
  assert.deepEqual(parseResolvConf('', 53), MACHINE_NAME_SERVERS);
  assert.deepEqual(parseResolvConf('nameserver\r\noptions timeout:0\r\n', 53), MACHINE_NAME_SERVERS);
});

test('the last of domain and search counts', () => {
  assert.deepEqual(parseResolvConf('search a b\ndomain c\n', 53).search, ['c']);
});

test('a server without a port gets one', () => {
  const ports = ['10.0.0.1', '10.0.0.1:54', '::1', '[::1]', '[::1]:54'].map((server) => serverAt(server, 53));
  assert.deepEqual(ports, ['10.0.0.1:53', '10.0.0.1:54', '[::1]:53', '[::1]:53', '[::1]:54']);
});

test('a name with enough dots is tried as it is first, one with fewer last, and one that ends in a dot alone', () => {
  const search = ['svc.test', 'test.'];
  assert.deepEqual(namesFor('shop', search, 1), ['shop.svc.test', 'shop.test', 'shop']);
  assert.deepEqual(namesFor('shop.a', search, 1), ['shop.a', 'shop.a.svc.test', 'shop.a.test']);
  assert.deepEqual(namesFor('shop.a', search, 2), ['shop.a.svc.test', 'shop.a.test', 'shop.a']);
  assert.deepEqual(namesFor('shop.', search, 2), ['shop']);
});
