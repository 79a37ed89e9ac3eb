import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accepted, edited, PATHS, problemsOf } from '../../support/checked.ts';

const cluster = (key: string, value: unknown) => edited([`${PATHS.cluster}.${key}`, value]);
const read = (document: unknown) => accepted(document).clusterManager.clusters[0]!;
const AT = 'cluster_manager.clusters[0]';

test('a cluster has defaults for all but its name', () => {
  assert.deepEqual(read(edited([PATHS.cluster, { name: 'hosts', hosts: [{ address: '127.0.0.1:80' }] }])), {
    name: 'hosts',
    type: 'SIMPLE',
    loadBalancer: 'LB_ROUNDROBIN',
    hosts: [
      {
        address: { host: '127.0.0.1', port: 80 },
        hostname: undefined,
        weight: 1,
        metadata: new Map(),
        priority: 0,
        locality: undefined,
        tlsDisable: false,
      },
    ],
    discovery: undefined,
    connectTimeout: 10_000,
    idleTimeout: 90_000,
    connectionPerDownstream: undefined,
    connectionsPerHost: 1,
    probeInterval: undefined,
    proxyProtocol: undefined,
    protocolSettings: undefined,
    dnsRefreshRate: undefined,
    respectDnsTtl: false,
    dnsLookupFamily: undefined,
    dnsResolvers: undefined,
    dnsResolverFile: undefined,
    dnsResolverPort: 53,
    maxRequestsPerConnection: 0,
    connectionBufferLimitBytes: 1_048_576,
    circuitBreakers: { maxConnections: 0, maxPendingRequests: 16_384, maxRequests: 0, maxRetries: 0, retryBudget: undefined },
    healthCheck: undefined,
    outlierDetection: undefined,
    closeConnectionsOnHostHealthFailure: false,
    preconnect: undefined,
    tlsContext: undefined,
    clusterManagerTls: false,
    lbConfig: {
      choiceCount: 2,
      activeRequestBias: 1,
      clientErrorBias: 1,
      serverErrorBias: 1,
      minRingSize: 1024,
      maxRingSize: 8_388_608,
      tableSize: 65_537,
      healthyPanicThreshold: 0,
      overprovisioningFactor: 140,
    },
    lbSubsetConfig: undefined,
    originalDstLbConfig: { useHeader: false, headerName: undefined, replaceLocal: false, maxHosts: 4096 },
    slowStart: undefined,
    localityWeights: undefined,
  });
});

test('hosts have labels, which are texts, and a cluster is divided by them', () => {
  const labels = (values: object) => cluster('hosts', [{ address: '127.0.0.1:80', metadata: { filter_metadata: { 'mosn.lb': values } } }]);
  assert.deepEqual(
    [...read(labels({ version: '1', stage: 'prod' })).hosts[0]!.metadata],
    [
      ['version', '1'],
      ['stage', 'prod'],
    ],
  );
  assert.match(problemsOf(labels({ version: ['1'] }))[0]!, /^error: .*hosts\[0\]\.metadata\.filter_metadata.*version/);
  const subsets = (value: object) => cluster('lb_subset_config', value);
  assert.deepEqual(
    read(subsets({ fall_back_policy: 2, default_subset: { version: '1' }, subset_selectors: [['version']] })).lbSubsetConfig,
    {
      fallBackPolicy: 2,
      defaultSubset: new Map([['version', '1']]),
      subsetSelectors: [['version']],
    },
  );
  assert.deepEqual(read(subsets({})).lbSubsetConfig, { fallBackPolicy: 0, defaultSubset: new Map(), subsetSelectors: [] });
  assert.match(problemsOf(subsets({ fall_back_policy: 3 }))[0]!, /^error: .*fall_back_policy/);
});

test('hosts have a place that the weights of localities name, where there are weights', () => {
  const placed = (locality: string | undefined) =>
    edited(
      [`${PATHS.cluster}.hosts`, [{ address: '127.0.0.1:80', priority: 127, ...(locality === undefined ? {} : { locality }) }]],
      [`${PATHS.cluster}.locality_weights`, { near: 3, far: 1 }],
    );
  const { hosts, localityWeights } = read(placed('near'));
  assert.deepEqual([hosts[0]?.locality, hosts[0]?.priority], ['near', 127]);
  assert.deepEqual(
    localityWeights,
    new Map([
      ['near', 3],
      ['far', 1],
    ]),
  );
  assert.deepEqual(problemsOf(placed(undefined)), [`error: ${AT}.hosts[0].locality: is missing, for the cluster has \`locality_weights\``]);
  assert.match(
    problemsOf(placed('nowhere'))[0]!,
    /hosts\[0\]\.locality: must be one that `locality_weights` of the cluster has \("near", "far"\)/,
  );
  assert.match(problemsOf(cluster('hosts', [{ address: '127.0.0.1:80', priority: 128 }]))[0]!, /priority/);
});

test('a cluster of original destinations has no hosts of its own, and a bound on those that it makes', () => {
  const entry = (given: object) => edited([PATHS.cluster, { name: 'hosts', type: 'ORIGINAL_DST', ...given }]);
  assert.equal(read(entry({})).type, 'ORIGINAL_DST');
  assert.deepEqual(problemsOf(entry({})), []);
  assert.deepEqual(problemsOf(entry({ hosts: [{ address: '127.0.0.1:80' }] })), [
    `warning: ${AT}.hosts: has no effect: requests go where their clients meant to go`,
  ]);
  assert.equal(read(entry({ original_dst_lb_config: { max_hosts: 1 } })).originalDstLbConfig.maxHosts, 1);
  assert.match(problemsOf(entry({ original_dst_lb_config: { max_hosts: 0 } }))[0]!, /^error: .*max_hosts/);
});

test('name servers are IP addresses, with or without a port', () => {
  const servers = (...addresses: string[]) => cluster('dns_resolvers', { servers: addresses });
  const good = ['10.0.0.10', '10.0.0.10:5353', '::1', 'fd00::a', '[fd00::a]', '[fd00::a]:53'];
  assert.deepEqual(read(servers(...good)).dnsResolvers, {
    servers: good,
    search: [],
    port: 53,
    ndots: 1,
    timeout: 0,
    attempts: 0,
  });
  for (const bad of ['dns.example.org', '10.0.0.10:0', '10.0.0.10:65536', '10.0.0', '[10.0.0.1]:53', 'fd00::x', '1:2']) {
    assert.match(problemsOf(servers(bad))[0]!, /^error: .*dns_resolvers\.servers\[0\]: must be an IP address/, bad);
  }
  assert.equal(read(cluster('dns_resolver_port', '5353')).dnsResolverPort, 5353);
  assert.match(problemsOf(cluster('dns_resolver_port', '65536'))[0]!, /^error: .*dns_resolver_port: must be a port in a text/);
});

test('slow start has an even growth by default, and is warned of where it has no effect', () => {
  const slow = { mode: 'duration', slow_start_duration: '10s' };
  assert.deepEqual(read(cluster('slow_start', slow)).slowStart, {
    mode: 'duration',
    slowStartDuration: 10_000,
    aggression: 1,
    minWeightPercent: 0,
  });
  assert.equal(read(cluster('slow_start', { ...slow, aggression: 0 })).slowStart?.aggression, 1);
  assert.match(problemsOf(cluster('slow_start', { ...slow, min_weight_percent: 1.1 }))[0]!, /^error: .*min_weight_percent/);
  assert.deepEqual(problemsOf(edited([`${PATHS.cluster}.slow_start`, slow], [`${PATHS.cluster}.lb_type`, 'LB_RANDOM'])), [
    `warning: ${AT}.slow_start: has no effect with LB_RANDOM`,
  ]);
});

test('a balancer has settings within bounds, and a table of Maglev a prime number of places', () => {
  const settings = (key: string, value: number) => cluster('lbconfig', { [key]: value });
  assert.equal(read(settings('choice_count', 1)).lbConfig.choiceCount, 1);
  assert.match(problemsOf(settings('choice_count', 0))[0]!, /^error: .*choice_count/);
  assert.equal(read(settings('table_size', 5_000_011)).lbConfig.tableSize, 5_000_011);
  assert.match(problemsOf(settings('table_size', 5_000_012))[0]!, /^error: .*table_size/);
  assert.match(problemsOf(settings('table_size', 65_536))[0]!, /^error: .*table_size: must be a prime number, but is 65536/);
  assert.match(problemsOf(settings('min_ring_size', 0))[0]!, /^error: .*min_ring_size/);
  assert.equal(read(settings('healthy_panic_threshold', 100)).lbConfig.healthyPanicThreshold, 100);
  assert.match(problemsOf(settings('healthy_panic_threshold', 101))[0]!, /^error: .*healthy_panic_threshold/);
  assert.match(problemsOf(settings('overprovisioning_factor', 99))[0]!, /^error: .*overprovisioning_factor/);
  assert.match(problemsOf(settings('max_ring_size', 8_388_609))[0]!, /^error: .*max_ring_size/);
});

test('0 is the default where MOSN does not tell it from an absent number', () => {
  assert.equal(read(cluster('conn_buffer_limit_bytes', 0)).connectionBufferLimitBytes, 1_048_576);
});

test('a host has an address of IP or by name, or a Unix socket', () => {
  const addresses: readonly (readonly [string, object])[] = [
    ['example.org:80', { host: 'example.org', port: 80 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['/run/app.sock', { path: '/run/app.sock' }],
    ['unix:relative.sock', { path: 'relative.sock' }],
    ['unix:/run/app.sock', { path: '/run/app.sock' }],
  ];
  for (const [written, address] of addresses) assert.deepEqual(read(cluster('hosts', [{ address: written }])).hosts[0]?.address, address);
});

test('a host that cannot be reached is an error', () => {
  const addresses: readonly (readonly [string, string])[] = [
    [':80', 'a host is missing'],
    ['127.0.0.1:0', 'nothing can be reached at port 0'],
    ['127.0.0.1', 'a port is missing'],
    ['unix:', 'it is no path'],
  ];
  for (const [written, remedy] of addresses) {
    const problems = problemsOf(cluster('hosts', [{ address: written }]));
    const problem = problems[0]!;
    assert.equal(problems.length, 1, 'of a list whose only host is wrong nobody is told that it is empty');
    assert.ok(problem.startsWith(`error: ${AT}.hosts[0].address: must be an address such as`), problem);
    assert.ok(problem.endsWith(`but is the string "${written}" (${remedy})`), problem);
  }
});

test('weights go from 1 to 128, and one outside counts as the nearest inside, as in MOSN', () => {
  const weight = (value: number) => cluster('hosts', [{ address: '127.0.0.1:80', weight: value }]);
  for (const value of [1, 128]) assert.equal(read(weight(value)).hosts[0]?.weight, value);
  assert.deepEqual(problemsOf(weight(129)), [`warning: ${AT}.hosts[0].weight: is 129, which counts as 128 (weights go from 1 to 128)`]);
  assert.deepEqual(problemsOf(weight(0)), [`warning: ${AT}.hosts[0].weight: is 0, which counts as 1 (weights go from 1 to 128)`]);
});

test("a balancer of MOSN's that is not there gives way to round robin, with a warning", () => {
  assert.equal(read(cluster('lb_type', 'LB_RANDOM')).loadBalancer, 'LB_RANDOM');
  assert.equal(read(cluster('lb_type', 'lb_random')).loadBalancer, 'LB_RANDOM');
  assert.deepEqual(problemsOf(cluster('lb_type', 'LB_MAGLEV')), [
    `warning: ${AT}.lb_type: is not acted upon by Meshloom: there is no balancer LB_MAGLEV yet, and LB_ROUNDROBIN takes its place`,
  ]);
});

test('a balancer that nobody knows is an error', () => {
  const [problem] = problemsOf(cluster('lb_type', 'LB_RANDON'));
  assert.match(problem!, /^error: cluster_manager\.clusters\[0\]\.lb_type: must be one of .*\(did you mean "LB_RANDOM"\?\)$/);
});

test('a cluster whose hosts cannot be found is said to be', () => {
  assert.match(problemsOf(cluster('type', 'EDS'))[0]!, /^warning: .*\.type: is not acted upon by Meshloom: no discovery is there yet/);
  for (const type of ['SIMPLE', 'STATIC', 'STRICT_DNS']) assert.equal(read(cluster('type', type)).type, type);
});

test('the first entry of the circuit breakers counts, as in MOSN', () => {
  assert.deepEqual(read(cluster('circuit_breakers', [{ max_connections: 5 }])).circuitBreakers, {
    maxConnections: 5,
    maxPendingRequests: 16_384,
    maxRequests: 0,
    maxRetries: 0,
    retryBudget: undefined,
  });
  assert.deepEqual(problemsOf(cluster('circuit_breakers', [{}, {}])), [
    `warning: ${AT}.circuit_breakers[1]: has no effect, as the first entry counts`,
  ]);
  assert.equal(read(cluster('circuit_breakers', [])).circuitBreakers.maxPendingRequests, 16_384);
});

test('two clusters do not have one name', () => {
  const one = { name: 'hosts', hosts: [{ address: '127.0.0.1:80' }] };
  assert.deepEqual(problemsOf(edited(['cluster_manager.clusters', [one, one]])), [
    `error: cluster_manager.clusters[1].name: is "hosts", which ${AT} has already`,
  ]);
});

test('a cluster without hosts is warned of, and one without a name an error', () => {
  assert.deepEqual(problemsOf(cluster('hosts', [])), [`warning: ${AT}.hosts: is empty: requests to this cluster fail`]);
  assert.ok(problemsOf(cluster('name', undefined)).includes(`error: ${AT}.name: is missing`));
});

test("MOSN's keepalive says how often hosts are asked for a sign of life, unless `probe_interval` does", () => {
  assert.equal(read(cluster('keepalive', { interval: '7s' })).probeInterval, 7_000);
  assert.equal(read(cluster('keepalive', { interval: '0s' })).probeInterval, undefined);
  assert.equal(
    read(edited([`${PATHS.cluster}.keepalive`, { interval: '7s' }], [`${PATHS.cluster}.probe_interval`, '0s'])).probeInterval,
    0,
  );
  assert.deepEqual(problemsOf(cluster('keepalive', { timeout: '1s' })), [
    `warning: ${AT}.keepalive.timeout: is not acted upon by Meshloom: a host is given up when it gives no sign of life three times in a row`,
  ]);
});
