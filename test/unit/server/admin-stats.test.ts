import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectStats, type ListenerCounts } from '../../../src/server/admin/collect-stats.ts';
import type { StatsGroup } from '../../../src/server/admin/stats-group.ts';
import { random } from '../../../src/upstream/balancers/random.ts';
import { roundRobin } from '../../../src/upstream/balancers/round-robin.ts';
import { Cluster } from '../../../src/upstream/cluster.ts';
import { HealthFlag } from '../../../src/upstream/host.ts';
import { PoolDouble } from '../upstream/fixtures.ts';
import { checkerScene } from '../upstream/health/scripted.ts';
import { outlierScene } from '../upstream/outlier/scene.ts';
import { FakeSource } from './admin-source.ts';

const BOUNDS = [10, 100];

function listener(name: string, requestTotal: number): ListenerCounts {
  return {
    name,
    requests: {
      requestTotal,
      requestActive: 1,
      connectionRefused: 1,
      requestReset: 2,
      requestTime: 1.5,
      requestBytes: 10,
      responseBytes: 20,
      mirrorTotal: 6,
      mirrorFailed: 1,
      statusClass: [0, 0, 3, 1, 4, 5],
      durations: [2, 1, 3],
    },
    connections: { connectionTotal: 7, connectionActive: 3, bytesRead: 300, bytesWritten: 400 },
  };
}

function cluster(name: string): Cluster {
  const made = new Cluster({
    name,
    balancer: random(),
    createPool: () => {
      throw new Error('no pool is needed');
    },
  });
  made.updateHosts([{ address: '127.0.0.1:1' }, { address: '127.0.0.1:2' }]);
  return made;
}

const numbers = (group: StatsGroup | undefined) => Object.fromEntries((group?.stats ?? []).map(({ name, value }) => [name, value]));

test('listeners are counted each and all together', () => {
  const groups = collectStats([listener('a', 5), listener('b', 6)], BOUNDS, []);
  assert.deepEqual(
    groups.map(({ type, labels }) => [type, labels]),
    [
      ['downstream', { proxy: 'global' }],
      ['downstream', { listener: 'a' }],
      ['downstream', { listener: 'b' }],
    ],
  );
  assert.deepEqual(numbers(groups[0]), {
    connection_total: 14,
    connection_active: 6,
    bytes_read_total: 600,
    bytes_write_total: 800,
    connection_destroy: 8,
    connection_refused: 2,
    request_total: 11,
    request_active: 2,
    request_reset: 4,
    request_time_total: 3_000_000,
    request_body_bytes_total: 20,
    response_body_bytes_total: 40,
    request_mirror_total: 12,
    request_mirror_failed: 2,
    request_1xx_total: 0,
    request_2xx_total: 6,
    request_3xx_total: 2,
    request_4xx_total: 8,
    request_5xx_total: 10,
  });
  const { request_total } = numbers(groups[2]);
  assert.equal(request_total, 6);
  assert.deepEqual(groups[0]?.histograms, [{ name: 'request_duration_seconds', bounds: [0.01, 0.1], counts: [4, 2, 6], sum: 0.003 }]);
});

test('clusters and their hosts are counted under MOSN names', () => {
  const one = cluster('c');
  one.hosts[1]!.requestStarted();
  one.hosts[1]!.count('connectionFailed');
  one.hosts[1]!.count('bytesSent', 99);
  const groups = collectStats([], BOUNDS, [one]).slice(1);
  assert.deepEqual(
    groups.map(({ type, labels }) => [type, labels]),
    [
      ['upstream', { cluster: 'c' }],
      ['upstream', { cluster: 'c', host: '127.0.0.1:1' }],
      ['upstream', { cluster: 'c', host: '127.0.0.1:2' }],
    ],
  );
  for (const [at, count] of [
    [0, 1],
    [1, 0],
    [2, 1],
  ] as const) {
    const { request_total, request_active, connection_con_fail, connection_bytes_write } = numbers(groups[at]);
    assert.deepEqual([request_total, request_active, connection_con_fail, connection_bytes_write], [count, count, count, count * 99]);
  }
});

test('every count of an upstream is shown under a name of its own', () => {
  const [, group] = collectStats([], BOUNDS, [cluster('c')]);
  // And two about its hosts.
  assert.equal(Object.keys(numbers(group)).length, Object.keys(cluster('c').counts).length + 2);
});

test('how many hosts a cluster has and how many of them are healthy is shown, and which', () => {
  const one = cluster('c');
  one.hosts[1]!.setHealthFlag(HealthFlag.outlier);
  const [, whole, first, second] = collectStats([], BOUNDS, [one]).map(numbers);
  assert.deepEqual([whole?.['membership_total'], whole?.['membership_healthy']], [2, 1]);
  assert.deepEqual([first?.['healthy'], second?.['healthy']], [1, 0]);
});

test('health checks are counted under the names of MOSN', () => {
  const healthChecker = checkerScene().checker;
  const one = new Cluster({ name: 'c', balancer: roundRobin(), createPool: (_host, protocol) => new PoolDouble(protocol), healthChecker });
  one.updateHosts([{ address: 'a' }, { address: 'b' }]);
  one.hosts[0]!.setHealthFlag(HealthFlag.activeCheck);
  Object.assign(healthChecker.counts, { attempt: 9, success: 5, failure: 4, activeFailure: 3, networkFailure: 1 });
  const group = collectStats([], BOUNDS, [one]).at(-1);
  assert.deepEqual([group?.type, group?.labels], ['healthcheck', { cluster: 'c', service: 'service' }]);
  assert.deepEqual(numbers(group), { attempt: 9, success: 5, failure: 4, active_failure: 3, network_failure: 1, healthy: 1 });
});

test('outlier detection is counted under the names of Envoy', () => {
  const { detector, answer } = outlierScene(3, { maxEjectionPercent: 30, enforcing: { consecutive5xx: 100 } });
  const one = new Cluster({
    name: 'c',
    balancer: roundRobin({ random: () => 0 }),
    createPool: (_host, protocol) => new PoolDouble(protocol),
    outlierDetector: detector,
  });
  answer(0, 500, 5);
  answer(1, 500, 5);
  const group = collectStats([], BOUNDS, [one]).at(-1);
  assert.deepEqual([group?.type, group?.labels], ['outlier_detection', { cluster: 'c' }]);
  const { ejections_active, ejections_enforced_total, ejections_overflow, ...reasons } = numbers(group);
  assert.deepEqual([ejections_active, ejections_enforced_total, ejections_overflow], [1, 1, 1]);
  assert.deepEqual([reasons['ejections_detected_consecutive_5xx'], reasons['ejections_enforced_consecutive_5xx']], [2, 1]);
  assert.equal(Object.keys(reasons).length, 14);
});

function withStats(): FakeSource {
  const source = new FakeSource();
  source.groups = [
    {
      type: 'DumpTest',
      labels: { lbk1: 'lbv1' },
      stats: [
        { name: 'gg2', kind: 'gauge', value: 3 },
        { name: 'ct1', kind: 'counter', value: 1 },
      ],
    },
    { type: 'DumpTest', labels: { host: 'h', cluster: 'c' }, stats: [{ name: 'n', kind: 'counter', value: 2 }] },
    { type: 'Another', labels: { a: 'b' }, stats: [] },
  ];
  return source;
}

test('stats are JSON by type, labels and name, in order, with numbers as text', () => {
  assert.equal(
    withStats().get('/api/v1/stats').body,
    JSON.stringify(
      { Another: { 'a.b': {} }, DumpTest: { 'cluster.c.host.h': { n: '2' }, 'lbk1.lbv1': { ct1: '1', gg2: '3' } } },
      undefined,
      '\t',
    ),
  );
  assert.equal(new FakeSource().get('/api/v1/stats').body, '{}');
});

test('a key gives one group', () => {
  assert.equal(
    withStats().get('/api/v1/stats?key=DumpTest.cluster.c.host.h').body,
    JSON.stringify({ DumpTest: { 'cluster.c.host.h': { n: '2' } } }, undefined, '\t'),
  );
  const none = withStats().get('/api/v1/stats?key=DumpTest');
  assert.deepEqual([none.status, none.contentType, none.body], [200, 'text/plain; charset=utf-8', 'no metrics key: DumpTest']);
  const two = withStats().get('/api/v1/stats?key=a&other=b');
  assert.deepEqual([two.status, two.body], [400, 'only support one parameter']);
});

test('the stats of all listeners come as lines', () => {
  const source = new FakeSource();
  assert.equal(source.get('/api/v1/stats_glob').body, '');
  source.groups = collectStats([listener('a', 5)], BOUNDS, []);
  const lines = source.get('/api/v1/stats_glob').body.split('\n');
  assert.ok(lines.includes('request_total:5'), lines.join());
  assert.ok(lines.includes('connection_active:3'));
});

test('Prometheus gets every name once, with all its samples, counters apart from gauges', () => {
  const source = new FakeSource();
  source.groups = [
    { type: 'up', labels: { cluster: 'a"b\\c\nd', host: 'x' }, stats: [{ name: 'request.total', kind: 'counter', value: 1 }] },
    {
      type: 'up',
      labels: { cluster: 'e' },
      stats: [
        { name: 'request.total', kind: 'counter', value: 2 },
        { name: 'active', kind: 'gauge', value: 3 },
      ],
    },
  ];
  const { contentType, body } = source.get('/stats/prometheus');
  assert.equal(contentType, 'text/plain; version=0.0.4; charset=utf-8');
  assert.deepEqual(body.split('\n'), [
    '# TYPE up_request_total counter',
    'up_request_total{cluster="a\\"b\\\\c\\nd",host="x"} 1',
    'up_request_total{cluster="e"} 2',
    '# TYPE up_active gauge',
    'up_active{cluster="e"} 3',
    '',
  ]);
});

test('Prometheus gets durations as a cumulative histogram', () => {
  const source = new FakeSource();
  source.groups = collectStats([listener('a', 6)], BOUNDS, []).slice(1);
  const { body } = source.get('/stats/prometheus');
  assert.ok(
    body.endsWith(`# TYPE downstream_request_duration_seconds histogram
downstream_request_duration_seconds_bucket{le="0.01",listener="a"} 2
downstream_request_duration_seconds_bucket{le="0.1",listener="a"} 3
downstream_request_duration_seconds_bucket{le="+Inf",listener="a"} 6
downstream_request_duration_seconds_sum{listener="a"} 0.0015
downstream_request_duration_seconds_count{listener="a"} 6
`),
    body,
  );
});
