/** Full load on several proxies in turns: rate, latency, and what a request costs each. */
import type { Child } from '../../test/support/child.ts';
import { type BenchOptions, median, type Row, type RunningPeer, withPeers } from './bench.ts';
import type { GeneratorReport } from './generator.ts';
import { ratio, type Table } from './table.ts';

/** Loads the port for so many seconds. */
export type Burst = (port: number, seconds: number) => Promise<GeneratorReport>;

export interface Throughput {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly burst: Burst;
  /** Who answers; nginx without it. */
  readonly backend?: (port: number, folder: string) => Promise<Child>;
}

interface Round {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly microseconds: number;
  readonly residentKib: number;
  readonly errors: number;
}

async function measureRound(peer: RunningPeer, burst: Burst, seconds: number): Promise<Round> {
  const before = peer.processorNanoseconds;
  const { requests, seconds: took, p50, p99, errors } = await burst(peer.port, seconds);
  const microseconds = (peer.processorNanoseconds - before) / 1000 / requests;
  return { rate: requests / took, p50, p99, microseconds, residentKib: peer.residentKib, errors };
}

/** Not every load generator tells percentiles. */
function latency(milliseconds: number): string {
  return Number.isNaN(milliseconds) ? '' : milliseconds.toFixed(2);
}

function summarize(title: string, results: ReadonlyMap<string, readonly Round[]>): Table {
  const figure = (name: string, of: keyof Round): number => median(results.get(name)!.map((round) => round[of]));
  const names = [...results.keys()];
  const base = (prefix: string): number | undefined => {
    const name = names.find((each) => each.startsWith(prefix));
    return name === undefined ? undefined : figure(name, 'microseconds');
  };
  const rows = names.map((name) => [
    name,
    Math.round(figure(name, 'rate')).toLocaleString('en'),
    latency(figure(name, 'p50')),
    latency(figure(name, 'p99')),
    figure(name, 'microseconds').toFixed(1),
    (figure(name, 'residentKib') / 1024).toFixed(0),
    ratio(figure(name, 'microseconds'), base('relay')),
    ratio(figure(name, 'microseconds'), base('envoy')),
  ]);
  const failed = names.filter((name) => results.get(name)!.some((round) => round.errors > 0));
  return {
    title,
    columns: ['proxy', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs/request', 'RSS MiB', 'CPU × relay', 'CPU × Envoy'],
    rows,
    notes: failed.map(
      (name) =>
        `Errors in ${name}: ${results
          .get(name)!
          .map((round) => round.errors)
          .join(', ')} in its rounds.`,
    ),
  };
}

export function measureThroughput({ rounds, seconds, folder }: BenchOptions, { title, rows, burst, backend }: Throughput): Promise<Table> {
  const measure = async (peers: readonly RunningPeer[]): Promise<Table> => {
    const results = new Map<string, Round[]>(peers.map((peer) => [peer.name, []]));
    // Compilers and pools reach their stride before anything counts.
    for (const peer of peers) await burst(peer.port, 1);
    for (let round = 0; round < rounds; round++) {
      for (const peer of peers) results.get(peer.name)!.push(await measureRound(peer, burst, seconds));
    }
    return summarize(title, results);
  };
  return withPeers(rows, folder, measure, backend);
}
