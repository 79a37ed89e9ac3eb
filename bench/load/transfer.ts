/** What it costs a proxy to pass one large body on. */

import type { Child } from '../../test/support/child.ts';
import { type BenchOptions, median, type Row, type RunningPeer, withPeers } from './bench.ts';
import { LOAD_CORE, pinThisProcess } from './pinned.ts';
import { ratio, type Table } from './table.ts';

/** Passes a body of that many bytes through the proxy on that port, one way, and rejects when one of them is wrong or missing. */
export type Transfer = (port: number, size: number) => Promise<void>;

export interface Transfers {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly gigabytes: number;
  /** Each proxy passes on so many bodies each way, in turns with the others, and the median counts. */
  readonly rounds: number;
  readonly down: Transfer;
  readonly up: Transfer;
  readonly backend: (port: number, folder: string) => Promise<Child>;
  readonly notes: readonly string[];
}

interface Measured {
  readonly megabytesPerSecond: number;
  readonly microsecondsPerMegabyte: number;
  readonly peakKib: number;
}

const SAMPLE_MS = 50;
/** Compilers and pools reach their stride before anything counts. */
const WARM_UP_BYTES = 100e6;

async function measure(peer: RunningPeer, size: number, transfer: Transfer): Promise<Measured> {
  let peakKib = 0;
  const sampler = setInterval(() => {
    peakKib = Math.max(peakKib, peer.residentKib);
  }, SAMPLE_MS);
  const before = peer.processorNanoseconds;
  const start = performance.now();
  try {
    await transfer(peer.port, size);
  } finally {
    clearInterval(sampler);
  }
  const seconds = (performance.now() - start) / 1000;
  const megabytes = size / 1e6;
  const microseconds = (peer.processorNanoseconds - before) / 1000;
  return { megabytesPerSecond: megabytes / seconds, microsecondsPerMegabyte: microseconds / megabytes, peakKib };
}

/** What all rounds of one proxy in one direction came to. */
class Line {
  readonly name: string;
  readonly direction: 'down' | 'up';
  private readonly rounds: Measured[] = [];

  constructor(name: string, direction: 'down' | 'up') {
    this.name = name;
    this.direction = direction;
  }

  add(round: Measured): void {
    this.rounds.push(round);
  }

  get speed(): number {
    return median(this.rounds.map(({ megabytesPerSecond }) => megabytesPerSecond));
  }

  cells(envoy: Line | undefined): string[] {
    const cost = median(this.rounds.map(({ microsecondsPerMegabyte }) => microsecondsPerMegabyte));
    const peak = Math.max(...this.rounds.map(({ peakKib }) => peakKib)) / 1024;
    return [this.name, this.direction, this.speed.toFixed(0), ratio(this.speed, envoy?.speed), cost.toFixed(0), peak.toFixed(0)];
  }
}

export function measureTransfers({ folder }: BenchOptions, transfers: Transfers): Promise<Table> {
  const { title, rows, gigabytes, rounds, down, up, backend, notes } = transfers;
  const measureAll = async (peers: readonly RunningPeer[]): Promise<Table> => {
    for (const { port } of peers) for (const transfer of [down, up]) await transfer(port, WARM_UP_BYTES);
    const ways = peers.flatMap((peer) => [
      { peer, transfer: down, line: new Line(peer.name, 'down') },
      { peer, transfer: up, line: new Line(peer.name, 'up') },
    ]);
    for (let round = 0; round < rounds; round++) {
      for (const { peer, transfer, line } of ways) line.add(await measure(peer, gigabytes * 1e9, transfer));
    }
    const lines = ways.map(({ line }) => line);
    const envoy = (direction: string): Line | undefined => lines.find((line) => line.name === 'envoy' && line.direction === direction);
    return {
      title,
      columns: ['proxy', 'direction', 'MB/s', 'speed × Envoy', 'CPU µs/MB', 'highest RSS MiB'],
      rows: lines.map((line) => line.cells(envoy(line.direction))),
      notes,
    };
  };
  // The bodies are made and checked here.
  const release = pinThisProcess(LOAD_CORE);
  return withPeers(rows, folder, measureAll, backend).finally(release);
}
