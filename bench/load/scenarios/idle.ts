import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import http2 from '../../../protocols/http2/index.ts';
import type { Child } from '../../../test/support/child.ts';
import { dialCodec } from '../../../test/support/codec-socket.ts';
import { within } from '../../../test/support/deadline.ts';
import { parseMessage, statusOf } from '../../../test/support/http1-message.ts';
import { SMALL_BODY, startBackend } from '../backend.ts';
import { type BenchOptions, inRows, type RunningPeer, type Scenario, withPeers } from '../bench.ts';
import { generate } from '../generate.ts';
import { http2Burst } from '../h2load.ts';
import { http2Peers, startHttp2Backend } from '../http2-peers.ts';
import { ask } from '../http2-request.ts';
import type { Peer } from '../peers.ts';
import { ratio, type Table } from '../table.ts';

/** So many connections are being opened at a time, well below every listener's backlog. */
const BATCH = 100;
/** How long memory may settle before it is read. */
const SETTLE_MS = 2_000;

/** Opens a connection, asks once, and leaves it open. */
async function openIdle(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: idle\r\n\r\n');
  let received = Buffer.alloc(0);
  for (;;) {
    const [chunk] = await within(once(socket, 'data') as Promise<[Buffer]>, 'answer on an idle connection');
    received = Buffer.concat([received, chunk]);
    const parsed = parseMessage(received);
    if (parsed === undefined) continue;
    if (statusOf(parsed.message) !== 200) throw new Error(parsed.message.startLine);
    return socket;
  }
}

async function openIdleHttp2(port: number): Promise<Socket> {
  const client = await dialCodec(http2, port);
  const body = await within(ask(client, '/'), 'answer on an idle connection');
  if (body !== SMALL_BODY) throw new Error(body);
  return client.socket;
}

/** What differs between the versions of HTTP. */
interface Idle {
  readonly name: string;
  readonly title: string;
  peers(options: BenchOptions): readonly Peer[];
  /** What the first load makes a process take, code and pools, is not the connections'. */
  warmUp(port: number): Promise<unknown>;
  open(port: number): Promise<Socket>;
  readonly backend: (port: number, folder: string) => Promise<Child>;
}

async function measure(peer: RunningPeer, count: number, { warmUp, open }: Idle): Promise<number> {
  await warmUp(peer.port);
  await wait(SETTLE_MS);
  const before = peer.residentKib;
  const sockets: Socket[] = [];
  let closed = 0;
  while (sockets.length < count) {
    const batch = Math.min(BATCH, count - sockets.length);
    for (const socket of await Promise.all(Array.from({ length: batch }, () => open(peer.port)))) {
      socket.on('error', () => undefined);
      socket.on('close', () => closed++);
      sockets.push(socket);
    }
  }
  await wait(SETTLE_MS);
  const after = peer.residentKib;
  if (closed > 0) throw new Error(`${peer.name} closed ${closed} of ${count} idle connections`);
  const allClosed = Promise.all(sockets.map((socket) => once(socket, 'close')));
  for (const socket of sockets) socket.destroy();
  await within(allClosed, 'end of the idle connections');
  return (after - before) / count;
}

/** A relay has two sockets for each connection, which must stay below the usual limit of 20,000 open files. */
const RELAY_CONNECTIONS = 9_000;

function idleScenario(idle: Idle): Scenario {
  const compare = async (peers: readonly RunningPeer[], connections: number): Promise<Table> => {
    const results: { name: string; count: number; kib: number }[] = [];
    for (const peer of peers) {
      const count = peer.name === 'relay' ? Math.min(connections, RELAY_CONNECTIONS) : connections;
      results.push({ name: peer.name, count, kib: await measure(peer, count, idle) });
    }
    const base = (name: string): number | undefined => results.find((result) => result.name === name)?.kib;
    return {
      title: idle.title,
      columns: ['proxy', 'connections', 'KiB each', '× relay', '× Envoy'],
      rows: results.map(({ name, count, kib }) => [
        name,
        count.toLocaleString('en'),
        kib.toFixed(1),
        ratio(kib, base('relay')),
        ratio(kib, base('envoy')),
      ]),
      notes: [],
    };
  };
  return {
    name: idle.name,
    run: (options: BenchOptions) =>
      withPeers(inRows(idle.peers(options)), options.folder, (peers) => compare(peers, options.connections), idle.backend),
  };
}

export const idleScenarios: readonly Scenario[] = [
  idleScenario({
    name: 'idle',
    title: 'Idle keep-alive connections, one request each',
    peers: ({ peers }) => peers,
    warmUp: (port) => generate(port, { path: '/', fields: [], body: SMALL_BODY }, 1),
    open: openIdle,
    backend: startBackend,
  }),
  idleScenario({
    name: 'h2-idle',
    title: 'Idle connections of HTTP/2, one request each',
    peers: http2Peers,
    warmUp: (port) => http2Burst(port, { connections: 8, inFlight: 32, fields: [] }, 1),
    open: openIdleHttp2,
    backend: startHttp2Backend,
  }),
];
