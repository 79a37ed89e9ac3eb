import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { within } from '../../../test/support/deadline.ts';
import { parseMessage, statusOf } from '../../../test/support/http1-message.ts';
import { SMALL_BODY } from '../backend.ts';
import { type BenchOptions, inRows, type RunningPeer, type Scenario, withPeers } from '../bench.ts';
import { generate } from '../generate.ts';
import { ratio } from '../table.ts';

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

async function measure(peer: RunningPeer, count: number): Promise<number> {
  // What the first load makes a process take, code and pools, is not the connections'.
  await generate(peer.port, { path: '/', fields: [], body: SMALL_BODY }, 1);
  await wait(SETTLE_MS);
  const before = peer.residentKib;
  const sockets: Socket[] = [];
  let closed = 0;
  while (sockets.length < count) {
    const batch = Math.min(BATCH, count - sockets.length);
    for (const socket of await Promise.all(Array.from({ length: batch }, () => openIdle(peer.port)))) {
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

export const idleScenario: Scenario = {
  name: 'idle',
  run: (options: BenchOptions) =>
    withPeers(inRows(options.peers), options.folder, async (peers) => {
      const results: { name: string; count: number; kib: number }[] = [];
      for (const peer of peers) {
        const count = peer.name === 'relay' ? Math.min(options.connections, RELAY_CONNECTIONS) : options.connections;
        results.push({ name: peer.name, count, kib: await measure(peer, count) });
      }
      const base = (name: string): number | undefined => results.find((result) => result.name === name)?.kib;
      return {
        title: 'Idle keep-alive connections, one request each',
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
    }),
};
