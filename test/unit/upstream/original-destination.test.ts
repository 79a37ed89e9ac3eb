import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import { ANY_HOST, type HostChoice, NO_HOSTS_TRIED } from '../../../src/upstream/balancer.ts';
import { Cluster } from '../../../src/upstream/cluster.ts';
import { HealthFlag } from '../../../src/upstream/host.ts';
import { OriginalDestination, type OriginalDestinationSettings, SWEEP_MS } from '../../../src/upstream/original-destination.ts';
import { PoolDouble } from './fixtures.ts';

class Scene {
  readonly timers = new ManualTimers();
  readonly cluster: Cluster;

  constructor(given: Partial<OriginalDestinationSettings> = {}) {
    const balancer = new OriginalDestination({ timers: this.timers, listensAt: () => false, ...given });
    this.cluster = new Cluster({ name: 'c', balancer, createPool: (_host, protocol) => new PoolDouble(protocol) });
    this.cluster.follow(balancer);
  }

  pick(choice: Partial<HostChoice>) {
    return this.cluster.pick({ ...ANY_HOST, ...choice }, NO_HOSTS_TRIED);
  }

  /** Where a request goes whose connection, or whose header, says that. */
  goesTo(destination: string | undefined, fields: Readonly<Record<string, string>> = {}, authority = ''): string | undefined {
    return this.pick({ destination, request: { authority, fields: { get: (name) => fields[name] } } })?.address;
  }

  get addresses(): readonly string[] {
    return this.cluster.hosts.map(({ address }) => address);
  }
}

test('a request goes where its connection was meant to go, over the same host as others that go there', () => {
  const scene = new Scene();
  const host = scene.pick({ destination: '10.0.0.1:80' });
  assert.equal(host?.address, '10.0.0.1:80');
  assert.equal(host.hostname, '10.0.0.1:80');
  assert.equal(scene.pick({ destination: '10.0.0.1:80' }), host);
  assert.equal(scene.goesTo('[fd00::1]:81'), '[fd00::1]:81');
  assert.deepEqual(scene.addresses, ['10.0.0.1:80', '[fd00::1]:81']);
});

test('where nobody knows where it was meant to go there is no host', () => {
  assert.equal(new Scene().goesTo(undefined), undefined);
  assert.equal(new Scene().goesTo('/run/app.sock'), undefined);
});

test('a header says it, with port 80 where it names none, and the connection does where there is no such header', () => {
  const scene = new Scene({ header: 'x-to' });
  assert.equal(scene.goesTo('10.0.0.1:80', { 'x-to': '10.0.0.2:8080' }), '10.0.0.2:8080');
  assert.equal(scene.goesTo('10.0.0.1:80', { 'x-to': 'example.org' }), 'example.org:80');
  assert.equal(scene.goesTo('10.0.0.1:80', { 'x-to': '[::1]' }), '[::1]:80');
  assert.equal(scene.goesTo('10.0.0.1:80', { 'x-to': '' }), '10.0.0.1:80');
  assert.equal(scene.goesTo('10.0.0.1:80'), '10.0.0.1:80');
  assert.equal(new Scene().goesTo('10.0.0.1:80', { 'x-to': '10.0.0.2:8080' }), '10.0.0.1:80');
});

test('the authority may say it', () => {
  assert.equal(new Scene({ header: 'host' }).goesTo(undefined, {}, 'example.org:8080'), 'example.org:8080');
});

test('a header that names no address leads nowhere, and to no Unix socket', () => {
  const scene = new Scene({ header: 'x-to' });
  for (const said of ['/run/app.sock', 'unix:/run/app.sock', 'unix:80', 'a b:80', 'a:0', 'a:65536', ':80', 'a/b:80', 'user@a:80']) {
    assert.equal(scene.goesTo('10.0.0.1:80', { 'x-to': said }), undefined, said);
  }
});

test('the address may count for nothing but its port', () => {
  assert.equal(new Scene({ replaceLocal: true }).goesTo('10.0.0.1:8080'), '127.0.0.1:8080');
});

test('nothing goes where the proxy itself listens', () => {
  const scene = new Scene({ replaceLocal: true, listensAt: (host, port) => host === '127.0.0.1' && port === 15_001 });
  assert.equal(scene.goesTo('10.0.0.1:15001'), undefined);
  assert.equal(scene.goesTo('10.0.0.1:15002'), '127.0.0.1:15002');
});

test('another attempt has no other host', () => {
  const { cluster } = new Scene();
  const choice = { ...ANY_HOST, destination: '10.0.0.1:80' };
  const host = cluster.pick(choice, NO_HOSTS_TRIED)!;
  assert.equal(cluster.pick(choice, [host]), undefined);
});

test('a host that is found ill is asked, for no other could take its place', () => {
  const scene = new Scene();
  scene.pick({ destination: '10.0.0.1:80' })?.setHealthFlag(HealthFlag.activeCheck);
  assert.equal(scene.goesTo('10.0.0.1:80'), '10.0.0.1:80');
});

test('a host goes when nobody has needed it since the sweep before, one with requests or connections stays', () => {
  const scene = new Scene();
  const [unused, busy, connected] = ['a:1', 'b:1', 'c:1'].map((destination) => scene.pick({ destination })!);
  busy!.requestStarted();
  connected!.connectionOpened();
  scene.timers.advance(SWEEP_MS);
  assert.deepEqual(scene.addresses, ['a:1', 'b:1', 'c:1']);
  unused!.requestStarted();
  unused!.requestEnded(true);
  scene.timers.advance(SWEEP_MS);
  assert.deepEqual(scene.addresses, ['a:1', 'b:1', 'c:1']);
  scene.timers.advance(SWEEP_MS);
  assert.deepEqual(scene.addresses, ['b:1', 'c:1']);
  busy!.requestEnded(true);
  connected!.connectionClosed();
  scene.timers.advance(SWEEP_MS);
  assert.deepEqual([scene.addresses, scene.timers.scheduled], [[], 0]);
});

test('there are at most so many hosts: one that nobody uses makes room, else there is none', () => {
  const scene = new Scene({ maxHosts: 2 });
  const [a, b] = ['a:1', 'b:1'].map((destination) => scene.pick({ destination })!);
  a!.requestStarted();
  b!.requestStarted();
  assert.equal(scene.goesTo('c:1'), undefined);
  a!.requestEnded(true);
  assert.equal(scene.goesTo('c:1'), 'c:1');
  assert.deepEqual(scene.addresses, ['b:1', 'c:1']);
});

test('a cluster that is gone makes no hosts', () => {
  const scene = new Scene();
  scene.goesTo('a:1');
  scene.cluster.drain();
  assert.deepEqual([scene.addresses, scene.goesTo('b:1'), scene.timers.scheduled], [[], undefined, 0]);
});
