/**
 * `npm run bench -- [--scenario http1,two-hop] [--peers relay,nginx,haproxy,envoy,meshloom] [--rounds 3] [--seconds 3]
 * [--connections 10000] [--gigabytes 10] [--nice 0]`
 *
 * Starts a backend and the proxies, measures them in turns, and prints a markdown table for each scenario. See bench/README.md.
 */
import { cpus, setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { temporaryFolder } from '../../test/support/configuration.ts';
import { backendName } from './backend.ts';
import type { BenchOptions } from './bench.ts';
import { generatorName } from './generate.ts';
import { PEERS } from './peers.ts';
import { canPin } from './pinned.ts';
import { bulkScenario } from './scenarios/bulk.ts';
import { dubboScenarios } from './scenarios/dubbo.ts';
import { featuresScenario } from './scenarios/features.ts';
import { http2Scenarios } from './scenarios/http2.ts';
import { http2BulkScenario } from './scenarios/http2-bulk.ts';
import { http2StreamsScenario } from './scenarios/http2-streams.ts';
import { idleScenarios } from './scenarios/idle.ts';
import { startScenario } from './scenarios/start.ts';
import { throughputScenarios } from './scenarios/throughput.ts';
import { markdown } from './table.ts';

const SCENARIOS = [
  ...throughputScenarios,
  ...dubboScenarios,
  ...http2Scenarios,
  http2StreamsScenario,
  http2BulkScenario,
  ...idleScenarios,
  startScenario,
  featuresScenario,
  bulkScenario,
];

/** Those that a comma-separated list names, in our order. */
function chosen<T extends { readonly name: string }>(kind: string, all: readonly T[], list: string): T[] {
  const names = list.split(',');
  for (const name of names) {
    if (!all.some((each) => each.name === name))
      throw new Error(`no ${kind} ${name}: there are ${all.map((each) => each.name).join(', ')}`);
  }
  return all.filter((each) => names.includes(each.name));
}

const { values } = parseArgs({
  options: {
    scenario: {
      type: 'string',
      default: SCENARIOS.filter(({ long }) => !long)
        .map(({ name }) => name)
        .join(','),
    },
    peers: { type: 'string', default: PEERS.map(({ name }) => name).join(',') },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '10000' },
    gigabytes: { type: 'string', default: '10' },
    nice: { type: 'string', default: '0' },
  },
});

// All processes that are started inherit it.
setPriority(Number(values.nice));

// The children are ended when this process exits, however it does.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

const scenarios = chosen('scenario', SCENARIOS, values.scenario);
const asked = chosen('peer', PEERS, values.peers);
for (const peer of asked) if (peer.missing() !== undefined) console.error(`left out: ${peer.missing()}`);

const options: BenchOptions = {
  peers: asked.filter((peer) => peer.missing() === undefined),
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  connections: Number(values.connections),
  gigabytes: Number(values.gigabytes),
  folder: temporaryFolder('bench'),
};
console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}; ` +
    `${canPin ? 'proxy on core 0, load and backend on core 1' : 'not pinned to cores'}; ` +
    `load of HTTP by ${generatorName}, its backend ${backendName}; ${options.rounds} rounds of ${options.seconds} s in turns, median.\n`,
);
for (const scenario of scenarios) console.log(markdown(await scenario.run(options)));
process.exit(0);
