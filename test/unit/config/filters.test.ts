import assert from 'node:assert/strict';
import { test } from 'node:test';
import { required } from '../../../src/base/schema/fields.ts';
import { object } from '../../../src/base/schema/object.ts';
import { integer } from '../../../src/base/schema/scalars.ts';
import { catalogue } from '../../support/catalogue.ts';
import { accepted, edited, PATHS, problemsOf } from '../../support/checked.ts';

const filters = (...list: readonly unknown[]) => edited([`${PATHS.chain}.filters`, list]);
const streamFilters = (...list: readonly unknown[]) => edited([`${PATHS.listener}.stream_filters`, list]);
const AT = 'servers[0].listeners[0].filter_chains[0].filters';

test('a network filter that nobody knows is an error, with the one that was probably meant', () => {
  assert.deepEqual(problemsOf(filters({ type: 'tcp_prxy', config: {} })), [
    `error: ${AT}[0].type: names no network filter: there is none called "tcp_prxy" (did you mean "tcp_proxy"?)`,
  ]);
});

test("a network filter of MOSN's that is not there is an error that says so, and why", () => {
  for (const type of ['grpc', 'tunnel', 'transcoder', 'rpc_proxy', 'x_proxy']) {
    const [problem, ...more] = problemsOf(filters({ type }));
    assert.ok(problem!.startsWith(`error: ${AT}[0].type: is not supported by Meshloom: there is no network filter ${type}: `));
    assert.deepEqual(more, []);
  }
});

test('a network filter that looks at connections is read with the schema that it has brought, and stands before those that take them', () => {
  const schema = object('Guard', 'A guard.', { most: required(integer(1), 'How many.') });
  const from = catalogue({ connectionFilters: new Map([['guard', schema]]) });
  const guard = { type: 'guard', config: { Most: 5 } };
  const taking = { type: 'tcp_proxy', config: { cluster: 'hosts' } };
  const { connectionFilters } = accepted(filters(guard, taking), from).server.listeners[0]!.filterChain;
  assert.deepEqual(connectionFilters, [{ type: 'guard', config: { most: 5 } }]);
  assert.deepEqual(problemsOf(filters(taking, guard), from), [
    `error: ${AT}[1]: comes too late: the connection is taken before (put it first)`,
  ]);
  assert.deepEqual(problemsOf(filters({ type: 'guard' }, taking), from), [`error: ${AT}[0].config.most: is missing`]);
  assert.deepEqual(problemsOf(filters(guard), from), [
    `error: ${AT}: has no filter that takes the connection (add a "proxy" or a "tcp_proxy")`,
  ]);
});

test('tcp_proxy shares connections out among clusters whose weights are together above 0', () => {
  const shares = (...weights: readonly number[]) =>
    filters({ type: 'tcp_proxy', config: { weighted_clusters: weights.map((weight) => ({ cluster: { name: 'hosts', weight } })) } });
  accepted(shares(1, 0));
  assert.match(problemsOf(shares(0, 0))[0]!, /^error: .*\.config\.weighted_clusters: have no weight together/);
});

test('a network filter that has a schema, but that this proxy does not have, is an error', () => {
  const without = catalogue({ networkFilters: new Set(['tcp_proxy']) });
  assert.deepEqual(problemsOf(edited(), without), [`error: ${AT}[0].type: names no network filter: there is none called "proxy"`]);
});

test('tcp_proxy has a cluster', () => {
  const [filter] = accepted(filters({ type: 'tcp_proxy', config: { cluster: 'hosts' } })).server.listeners[0]!.filterChain.filters;
  assert.deepEqual(filter, {
    type: 'tcp_proxy',
    config: { cluster: 'hosts', weightedClusters: [], routes: [], idleTimeout: 3_600_000, maxConnectAttempts: 1 },
  });
  assert.deepEqual(problemsOf(filters({ type: 'tcp_proxy' })), [
    `error: ${AT}[0].config: names no cluster (give it a \`cluster\`, \`weighted_clusters\` or \`routes\`)`,
  ]);
});

test('tcp_proxy has routes by addresses and ports, as MOSN spells them and as it means to', () => {
  const routes = [
    { cluster: 'hosts', source_addrs: ['10.0.0.0/8', '::1'], destination_port: '80, 8000-8999' },
    { Cluster: 'hosts', SourceAddrs: [{ Address: '10.0.0.0', Length: 8 }], DestinationPort: '443', SourcePort: '' },
  ];
  const [filter] = accepted(filters({ type: 'tcp_proxy', config: { routes } })).server.listeners[0]!.filterChain.filters;
  const none = { sourceAddresses: [], sourcePorts: [], destinationAddresses: [], destinationPorts: [] };
  assert.deepEqual(filter?.type === 'tcp_proxy' && filter.config.routes, [
    {
      ...none,
      cluster: 'hosts',
      sourceAddresses: [
        { address: '10.0.0.0', prefixLength: 8 },
        { address: '::1', prefixLength: 128 },
      ],
      destinationPorts: [
        { first: 80, last: 80 },
        { first: 8000, last: 8999 },
      ],
    },
    {
      ...none,
      cluster: 'hosts',
      sourceAddresses: [{ address: '10.0.0.0', prefixLength: 8 }],
      destinationPorts: [{ first: 443, last: 443 }],
    },
  ]);
});

test('a range of addresses has no more bits than its addresses, and one of ports no end before its beginning', () => {
  const route = (changes: object) => filters({ type: 'tcp_proxy', config: { routes: [{ cluster: 'hosts', ...changes }] } });
  accepted(route({ source_addrs: ['10.0.0.0/32', '::/128'], source_port: '65535' }));
  for (const range of ['10.0.0.0/33', '::/129', '10.0.0/8', '10.0.0.0/', 'all', 5]) {
    assert.match(problemsOf(route({ source_addrs: [range] }))[0]!, /^error: .*source_addrs\[0\]: must be /, String(range));
  }
  assert.match(problemsOf(route({ source_addrs: [{ address: '10.0.0.0', length: 33 }] }))[0]!, /is no range of addresses: "10.0.0.0\/33"/);
  for (const range of ['65536', '90-80', '-1', 'a', '1-2-3']) {
    assert.match(problemsOf(route({ destination_port: range }))[0]!, /^error: .*destination_port: must be ports such as/, range);
  }
});

test('tcp_proxy to a cluster that does not exist is warned of', () => {
  const at = `${AT}[0].config`;
  const warning = (path: string) => `warning: ${path}: names no cluster: there is none called "hots" (did you mean "hosts"?)`;
  assert.deepEqual(problemsOf(filters({ type: 'tcp_proxy', config: { cluster: 'hots' } })), [warning(`${at}.cluster`)]);
  assert.deepEqual(problemsOf(filters({ type: 'tcp_proxy', config: { routes: [{ cluster: 'hots' }] } })), [
    warning(`${at}.routes[0].cluster`),
  ]);
});

test("routes in MOSN's old connection_manager are read, with a warning", () => {
  const { servers } = edited() as { servers: [{ routers: object[] }] };
  const [router] = servers[0].routers;
  const proxy = { type: 'proxy', config: { downstream_protocol: 'Http1', router_config_name: 'routes' } };
  const old = edited(
    [`${PATHS.chain}.filters`, [proxy, { type: 'connection_manager', config: router }]],
    [`${PATHS.server}.routers`, undefined],
  );
  assert.deepEqual(problemsOf(old), [`warning: ${AT}[1]: is a deprecated place for routes (put its config in \`routers\` of the server)`]);
  const alone = edited(
    [`${PATHS.chain}.filters`, [{ type: 'connection_manager', config: router }]],
    [`${PATHS.server}.routers`, undefined],
  );
  assert.ok(problemsOf(alone).includes(`error: ${AT}: has no filter that takes the connection (add a "proxy" or a "tcp_proxy")`));
});

test('a stream filter is read with the schema that it has brought', () => {
  const schema = object('Limit', 'A limit.', { most: required(integer(1), 'How many.') });
  const from = catalogue({ streamFilters: new Map([['limit', schema]]) });
  assert.deepEqual(accepted(streamFilters({ type: 'limit', config: { Most: 5 } }), from).server.listeners[0]!.streamFilters, [
    { type: 'limit', config: { most: 5 } },
  ]);
  const at = 'servers[0].listeners[0].stream_filters[0]';
  assert.deepEqual(problemsOf(streamFilters({ type: 'limit', config: { most: 0 } }), from), [
    `error: ${at}.config.most: must be an integer of at least 1, but is the number 0`,
  ]);
  assert.deepEqual(problemsOf(streamFilters({ type: 'limti' }), from), [
    `error: ${at}.type: names no stream filter: there is none called "limti" (did you mean "limit"?)`,
  ]);
});

test("a stream filter of MOSN's that guards something is an error while it is missing", () => {
  for (const type of ['proxywasm', 'transcoder', 'seata']) {
    const [problem, ...more] = problemsOf(streamFilters({ type, config: {} }));
    assert.match(
      problem!,
      new RegExp(`^error: servers.*\\.type: is not supported by Meshloom: there is no stream filter ${type}, and without it .*\\)$`),
    );
    assert.deepEqual(more, []);
  }
});

test("a stream filter of MOSN's without which requests are still right is a warning while it is missing", () => {
  for (const type of ['grpc_metric', 'dubbo_stream']) {
    const [problem, ...more] = problemsOf(streamFilters({ type, config: {} }));
    assert.match(problem!, new RegExp(`^warning: servers.*\\.type: is not acted upon by Meshloom: there is no stream filter ${type}`));
    assert.deepEqual(more, []);
  }
});

test('a filter of which this proxy has one of its own is not missing', () => {
  const from = catalogue({ streamFilters: new Map([['dsl', object('Expressions', 'A filter.', {})]]) });
  accepted(streamFilters({ type: 'dsl' }), from);
});

test('settings of a route and of a virtual host for a stream filter are read with its schema', () => {
  const schema = object('Limit', 'A limit.', { most: required(integer(1), 'How many.') });
  const from = catalogue({ streamFilters: new Map([['limit', schema]]) });
  const limited = (...changes: (readonly [path: string, value: unknown])[]) =>
    edited([`${PATHS.listener}.stream_filters`, [{ type: 'limit', config: { most: 5 } }]], ...changes);
  const document = limited(
    [`${PATHS.virtualHost}.per_filter_config`, { limit: { most: 6 } }],
    [`${PATHS.route}.per_filter_config`, { limit: { most: 7 } }],
  );
  const [virtualHost] = accepted(document, from).server.routers[0]!.virtualHosts;
  assert.deepEqual(virtualHost?.perFilterConfig, new Map([['limit', { most: 6 }]]));
  assert.deepEqual(virtualHost?.routes[0]?.perFilterConfig, new Map([['limit', { most: 7 }]]));
  assert.deepEqual(problemsOf(limited([`${PATHS.route}.per_filter_config`, { limit: { most: 0 } }]), from), [
    `error: ${PATHS.route}.per_filter_config.limit.most: must be an integer of at least 1, but is the number 0`,
  ]);
  assert.deepEqual(problemsOf(limited([`${PATHS.route}.per_filter_config`, { limti: {} }]), from), [
    `warning: ${PATHS.route}.per_filter_config.limti: has no effect: there is no such stream filter (did you mean "limit"?)`,
  ]);
});

test('settings for a stream filter that no listener has are warned of', () => {
  const from = catalogue({ streamFilters: new Map([['limit', object('Limit', 'A limit.', {})]]) });
  assert.deepEqual(problemsOf(edited([`${PATHS.virtualHost}.per_filter_config`, { limit: {} }]), from), [
    `warning: ${PATHS.virtualHost}.per_filter_config.limit: has no effect: no listener with this router has such a filter in its \`stream_filters\` (put a { "type": "limit" } there, too)`,
  ]);
});

test('stream filters where connections are carried as they are have no effect, which is said', () => {
  const from = catalogue({ streamFilters: new Map([['limit', object('Limit', 'A limit.', {})]]) });
  const list = [`${PATHS.listener}.stream_filters`, [{ type: 'limit' }]] as const;
  const tcp = { type: 'tcp_proxy', config: { cluster: 'hosts' } };
  assert.deepEqual(problemsOf(edited(list, [`${PATHS.chain}.filters`, [tcp]]), from), [
    `warning: ${PATHS.listener}.stream_filters: have no effect: connections that are carried as they are have no requests (use a "proxy")`,
  ]);
  const proxy = {
    type: 'proxy',
    config: { downstream_protocol: 'Http1', router_config_name: 'routes', fallback_for_unknown_protocol: true },
  };
  accepted(edited(list, [`${PATHS.chain}.filters`, [proxy, tcp]]), from);
});
