import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UpstreamCounts } from '../../../src/upstream/counts.ts';
import { HealthFlag, Host, MAX_WEIGHT, MIN_WEIGHT } from '../../../src/upstream/host.ts';
import { hostAt, PoolDouble, protocolNamed } from './fixtures.ts';

test('a host is healthy while nobody has found it unfit', () => {
  const host = hostAt('a');
  assert.equal(host.healthy, true);
  host.setHealthFlag(HealthFlag.activeCheck);
  host.setHealthFlag(HealthFlag.outlier);
  host.clearHealthFlag(HealthFlag.activeCheck);
  assert.equal(host.healthy, false);
  host.clearHealthFlag(HealthFlag.outlier);
  assert.equal(host.healthy, true);
});

test('weights outside of 1 to 128 are taken as the nearer end', () => {
  const weights = [undefined, 0, MIN_WEIGHT, MAX_WEIGHT, MAX_WEIGHT + 1].map((weight) => hostAt('a', { weight }).weight);
  assert.deepEqual(weights, [1, 1, 1, 128, 128]);
});

test('requests and their ends are counted for the host and for its cluster', () => {
  const cluster = new UpstreamCounts();
  const host = new Host({ address: 'a' }, cluster, (_host, protocol) => new PoolDouble(protocol));
  for (let request = 0; request < 4; request++) host.requestStarted();
  assert.equal(host.active, 4);
  host.requestEnded(true);
  host.requestEnded(false);
  host.requestEnded(undefined);
  host.count('requestTimeout');
  host.count('bytesSent', 10);
  for (const counts of [host.counts, cluster]) {
    const { requestTotal, requestActive, responseSuccess, responseFailed, requestTimeout, bytesSent } = counts;
    assert.deepEqual([requestTotal, requestActive, responseSuccess, responseFailed, requestTimeout, bytesSent], [4, 1, 1, 1, 1, 10]);
  }
});

test('there is one pool for each protocol, made when it is first asked for', () => {
  const made: string[] = [];
  const host = new Host({ address: 'a' }, new UpstreamCounts(), (_host, protocol) => {
    made.push(protocol.name);
    return new PoolDouble(protocol);
  });
  const [one, two] = [protocolNamed('one'), protocolNamed('two')];
  assert.deepEqual(made, []);
  const first = host.pool(one);
  const second = host.pool(two);
  assert.notEqual(first, second);
  assert.equal(host.pool(one), first);
  assert.equal(host.pool(one), first);
  assert.equal(host.pool(two), second);
  assert.deepEqual(made, ['one', 'two']);
});

test('draining a host drains each of its pools once, and those that are asked for later', () => {
  const host = hostAt('a');
  const [one, two, late] = [protocolNamed('one'), protocolNamed('two'), protocolNamed('late')];
  const pools = [host.pool(one), host.pool(two)];
  host.drain();
  host.drain();
  assert.deepEqual(
    [...pools, host.pool(late)].map((pool) => pool instanceof PoolDouble && pool.drained),
    [1, 1, 1],
  );
});
