import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import type { DatagramOwner } from '../../../src/net/datagram/datagram-socket.ts';
import { ProxyCounts } from '../../../src/proxy/counts.ts';
import { DatagramProxy, type DatagramSettings, DRAIN_QUIET_MS } from '../../../src/proxy/datagram/datagram-proxy.ts';
import { roundRobin } from '../../../src/upstream/balancers/round-robin.ts';
import { Cluster } from '../../../src/upstream/cluster.ts';

/** A socket to a host: what was sent, and how to answer. */
class Peer {
  readonly host: string;
  readonly owner: DatagramOwner;
  readonly sent: string[] = [];
  closed = false;

  constructor(host: string, owner: DatagramOwner) {
    this.host = host;
    this.owner = owner;
  }

  send(bytes: Buffer): void {
    this.sent.push(bytes.toString());
  }
  close(): void {
    this.closed = true;
  }
  answer(text: string): void {
    this.owner.onDatagram(Buffer.from(text), { address: '', port: 0 });
  }
}

function stage(changes: Partial<DatagramSettings> = {}, thresholds = {}) {
  const timers = new ManualTimers();
  const cluster = new Cluster({
    name: 'hosts',
    balancer: roundRobin(),
    thresholds,
    createPool: () => {
      throw new Error('datagrams need no pool');
    },
  });
  cluster.updateHosts([{ address: '10.0.0.1:53' }, { address: '10.0.0.2:53' }]);
  const peers: Peer[] = [];
  const answers: string[] = [];
  const counts = new ProxyCounts();
  const proxy = new DatagramProxy(
    {
      timers,
      clusters: { get: (name) => (name === 'hosts' ? cluster : undefined) },
      clusterName: () => 'hosts',
      admit: () => undefined,
      connect(host, owner) {
        const peer = new Peer(host.address, owner);
        peers.push(peer);
        return peer;
      },
      idleMs: 1000,
      maxSessions: 2,
      counts,
      ...changes,
    },
    (bytes, { port }) => answers.push(`${port} ${bytes}`),
  );
  const say = (port: number, text: string) => proxy.onDatagram(Buffer.from(text), { address: '192.0.2.1', port });
  return { timers, cluster, peers, answers, counts, proxy, say };
}

test('datagrams of one address go to one host, and its answers to that address', () => {
  const { peers, answers, say } = stage();
  say(1, 'a');
  say(1, 'b');
  say(2, 'c');
  assert.deepEqual(
    peers.map(({ sent }) => sent),
    [['a', 'b'], ['c']],
  );
  assert.notEqual(peers[0]?.host, peers[1]?.host);
  peers[1]?.answer('to c');
  peers[0]?.answer('to a');
  assert.deepEqual(answers, ['2 to c', '1 to a']);
});

test('a session ends when nothing has passed either way for its time, and another may begin', () => {
  const { timers, cluster, peers, proxy, say } = stage();
  say(1, 'a');
  timers.advance(900);
  peers[0]?.answer('still there');
  timers.advance(999);
  assert.equal(proxy.sessionActive, 1);
  timers.advance(1);
  assert.equal(proxy.sessionActive, 0);
  assert.equal(peers[0]?.closed, true);
  assert.equal(cluster.counts.responseSuccess, 1);
  assert.equal(cluster.limits.connections.current, 0);
  say(1, 'b');
  assert.equal(peers.length, 2);
});

test('there are so many sessions and no more; what cannot have one is lost and counted', () => {
  const { peers, proxy, counts, say } = stage();
  for (const port of [1, 2, 3, 1]) say(port, 'x');
  assert.deepEqual([proxy.sessionActive, peers.length, counts.connectionRefused], [2, 2, 1]);
});

test("a cluster's limit on connections holds for sessions", () => {
  const { peers, counts, say } = stage({}, { maxConnections: 1 });
  say(1, 'x');
  say(2, 'x');
  assert.deepEqual([peers.length, counts.requestTotal, counts.requestReset], [1, 2, 1]);
});

test('without a cluster, or a host in it, a datagram is lost and counted', () => {
  const none = stage({ clusterName: () => '' });
  none.say(1, 'x');
  const empty = stage();
  empty.cluster.updateHosts([]);
  empty.say(1, 'x');
  for (const { peers, counts } of [none, empty]) assert.deepEqual([peers.length, counts.requestReset], [0, 1]);
});

test('who is not admitted gets no session', () => {
  const { peers, counts, say } = stage({ admit: ({ remoteAddress }) => (remoteAddress === '192.0.2.1:1' ? 'unwanted' : undefined) });
  say(1, 'x');
  say(2, 'x');
  assert.deepEqual([peers.length, counts.connectionRefused], [1, 1]);
});

test('a host that nobody listens on ends the session, and the next datagram goes to another', () => {
  const { cluster, peers, say } = stage();
  say(1, 'a');
  peers[0]?.owner.onDatagramError(new Error('connection refused'));
  peers[0]?.owner.onDatagramError(new Error('once more'));
  say(1, 'b');
  assert.deepEqual([cluster.counts.responseFailed, cluster.counts.requestActive, peers.length], [1, 1, 2]);
  assert.notEqual(peers[0]?.host, peers[1]?.host);
});

test('when a host has left its cluster the next datagram goes to another', () => {
  const { cluster, peers, answers, say } = stage();
  say(1, 'a');
  const [first] = peers;
  cluster.updateHosts(
    [{ address: '10.0.0.1:53' }, { address: '10.0.0.2:53' }, { address: '10.0.0.3:53' }].filter(({ address }) => address !== first?.host),
  );
  // What it still has to say arrives.
  first?.answer('late');
  say(1, 'b');
  assert.deepEqual([peers.length, first?.closed, answers], [2, true, ['1 late']]);
  assert.notEqual(peers[1]?.host, first?.host);
});

test('what drains begins nothing new, and is done when its sessions have fallen silent', async () => {
  const { timers, proxy, peers, answers, say } = stage({ idleMs: 60_000 });
  say(1, 'a');
  const drained = proxy.drain();
  say(2, 'b');
  timers.advance(DRAIN_QUIET_MS - 1);
  peers[0]?.answer('late');
  timers.advance(DRAIN_QUIET_MS - 1);
  assert.deepEqual([proxy.sessionActive, peers.length, answers], [1, 1, ['1 late']]);
  timers.advance(1);
  await drained;
  await proxy.drain();
});

test('bytes and sessions are counted', () => {
  const { cluster, proxy, peers, say } = stage();
  say(1, 'abc');
  peers[0]?.answer('de');
  assert.deepEqual([proxy.sessionTotal, proxy.bytesRead, proxy.bytesWritten], [1, 3, 2]);
  const { connectionActive, bytesSent, bytesReceived } = cluster.counts;
  assert.deepEqual([connectionActive, bytesSent, bytesReceived], [1, 3, 2]);
  proxy.close();
  assert.deepEqual([proxy.sessionActive, cluster.counts.connectionActive, peers[0]?.closed], [0, 0, true]);
});
