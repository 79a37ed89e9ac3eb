import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mentionedProtocols } from '../../../src/config/index.ts';
import { catalogue } from '../../support/catalogue.ts';
import { accepted, edited, PATHS, problemsOf } from '../../support/checked.ts';

const AT = 'cluster_manager.clusters[0].health_check';
const PING = {
  name: 'ping',
  options: [{ name: 'word', type: 'string', default: '', description: 'What is said.' } as const],
};
const THERE = catalogue({ protocols: new Map([...catalogue().protocols, ['pinging', { healthChecks: [PING] }]]) });

const checked = (value: object) => edited([`${PATHS.cluster}.health_check`, { service_name: 's', ...value }]);
const read = (value: object) => accepted(checked(value), THERE).clusterManager.clusters[0]!.healthCheck!;
const problems = (value: object) => problemsOf(checked(value), THERE);

test("what is not said of health checks is MOSN's: hosts are connected to, each 15 s", () => {
  const standard = {
    serviceName: 's',
    protocol: undefined,
    way: { is: 'connect', port: undefined, send: '', receive: [] },
    timeout: 1000,
    interval: 15_000,
    unhealthyInterval: 15_000,
    unhealthyEdgeInterval: 15_000,
    healthyEdgeInterval: 15_000,
    intervalJitter: 5,
    initialDelaySeconds: 1000,
    healthyThreshold: 1,
    unhealthyThreshold: 1,
    eventLogPath: undefined,
    commonCallbacks: [],
  };
  assert.deepEqual(read({}), standard);
  const zeros = {
    protocol: '',
    timeout: '0s',
    interval: '0s',
    interval_jitter: '0s',
    initial_delay_seconds: '0s',
    healthy_threshold: 0,
    unhealthy_threshold: 0,
  };
  assert.deepEqual(read(zeros), standard);
});

test('without a service name nothing is checked, as in MOSN, and whoever asked for checks is told', () => {
  const nameless = edited([`${PATHS.cluster}.health_check`, { interval: '0s' }]);
  assert.equal(accepted(nameless).clusterManager.clusters[0]?.healthCheck, undefined);
  assert.deepEqual(problemsOf(edited([`${PATHS.cluster}.health_check`, { protocol: 'Http1' }])), [
    `warning: ${AT}: checks nothing without \`service_name\`, as in MOSN (name the service)`,
  ]);
});

test('a protocol alone means its sign of life', () => {
  assert.deepEqual([read({ protocol: 'Dubbo' }).protocol, read({ protocol: 'Dubbo' }).way], ['dubbo', { is: 'life' }]);
});

test('a protocol that nobody knows leaves connecting, as in MOSN', () => {
  assert.deepEqual(problems({ protocol: 'SofaRpc' }), [
    `warning: ${AT}.protocol: is "SofaRpc", which is no protocol: hosts are only connected to, as in MOSN`,
  ]);
});

test('a request is judged by ranges of statuses, by 200 alone when there are none', () => {
  const { way } = read({ protocol: 'Http1', check_config: { http_check_config: { path: 'health?x' } } });
  assert.deepEqual(way, {
    is: 'request',
    port: undefined,
    timeout: undefined,
    method: 'GET',
    path: '/health?x',
    authority: undefined,
    headers: [],
    statuses: [{ from: 200, to: 200 }],
  });
  const full = {
    port: 8081,
    timeout: '300ms',
    method: 'HEAD',
    path: '/h',
    scheme: 'http',
    domain: 'd.example',
    headers: { 'X-Check': '1' },
    codes: [
      { Start: 200, End: 299 },
      { start: 401, end: 401 },
    ],
  };
  assert.deepEqual(read({ protocol: 'Http1', check_config: { http_check_config: full } }).way, {
    is: 'request',
    port: 8081,
    timeout: 300,
    method: 'HEAD',
    path: '/h',
    authority: 'd.example',
    headers: [['x-check', '1']],
    statuses: [
      { from: 200, to: 299 },
      { from: 401, to: 401 },
    ],
  });
});

test('a range without a status, a method that is none and bytes that are none are errors', () => {
  const http = (value: object) => problems({ protocol: 'Http1', check_config: { http_check_config: value } })[0]!;
  assert.match(http({ codes: [{ Start: 300, End: 200 }] }), /^error: .*codes\[0\]: begins at 300 and ends at 200: no status is in it/);
  assert.match(http({ codes: [{ Start: 99 }] }), /^error: .*Start: must be an integer from 100 to 599/);
  assert.match(http({ method: 'GET /' }), /^error: .*method: must be a method such as "GET"/);
  assert.match(
    problems({ check_config: { tcp_check_config: { send: 'PING' } } })[0]!,
    /^error: .*send: must be bytes in hexadecimal digits/,
  );
});

test('a connection check may send bytes and expect some, whatever the protocol', () => {
  const config = { tcp_check_config: { port: 81, send: '50494e47', receive: ['2B', '504f4e47'] } };
  const way = { is: 'connect', port: 81, send: '50494e47', receive: ['2B', '504f4e47'] };
  assert.deepEqual(read({ protocol: 'Http1', check_config: config }).way, way);
  assert.deepEqual(read({ check_config: config }).way, way);
});

test('a protocol may bring a way of its own, with settings that are checked', () => {
  const own = (word: unknown) => ({ protocol: 'pinging', check_config: { ping_check_config: { word } } });
  assert.deepEqual(read(own('hello')).way, { is: 'own', kind: 'ping', settings: { word: 'hello' } });
  assert.match(problems(own(1))[0]!, /^error: .*ping_check_config\.word: must be a string/);
  assert.deepEqual(problems({ protocol: 'pinging', check_config: { ping_check_config: { wrod: '' } } }), [
    `warning: ${AT}.check_config.ping_check_config.wrod: is no setting of a check by ping (did you mean "word"?)`,
  ]);
  assert.match(
    problems({ protocol: 'Http1', check_config: { ping_check_config: {} } })[0]!,
    /has a check by ping, which http1 does not know/,
  );
});

test('of several ways the first counts, and a way that needs a protocol is not taken without one', () => {
  const both = { tcp_check_config: {}, http_check_config: {} };
  assert.deepEqual(problems({ protocol: 'Http1', check_config: both }), [
    `warning: ${AT}.check_config: says more than one way to check hosts: the first counts`,
  ]);
  assert.match(problems({ check_config: { http_check_config: {} } })[0]!, /needs a `protocol` to ask in/);
});

test('the protocol of a check is loaded', () => {
  assert.deepEqual(mentionedProtocols({ clusters: [{ health_check: { protocol: 'Dubbo' } }] }).names, ['Dubbo']);
});

test('of the intervals of unhealthy hosts and of changes, those that are absent follow the more general ones', () => {
  const intervals = (value: object) => {
    const { unhealthyInterval, unhealthyEdgeInterval, healthyEdgeInterval } = read({ interval: '10s', ...value });
    return [unhealthyInterval, unhealthyEdgeInterval, healthyEdgeInterval];
  };
  assert.deepEqual(intervals({}), [10_000, 10_000, 10_000]);
  assert.deepEqual(intervals({ unhealthy_interval: '3s' }), [3_000, 3_000, 10_000]);
  assert.deepEqual(intervals({ unhealthy_edge_interval: '2s', healthy_edge_interval: '1s' }), [10_000, 2_000, 1_000]);
});

test('a request that the protocol can never carry is told of, and a sign of life takes its place', () => {
  const foreignRequestFault = (method: string) => (method === 'POST' ? undefined : 'it is asked by POST');
  const picky = catalogue({ protocols: new Map([...catalogue().protocols, ['picky', { foreignRequestFault }]]) });
  const asking = (method: string) => checked({ protocol: 'picky', check_config: { http_check_config: { method, path: '/health' } } });
  assert.deepEqual(problemsOf(asking('GET'), picky), [
    `warning: ${AT}.check_config.http_check_config: cannot be asked in picky, for it is asked by POST: hosts are asked for a sign of life (write "protocol": "Http1", and a \`port\`)`,
  ]);
  assert.equal(accepted(asking('POST'), picky).clusterManager.clusters[0]!.healthCheck!.way.is, 'request');
});
