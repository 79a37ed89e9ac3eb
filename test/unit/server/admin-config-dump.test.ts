import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdminAnswer } from '../../../src/server/admin/message.ts';
import { FakeSource } from './admin-source.ts';

const ROUTER = { router_config_name: 'test_router', virtual_hosts: [{ name: 'all', domains: ['*'], routers: [] }] };
const INLINE_ROUTER = { router_config_name: 'inline_router', virtual_hosts: [] };
const LISTENER = {
  name: 'test_listener',
  address: '127.0.0.1:8080',
  filter_chains: [
    {
      filters: [
        { type: 'proxy', config: {} },
        { type: 'connection_manager', config: INLINE_ROUTER },
      ],
    },
  ],
};
const UNNAMED = { address: '127.0.0.1:8081' };
const CLUSTER = { name: 'test_cluster', hosts: [{ address: '127.0.0.1:8080' }] };

const EXTENDS = [{ type: 'x', config: {} }];

const source = new FakeSource();
source.document = {
  servers: [{ default_log_path: 'stdout', listeners: [LISTENER, UNNAMED], routers: [ROUTER] }],
  cluster_manager: { tls_context: { status: false }, clusters: [CLUSTER, { name: 'another' }] },
  tracing: { enable: true, driver: 'test' },
  extends: EXTENDS,
};
const REST = {
  servers: [{ default_log_path: 'stdout' }],
  cluster_manager: { tls_context: { status: false } },
  tracing: { enable: true, driver: 'test' },
};
const ROUTERS = { inline_router: INLINE_ROUTER, test_router: ROUTER };
const LISTENERS = { '127.0.0.1:8081': UNNAMED, test_listener: LISTENER };
const CLUSTERS = { another: { name: 'another' }, test_cluster: CLUSTER };

const dump = (query: string): AdminAnswer => source.get(`/api/v1/config_dump${query}`);

function ok({ status, contentType, body }: AdminAnswer): unknown {
  assert.deepEqual([status, contentType], [200, 'application/json']);
  return JSON.parse(body);
}

test('without a parameter the whole configuration comes in one line, what changes while it runs by name', () => {
  const answer = dump('');
  assert.deepEqual(ok(answer), {
    mosn_config: REST,
    listener: LISTENERS,
    cluster: CLUSTERS,
    routers: ROUTERS,
    extends: EXTENDS,
  });
  assert.ok(!answer.body.includes('\n'));
  assert.ok(answer.body.includes('tracing":{"enable":true,"driver":"test"}'));
});

test('empty parts are left out of the whole', () => {
  assert.equal(new FakeSource().get('/api/v1/config_dump').body, '{"mosn_config":{}}');
});

test('one parameter gives one part, indented by a space', () => {
  assert.deepEqual(ok(dump('?mosnconfig')), REST);
  assert.deepEqual(ok(dump('?allrouters')), ROUTERS);
  assert.deepEqual(ok(dump('?allclusters')), CLUSTERS);
  assert.deepEqual(ok(dump('?alllisteners')), LISTENERS);
  assert.match(dump('?allclusters').body, /^\{\n "another": \{\n {2}"name": "another"\n/);
});

test('a name gives the one of that name', () => {
  assert.deepEqual(ok(dump('?router=test_router')), ROUTER);
  assert.deepEqual(ok(dump('?router=inline_router')), INLINE_ROUTER);
  assert.deepEqual(ok(dump('?cluster=test_cluster')), CLUSTER);
  assert.deepEqual(ok(dump('?listener=test_listener')), LISTENER);
  assert.deepEqual(ok(dump('?listener=test_listener&listener=another')), LISTENER, 'the first counts');
});

test('a name that nobody has gives an empty object', () => {
  for (const query of ['?router=none', '?cluster', '?listener=toString', '?cluster=__proto__'])
    assert.deepEqual(ok(dump(query)), {}, query);
});

test('two parameters are a bad request, an unknown one an internal error, as in MOSN', () => {
  const two = dump('?mosnconfig&router');
  assert.deepEqual([two.status, two.body], [400, 'only support one parameter']);
  const unknown = dump('?invalid');
  assert.deepEqual([unknown.status, unknown.body], [500, '{\n\t"error": "internal error"\n}\n']);
});

test('keys are found without regard to case, and shown as they were written', () => {
  const odd = new FakeSource();
  odd.document = { Servers: [{ Listeners: [{ Name: 'a', Address: 'b' }], X: 1 }], Cluster_Manager: { Clusters: [{ NAME: 'c' }] } };
  assert.deepEqual(ok(odd.get('/api/v1/config_dump')), {
    mosn_config: { servers: [{ X: 1 }], cluster_manager: {} },
    listener: { a: { Name: 'a', Address: 'b' } },
    cluster: { c: { NAME: 'c' } },
  });
});
