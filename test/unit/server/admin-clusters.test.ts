import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectHosts } from '../../../src/server/admin/collect-hosts.ts';
import { roundRobin } from '../../../src/upstream/balancers/round-robin.ts';
import { Cluster } from '../../../src/upstream/cluster.ts';
import { HealthFlag } from '../../../src/upstream/host.ts';
import { PoolDouble } from '../upstream/fixtures.ts';
import { FakeSource } from './admin-source.ts';

function source(): FakeSource {
  const cluster = new Cluster({ name: 'c', balancer: roundRobin(), createPool: (_host, protocol) => new PoolDouble(protocol) });
  cluster.updateHosts([{ address: '10.0.0.1:80', hostname: 'one', weight: 3 }, { address: '10.0.0.2:80' }]);
  const [first, second] = cluster.hosts;
  first?.requestStarted();
  first?.requestStarted();
  first?.requestEnded(true);
  second?.setHealthFlag(HealthFlag.activeCheck);
  second?.setHealthFlag(HealthFlag.outlier);
  const made = new FakeSource();
  made.states = collectHosts([cluster]);
  return made;
}

test('every host is shown with its health, a line for each thing', () => {
  const { status, body } = source().get('/clusters');
  assert.equal(status, 200);
  assert.deepEqual(body.split('\n').slice(0, 7), [
    'c::10.0.0.1:80::hostname::one',
    'c::10.0.0.1:80::weight::3',
    'c::10.0.0.1:80::health_flags::healthy',
    'c::10.0.0.1:80::rq_total::2',
    'c::10.0.0.1:80::rq_active::1',
    'c::10.0.0.1:80::rq_success::1',
    'c::10.0.0.1:80::rq_error::0',
  ]);
  assert.ok(body.includes('\nc::10.0.0.2:80::health_flags::/failed_active_hc/failed_outlier_check\n'));
});

test('the same is there as JSON, and in no other format', () => {
  const made = source();
  const { status, contentType, body } = made.get('/clusters?format=json');
  assert.deepEqual([status, contentType], [200, 'application/json']);
  assert.deepEqual(JSON.parse(body), { hosts: made.states });
  assert.equal(made.get('/clusters?format=xml').status, 400);
});
