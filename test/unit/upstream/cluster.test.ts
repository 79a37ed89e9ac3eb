import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import { ANY_HOST } from '../../../src/upstream/balancer.ts';
import { requestRoundRobin } from '../../../src/upstream/balancers/request-round-robin.ts';
import { weightedRoundRobin } from '../../../src/upstream/balancers/weighted-round-robin.ts';
import { Cluster } from '../../../src/upstream/cluster.ts';
import { ClusterManager } from '../../../src/upstream/cluster-manager.ts';
import { StaticDiscovery } from '../../../src/upstream/discoveries/static.ts';
import type { Discovery } from '../../../src/upstream/discovery.ts';
import type { HealthChecker } from '../../../src/upstream/health/health-checker.ts';
import { HealthFlag, type HostSpec } from '../../../src/upstream/host.ts';
import { suspendHost } from '../../../src/upstream/host-suspension.ts';
import { FROM_THE_START, PoolDouble, protocolNamed } from './fixtures.ts';
import { checkerScene } from './health/scripted.ts';

const protocol = protocolNamed('one');

function clusterOf(...addresses: string[]): Cluster {
  const cluster = new Cluster({
    name: 'c',
    balancer: requestRoundRobin(),
    createPool: (_host, pooled) => new PoolDouble(pooled),
  });
  cluster.follow(new StaticDiscovery(addresses.map((address) => ({ address }))));
  return cluster;
}

function addresses(cluster: Cluster): string[] {
  return cluster.hosts.map((host) => host.address);
}

function drained(cluster: Cluster): number[] {
  return cluster.hosts.map((host) => {
    const pool = host.pool(protocol);
    assert.ok(pool instanceof PoolDouble);
    return pool.drained;
  });
}

test('a host whose address stays keeps its connections, counts and health', () => {
  const cluster = clusterOf('a', 'b');
  const [a] = cluster.hosts;
  const pool = a?.pool(protocol);
  a?.requestStarted();
  a?.setHealthFlag(HealthFlag.activeCheck);
  cluster.updateHosts([{ address: 'c' }, { address: 'a', weight: 7, hostname: 'new', metadata: { zone: 'x' } }]);
  assert.deepEqual(addresses(cluster), ['c', 'a']);
  const after = cluster.hosts[1];
  assert.equal(after, a);
  assert.equal(after?.pool(protocol), pool);
  assert.deepEqual([after?.active, after?.healthy, after?.weight, after?.hostname, after?.metadata], [1, false, 7, 'new', { zone: 'x' }]);
});

test('hosts that leave are drained, the others are not', () => {
  const cluster = clusterOf('a', 'b');
  const before = cluster.hosts;
  const pools = before.map((host) => host.pool(protocol));
  cluster.updateHosts([{ address: 'b' }, { address: 'c' }]);
  assert.deepEqual(
    pools.map((pool) => pool instanceof PoolDouble && pool.drained),
    [1, 0],
  );
  assert.deepEqual(drained(cluster), [0, 0]);
});

test('what a host has left to do is still counted for its cluster', () => {
  const cluster = clusterOf('a');
  const [a] = cluster.hosts;
  a?.requestStarted();
  cluster.updateHosts([]);
  assert.equal(cluster.counts.requestActive, 1);
  a?.requestEnded(true);
  assert.deepEqual([cluster.counts.requestActive, cluster.counts.responseSuccess], [0, 1]);
});

test('the picker is replaced whole when hosts change', () => {
  const cluster = clusterOf('a');
  const before = cluster.picker;
  cluster.updateHosts([{ address: 'b' }]);
  assert.equal(before.pick(ANY_HOST, [])?.address, 'a');
  assert.equal(cluster.picker.pick(ANY_HOST, [])?.address, 'b');
});

test('a host that said it was about to end is picked when no healthy one is left, one that is unfit is not', () => {
  const cluster = clusterOf('a', 'b', 'c');
  const [a, b, c] = cluster.hosts;
  a?.setHealthFlag(HealthFlag.ending);
  b?.setHealthFlag(HealthFlag.ending);
  b?.setHealthFlag(HealthFlag.activeCheck);
  assert.equal(cluster.pick(ANY_HOST, []), c);
  assert.equal(cluster.pick(ANY_HOST, [c!]), a);
  assert.equal(cluster.pick(ANY_HOST, [c!, a!]), undefined);
});

test('a changed weight of a host that stays counts at once', () => {
  const cluster = new Cluster({
    name: 'c',
    balancer: weightedRoundRobin(FROM_THE_START),
    createPool: (_host, pooled) => new PoolDouble(pooled),
  });
  cluster.updateHosts([{ address: 'a' }, { address: 'b' }]);
  cluster.updateHosts([
    { address: 'a', weight: 1 },
    { address: 'b', weight: 3 },
  ]);
  const picked = Array.from({ length: 4 }, () => cluster.picker.pick(ANY_HOST, [])?.address);
  assert.deepEqual(picked.sort(), ['a', 'b', 'b', 'b']);
});

test('an address that is listed twice is one host', () => {
  assert.deepEqual(addresses(clusterOf('a', 'b', 'a')), ['a', 'b']);
});

class Told implements Discovery {
  onHosts: ((hosts: readonly HostSpec[]) => void) | undefined;
  start(onHosts: (hosts: readonly HostSpec[]) => void): void {
    this.onHosts = onHosts;
  }
  stop(): void {
    this.onHosts = undefined;
  }
}

test('a cluster follows one discovery, and none when it is drained', () => {
  const [one, two] = [new Told(), new Told()];
  const cluster = clusterOf();
  cluster.follow(one);
  one.onHosts?.([{ address: 'a' }]);
  assert.deepEqual(addresses(cluster), ['a']);
  cluster.follow(two);
  assert.equal(one.onHosts, undefined);
  assert.deepEqual(addresses(cluster), ['a']);
  two.onHosts?.([{ address: 'b' }]);
  assert.deepEqual(addresses(cluster), ['b']);
  cluster.drain();
  assert.equal(two.onHosts, undefined);
  assert.deepEqual(addresses(cluster), []);
});

test('a cluster that takes the place of another starts with the health that checks have found there, if it has checks itself', () => {
  const before = clusterOf('a', 'b', 'c');
  before.hosts[0]?.setHealthFlag(HealthFlag.activeCheck);
  before.hosts[1]?.setHealthFlag(HealthFlag.outlier);
  const successor = (healthChecker: HealthChecker | undefined): readonly boolean[] => {
    const after = new Cluster({
      name: 'c',
      balancer: requestRoundRobin(),
      createPool: (_host, pooled) => new PoolDouble(pooled),
      healthChecker,
    });
    after.takeOverHealth(before);
    after.updateHosts([{ address: 'd' }]);
    after.updateHosts([{ address: 'a' }, { address: 'b' }, { address: 'd' }]);
    return after.hosts.map((host) => host.healthy);
  };
  assert.deepEqual(successor(checkerScene().checker), [false, true, true]);
  assert.deepEqual(successor(undefined), [true, true, true]);
});

test('a cluster that takes the place of another has its suspended hosts suspended', () => {
  const timers = new ManualTimers();
  const [before, after] = [clusterOf('a', 'b'), clusterOf()];
  suspendHost(before.hosts[0]!, 1_000, timers);
  after.takeOverHealth(before);
  after.updateHosts([{ address: 'a' }, { address: 'b' }]);
  const healthy = () => after.hosts.map((host) => host.healthy);
  assert.deepEqual(healthy(), [false, true]);
  timers.advance(1_000);
  assert.deepEqual(healthy(), [true, true]);
});

test('the manager drains the cluster that is replaced or removed', () => {
  const manager = new ClusterManager();
  const [one, two] = [clusterOf('a'), clusterOf('b')];
  manager.set(one);
  manager.set(one);
  assert.deepEqual(addresses(one), ['a']);
  manager.set(two);
  assert.equal(manager.get('c'), two);
  assert.deepEqual([addresses(one), addresses(two)], [[], ['b']]);
  assert.deepEqual([...manager], [two]);
  manager.remove('c');
  manager.remove('c');
  assert.equal(manager.get('c'), undefined);
  assert.deepEqual(addresses(two), []);
});

test('whoever watches hears of the hosts at each change, and at last of none', () => {
  const heard: string[][] = [];
  const cluster = new Cluster({
    name: 'c',
    balancer: requestRoundRobin(),
    createPool: (_host, pooled) => new PoolDouble(pooled),
    watchers: [{ onHosts: (hosts) => heard.push(hosts.map(({ address }) => address)) }],
  });
  cluster.updateHosts([{ address: 'a' }]);
  cluster.updateHosts([{ address: 'a' }, { address: 'b' }]);
  cluster.drain();
  assert.deepEqual(heard, [['a'], ['a', 'b'], []]);
});
