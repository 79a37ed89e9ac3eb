/** Many streams of HTTP/2 at once that wait for their answers: what each costs in memory, and whether any is lost. */
import { setTimeout as wait } from 'node:timers/promises';
import http2 from '../../../protocols/http2/index.ts';
import { type ClientSocket, dialCodec } from '../../../test/support/codec-socket.ts';
import { within } from '../../../test/support/deadline.ts';
import { SMALL_BODY } from '../backend.ts';
import { type BenchOptions, inRows, type RunningPeer, type Scenario, withPeers } from '../bench.ts';
import { http2Peers, startHttp2Backend } from '../http2-peers.ts';
import { ask } from '../http2-request.ts';

const STREAMS = 10_000;
/** What every proxy allows on a connection, by its defaults. */
const STREAMS_PER_CONNECTION = 100;
const SETTLE_MS = 1_000;
/** Within this time all streams are at the backend, and all answers back. */
const ARRIVAL_MS = 20_000;

interface Held {
  readonly kibEach: number;
  readonly failed: number;
}

async function measure(peer: RunningPeer): Promise<Held> {
  const clients: ClientSocket[] = [];
  for (let opened = 0; opened < STREAMS; opened += STREAMS_PER_CONNECTION) {
    const client = await dialCodec(http2, peer.port);
    await within(ask(client, '/'), `answer of ${peer.name}`);
    clients.push(client);
  }
  await wait(SETTLE_MS);
  const before = peer.residentKib;
  let failed = 0;
  const answers = clients.flatMap((client) =>
    Array.from({ length: STREAMS_PER_CONNECTION }, async () => {
      const answer = await ask(client, '/held').catch(() => undefined);
      if (answer !== SMALL_BODY) failed++;
    }),
  );
  const control = await dialCodec(http2, peer.port);
  const deadline = performance.now() + ARRIVAL_MS;
  while (failed + Number(await ask(control, '/count')) < STREAMS && performance.now() < deadline) await wait(SETTLE_MS / 10);
  await wait(SETTLE_MS);
  const kibEach = (peer.residentKib - before) / STREAMS;
  await within(ask(control, '/release'), 'release');
  await within(Promise.all(answers), `end of the streams through ${peer.name}`, ARRIVAL_MS);
  for (const { socket } of [...clients, control]) socket.destroy();
  return { kibEach, failed };
}

export const http2StreamsScenario: Scenario = {
  name: 'h2-streams',
  run: (options: BenchOptions) =>
    withPeers(
      inRows(http2Peers(options)),
      options.folder,
      async (peers) => {
        const rows: string[][] = [];
        for (const peer of peers) {
          const { kibEach, failed } = await measure(peer);
          rows.push([peer.name, kibEach.toFixed(1), String(failed)]);
        }
        return {
          title: `HTTP/2, ${STREAMS.toLocaleString('en')} streams at once on ${STREAMS / STREAMS_PER_CONNECTION} connections`,
          columns: ['proxy', 'KiB each', 'failed'],
          rows,
          notes: [],
        };
      },
      startHttp2Backend,
    ),
};
