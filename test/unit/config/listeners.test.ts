import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accepted, edited, PATHS, problemsOf } from '../../support/checked.ts';

const listener = (key: string, value: unknown) => edited([`${PATHS.listener}.${key}`, value]);
const at = (key: string) => `servers[0].listeners[0].${key}`;

test('a listener has defaults for all but its address', () => {
  const { filterChain: _, ...rest } = accepted(edited([`${PATHS.listener}.name`, undefined])).server.listeners[0]!;
  assert.deepEqual(rest, {
    name: '127.0.0.1:2045',
    address: { host: '127.0.0.1', port: 2045 },
    bindPort: true,
    streamFilters: [],
    accessLogs: [],
    connectionIdleTimeout: 3_600_000,
    requestHeadTimeout: 60_000,
    probeInterval: undefined,
    requestBodyTimeout: 60_000,
    sendTimeout: 60_000,
    maxConnections: 0,
    perConnectionBufferLimitBytes: 1_048_576,
    inspector: false,
    listenerFiltersTimeout: 15_000,
    transportSocketConnectTimeout: 15_000,
    datagrams: false,
    proxyProtocol: undefined,
    diverted: false,
  });
});

test('a listener listens on an IP address, a name, or all addresses of the machine', () => {
  const addresses: readonly (readonly [string, object])[] = [
    ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
    [':80', { host: '', port: 80 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['a.b-c.example.:65535', { host: 'a.b-c.example.', port: 65535 }],
  ];
  for (const [written, address] of addresses) {
    assert.deepEqual(accepted(listener('address', written)).server.listeners[0]!.address, address);
  }
});

test('a bad address is an error that says what is bad', () => {
  const addresses: readonly (readonly [unknown, string])[] = [
    ['127.0.0.1', 'a port is missing'],
    ['[::1]', 'a port is missing'],
    ['127.0.0.1:65536', '"65536" is no port from 0 to 65535'],
    ['127.0.0.1:-1', '"-1" is no port from 0 to 65535'],
    ['127.0.0.1:', '"" is no port from 0 to 65535'],
    ['127.0.0.1:http', '"http" is no port from 0 to 65535'],
    ['127.0.0.1:000080', '"000080" is no port from 0 to 65535'],
    ['127.0.0.256:80', '"127.0.0.256" is no IP address or host name'],
    ['exa mple:80', '"exa mple" is no IP address or host name'],
    ['::1:80', 'an IPv6 address needs brackets, such as "[::1]:80"'],
    ['[::g]:80', '"::g" is no IPv6 address'],
    ['/tmp/a.sock', 'for a Unix socket write "network": "unix"'],
  ];
  for (const [written, remedy] of addresses) {
    assert.deepEqual(problemsOf(listener('address', written)), [
      `error: ${at('address')}: must be an address such as "127.0.0.1:2045", "[::1]:2045" or ":2045", but is the string "${written}" (${remedy})`,
    ]);
  }
  assert.deepEqual(problemsOf(listener('address', undefined)), [`error: ${at('address')}: is missing`]);
});

test('a listener listens on a Unix socket, whose path is not too long for one', () => {
  const unix = (path: string) => edited([`${PATHS.listener}.network`, 'unix'], [`${PATHS.listener}.address`, path]);
  assert.deepEqual(accepted(unix('/tmp/a.sock')).server.listeners[0]!.address, { path: '/tmp/a.sock' });
  accepted(unix('/'.repeat(103)));
  assert.match(problemsOf(unix('/'.repeat(104)))[0]!, /a socket's path has at most 103 bytes/);
});

test('without bind_port nothing listens, as in MOSN, and that is warned of', () => {
  const warning = `warning: ${at('bind_port')}: is not true: nothing listens here (write "bind_port": true)`;
  assert.deepEqual(problemsOf(listener('bind_port', undefined)), [warning]);
  assert.deepEqual(problemsOf(listener('bind_port', false)), [warning]);
});

test('durations are written as in Go, and as integers of nanoseconds', () => {
  assert.equal(accepted(listener('connection_idle_timeout', '90s')).server.listeners[0]!.connectionIdleTimeout, 90_000);
  assert.equal(accepted(listener('connection_idle_timeout', 90_000_000_000)).server.listeners[0]!.connectionIdleTimeout, 90_000);
  assert.equal(accepted(listener('request_headers_timeout', '0s')).server.listeners[0]!.requestHeadTimeout, 0);
});

test('the buffer of a connection is from 1 KiB to 2 GiB', () => {
  const limit = (bytes: number) => listener('per_connection_buffer_limit_bytes', bytes);
  for (const bytes of [1024, 2 ** 31 - 1]) assert.equal(accepted(limit(bytes)).server.listeners[0]!.perConnectionBufferLimitBytes, bytes);
  for (const bytes of [1023, 2 ** 31]) assert.match(problemsOf(limit(bytes))[0]!, /must be an integer from 1024 to 2147483647/);
});

test('two listeners have neither name nor address in common', () => {
  const { servers } = edited() as { servers: [{ listeners: object[] }] };
  const [first] = servers[0].listeners;
  const two = (changes: object) => edited([`${PATHS.server}.listeners`, [first, { ...first, ...changes }]]);
  assert.deepEqual(problemsOf(two({})), [
    'error: servers[0].listeners[1].name: is "listener", which servers[0].listeners[0] has already',
    'error: servers[0].listeners[1].address: is "127.0.0.1:2045", which servers[0].listeners[0] has already',
  ]);
  accepted(two({ name: 'other', address: '127.0.0.2:2045' }));
  // One that does not listen takes no address.
  assert.equal(problemsOf(two({ name: 'other', bind_port: false })).filter((line) => line.startsWith('error')).length, 0);
});

test('two listeners at port 0 get two ports', () => {
  const { servers } = edited([`${PATHS.listener}.address`, '127.0.0.1:0']) as { servers: [{ listeners: object[] }] };
  const [first] = servers[0].listeners;
  accepted(edited([`${PATHS.server}.listeners`, [first, { ...first, name: 'other' }]]));
});

test('a listener has exactly one filter chain, and that at least one filter', () => {
  const error = (at: string, but: string) => `error: ${at}: must be a list with ${but}`;
  const chain = { filters: [{ type: 'tcp_proxy', config: { cluster: 'hosts' } }] };
  assert.deepEqual(problemsOf(listener('filter_chains', [])), [error(at('filter_chains'), 'exactly one item, but has none')]);
  assert.deepEqual(problemsOf(listener('filter_chains', [chain, chain])), [error(at('filter_chains'), 'exactly one item, but has 2')]);
  assert.deepEqual(problemsOf(listener('filter_chains', [{ filters: [] }])), [
    error(at('filter_chains[0].filters'), 'at least one item, but has none'),
  ]);
});

test('an access log has a place and a format, which its reader has looked at', () => {
  const logs = accepted(listener('access_logs', [{}, { log_path: '/var/log/a', log_format: '%start_time% x' }])).server.listeners[0]!
    .accessLogs;
  assert.deepEqual(logs, [
    { path: 'stdout', format: undefined },
    { path: '/var/log/a', format: '%start_time% x' },
  ]);
  assert.deepEqual(problemsOf(listener('access_logs', [{ log_format: '100%' }])), [
    `error: ${at('access_logs[0].log_format')}: must be a line with variables in percent signs, but is the string "100%" (a percent sign has no partner)`,
  ]);
});

test('listener filters take a header of the PROXY protocol, and diverted connections', () => {
  const filters = [
    { type: 'proxy_protocol', config: { disallowed_versions: ['v1'], allow_requests_without_proxy_protocol: true } },
    { type: 'original_dst', config: { type: 'tproxy' } },
  ];
  const { proxyProtocol, diverted } = accepted(listener('listener_filters', filters)).server.listeners[0]!;
  assert.deepEqual(proxyProtocol, { allowWithout: true, versions: new Set([2]) });
  assert.equal(diverted, true);
  assert.equal(accepted(listener('use_original_dst', 'tproxy')).server.listeners[0]!.diverted, true);
});

test('a listener filter stands there once, and has a name that is known', () => {
  const filters = (...types: readonly string[]) =>
    problemsOf(
      listener(
        'listener_filters',
        types.map((type) => ({ type })),
      ),
    );
  assert.deepEqual(filters('proxy_protocol', 'proxy_protocol'), [
    `error: ${at('listener_filters[1]')}: is there twice: proxy_protocol stands before it already`,
  ]);
  assert.deepEqual(filters('proxy_protocl'), [
    `error: ${at('listener_filters[0].type')}: names no listener filter: there is none called "proxy_protocl" (did you mean "proxy_protocol"?)`,
  ]);
  assert.match(filters('tls_inspector')[0]!, /^warning: .*\.type: is not needed/);
});

test('connections that are redirected cannot be asked where they were meant to go', () => {
  for (const problems of [
    problemsOf(listener('use_original_dst', 'redirect')),
    problemsOf(listener('listener_filters', [{ type: 'original_dst' }])),
  ]) {
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, /^warning: .* is not acted upon by Meshloom: .*SO_ORIGINAL_DST.*PROXY protocol/);
  }
});

test('a listener of UDP has a udp_proxy and nothing else, and no other listener has one', () => {
  const udp = { type: 'udp_proxy', config: { cluster: 'hosts' } };
  const tcp = { type: 'tcp_proxy', config: { cluster: 'hosts' } };
  const listening = (network: string, ...filters: readonly object[]) =>
    edited([`${PATHS.listener}.network`, network], [`${PATHS.chain}.filters`, filters]);
  const { datagrams, filterChain } = accepted(listening('udp', udp)).server.listeners[0]!;
  assert.deepEqual([datagrams, filterChain.udpProxy?.idleTimeout, filterChain.udpProxy?.maxSessions], [true, 60_000, 8192]);
  const without = 'has no effect: there are neither connections nor requests';
  const more = [`${PATHS.listener}.listener_filters`, [{ type: 'proxy_protocol' }]] as const;
  const logged = [`${PATHS.listener}.access_logs`, [{}]] as const;
  const listeningWith = edited([`${PATHS.listener}.network`, 'udp'], [`${PATHS.chain}.filters`, [udp]], more, logged);
  assert.deepEqual(problemsOf(listeningWith), [
    `warning: ${at('listener_filters')}: ${without}`,
    `warning: ${at('access_logs')}: ${without}`,
  ]);
  const place = at('filter_chains[0].filters');
  for (const filters of [[tcp], [udp, tcp]]) {
    assert.deepEqual(problemsOf(listening('udp', ...filters)), [`error: ${place}: must take datagrams (write "udp_proxy", alone)`]);
  }
  assert.deepEqual(problemsOf(listening('tcp', udp)), [`error: ${place}: has a "udp_proxy" (write "network": "udp" at the listener)`]);
});

test('listeners of TCP and UDP may have the same port, two of UDP may not', () => {
  const { servers } = edited() as { servers: [{ listeners: object[] }] };
  const [first] = servers[0].listeners;
  const udp = (name: string) => ({
    name,
    address: '127.0.0.1:2045',
    bind_port: true,
    network: 'udp',
    filter_chains: [{ filters: [{ type: 'udp_proxy', config: { cluster: 'hosts' } }] }],
  });
  accepted(edited([`${PATHS.server}.listeners`, [first, udp('a')]]));
  assert.match(
    problemsOf(edited([`${PATHS.server}.listeners`, [udp('a'), udp('b')]]))[0]!,
    /^error: .*address: is "udp 127\.0\.0\.1:2045"/,
  );
});

test('on a Unix socket nobody can be told apart behind a proxy that speaks TLS', () => {
  const problems = problemsOf(
    edited(
      [`${PATHS.listener}.network`, 'unix'],
      [`${PATHS.listener}.address`, '/run/a.sock'],
      [`${PATHS.listener}.listener_filters`, [{ type: 'proxy_protocol' }]],
      [`${PATHS.chain}.tls_context`, { status: true, cert_chain: 'a', private_key: 'b' }],
    ),
  );
  assert.deepEqual(problems, [
    `error: ${at('listener_filters')}: has a "proxy_protocol", which cannot stand before TLS on a Unix socket (listen on 127.0.0.1)`,
  ]);
});
