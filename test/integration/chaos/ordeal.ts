/**
 * Requests under load while clients and upstreams die at random: every answer belongs to its request, none that must not arrive twice
 * does, and afterwards nothing is left. `npm run test:chaos` makes a million requests of it; CHAOS_REQUESTS and CHAOS_SEED choose.
 */
import { strict as assert } from 'node:assert';
import { readdirSync, readlinkSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ProxySettings } from '../../support/configuration.ts';
import { until } from '../../support/deadline.ts';
import type { HeapReport } from '../../support/memory-probe.ts';
import { Meshloom } from '../../support/meshloom.ts';
import { residentKib } from '../../support/process-cost.ts';
import { Random } from '../../support/random.ts';
import type { MortalServer } from './mortal-server.ts';
import { Ledger, Tally } from './tally.ts';

const { CHAOS_REQUESTS = '30000', CHAOS_SEED = '1' } = process.env;
const REQUESTS = Number(CHAOS_REQUESTS);
const SEED = Number(CHAOS_SEED);
const UPSTREAMS = 3;
const PHASES = 5;
/** How long an upstream lives before it is killed, at most, and how long it stays away. */
const LIFE_MS = 400;
const DEATH_MS = 100;
/** Growth of what is alive after a collection, from the end of the second phase to that of the last: 40 bytes for each of 18,000 requests. */
const MOST_LIVE_BYTES = 768 * 1024;
/** Growth of resident memory: garbage, fragments and compiled code come on top. */
const MOST_RESIDENT_KIB = 48 * 1024;
/** The listeners of traffic and of the admin interface; output, errors and channel to this process. */
const SOCKETS_AT_REST = 5;

/** Who asks, and who answers, in one protocol. */
export interface Ordeal {
  readonly protocol: string;
  readonly clients: number;
  /** As the configuration has it, but for the hosts. */
  readonly proxy: Partial<ProxySettings>;
  startUpstream(random: Random, ledger: Ledger): Promise<MortalServer>;
  /** Makes a client of the port ask for everything that `next` hands out. */
  work(port: number, random: Random, tally: Tally, next: () => number | undefined): Promise<void>;
}

interface Remains {
  readonly liveBytes: number;
  readonly residentKib: number;
}

export function chaos({ protocol, clients, proxy: settings, startUpstream, work }: Ordeal): void {
  describe(`Chaos in ${protocol}: ${REQUESTS} requests, seed ${SEED}`, () => {
    const random = new Random(SEED);
    const ledger = new Ledger();
    const tally = new Tally();
    let upstreams: MortalServer[];
    let proxy: Meshloom;
    let id = 0;

    before(async () => {
      upstreams = await Promise.all(Array.from({ length: UPSTREAMS }, (_, at) => startUpstream(new Random(SEED + at + 1), ledger)));
      const probe = new URL('../../support/memory-probe.js', import.meta.url);
      proxy = await Meshloom.start(
        { ...settings, hosts: upstreams.map(({ port }) => `127.0.0.1:${port}`) },
        { channel: true, nodeArguments: ['--expose-gc', '--import', fileURLToPath(probe)] },
      );
    });
    after(async () => {
      try {
        await proxy.stop();
      } finally {
        await Promise.all(upstreams.map((upstream) => upstream.kill()));
      }
    });

    /** How many sockets Meshloom holds, its listeners among them. */
    function sockets(): number {
      const folder = `/proc/${proxy.child.pid}/fd`;
      return readdirSync(folder).filter((file) => {
        try {
          return readlinkSync(`${folder}/${file}`).startsWith('socket:');
        } catch {
          // Closed since the folder was read.
          return false;
        }
      }).length;
    }

    /** Kills one upstream after the other and brings each back, until `over` says so. */
    async function killUpstreams(over: () => boolean): Promise<void> {
      while (!over()) {
        await wait(random.below(LIFE_MS));
        const victim = upstreams[random.below(UPSTREAMS)]!;
        await victim.kill();
        await wait(random.below(DEATH_MS));
        await victim.revive();
      }
    }

    /** When all clients and upstreams are gone: no connection, no request, and this much memory. */
    async function remains(): Promise<Remains> {
      for (const upstream of upstreams) {
        await upstream.kill();
        await upstream.revive();
      }
      await until(
        () => sockets() <= SOCKETS_AT_REST,
        () => `${SOCKETS_AT_REST} sockets at rest, ${sockets()} now`,
      );
      const stats = JSON.parse(await proxy.admin('/api/v1/stats')) as Record<string, Record<string, Record<string, string>>>;
      for (const [kind, groups] of Object.entries(stats)) {
        for (const [name, numbers] of Object.entries(groups)) {
          for (const gauge of ['connection_active', 'request_active'])
            assert.equal(Number(numbers[gauge] ?? 0), 0, `${kind} ${name} ${gauge}`);
        }
      }
      proxy.child.process.send('how much is alive?');
      const { heapUsed, external } = await proxy.child.message<HeapReport>();
      return { liveBytes: heapUsed + external, residentKib: residentKib(proxy.child.pid) };
    }

    test('every answer belongs to its request, and nothing is left behind', { timeout: 60_000 + REQUESTS * 5 }, async (context) => {
      const history: Remains[] = [];
      for (let phase = 1; phase <= PHASES; phase++) {
        const last = Math.round((REQUESTS * phase) / PHASES);
        const next = (): number | undefined => (id < last ? ++id : undefined);
        let over = false;
        const killing = killUpstreams(() => over);
        await Promise.all(Array.from({ length: clients }, () => work(proxy.port, random, tally, next)));
        over = true;
        await killing;
        assert.deepEqual([...tally.wrongs, ...ledger.wrongs].slice(0, 20), []);
        assert.ok(proxy.child.running, proxy.child.output);
        history.push(await remains());
      }
      const { good, refused, broken, left } = tally;
      context.diagnostic(`good ${good}, refused ${refused}, broken off ${broken}, clients that left ${left}`);
      context.diagnostic(
        history.map(({ liveBytes, residentKib }) => `${(liveBytes / 2 ** 20).toFixed(1)} MiB alive of ${residentKib >> 10}`).join(', '),
      );
      assert.equal(tally.total, REQUESTS);
      assert.ok(good > REQUESTS * 0.7, `only ${good} of ${REQUESTS} were answered by an upstream`);
      // In the first phase V8 is still compiling what the others run.
      const first = history[1]!;
      const final = history.at(-1)!;
      assert.ok(final.liveBytes - first.liveBytes < MOST_LIVE_BYTES, `${final.liveBytes - first.liveBytes} bytes more are alive`);
      assert.ok(
        final.residentKib - first.residentKib < MOST_RESIDENT_KIB,
        `${final.residentKib - first.residentKib} KiB more are resident`,
      );
    });
  });
}
