import { freePort } from '../../../test/support/ports.ts';
import { type BenchOptions, median, RunningPeer, type Scenario } from '../bench.ts';
import { PROXY_CORE, startPinned } from '../pinned.ts';

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/** Node's own start and end, which no program in it can go below. */
function bareNode(): Promise<number> {
  return timed(() => startPinned(PROXY_CORE, 'node', [process.execPath, '-e', '0']).exit());
}

export const startScenario: Scenario = {
  name: 'start',
  async run({ peers, rounds, folder }: BenchOptions) {
    const bare: number[] = [];
    const times = new Map<string, number[]>(peers.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      bare.push(await bareNode());
      for (const peer of peers) {
        const target = await freePort();
        let running: RunningPeer | undefined;
        times.get(peer.name)!.push(
          await timed(async () => {
            running = await RunningPeer.start(peer, target, folder);
          }),
        );
        await running?.stop();
      }
    }
    const inNode = new Set(['relay', 'meshloom']);
    return {
      title: 'From the command to the listening port',
      columns: ['proxy', 'ms', 'without `node -e 0`, ms'],
      rows: [...times].map(([name, each]) => [
        name,
        median(each).toFixed(0),
        inNode.has(name) ? (median(each) - median(bare)).toFixed(0) : '',
      ]),
      notes: [`\`node -e 0\`: ${median(bare).toFixed(0)} ms.`],
    };
  },
};
