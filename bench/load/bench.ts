import type { Child } from '../../test/support/child.ts';
import { freePort, untilListening } from '../../test/support/ports.ts';
import { processorNanoseconds, residentKib } from '../../test/support/process-cost.ts';
import { startBackend } from './backend.ts';
import type { Peer } from './peers.ts';
import { PROXY_CORE, startPinned } from './pinned.ts';
import type { Table } from './table.ts';

/** What the command line chose. */
export interface BenchOptions {
  readonly peers: readonly Peer[];
  /** Each peer is measured so often, in turns with the others, and the median counts. */
  readonly rounds: number;
  /** How long a round loads one peer. */
  readonly seconds: number;
  readonly connections: number;
  readonly gigabytes: number;
  /** For files of the processes. */
  readonly folder: string;
}

export interface Scenario {
  readonly name: string;
  /** Left out unless it is asked for by name. */
  readonly long?: boolean;
  run(options: BenchOptions): Promise<Table>;
}

/** A peer that runs: one process, or several in a row where each asks the next. */
export class RunningPeer {
  readonly name: string;
  readonly port: number;
  private readonly hops: readonly Child[];

  private constructor(name: string, port: number, hops: readonly Child[]) {
    this.name = name;
    this.port = port;
    this.hops = hops;
  }

  static async start(peer: Peer, target: number, folder: string, hopCount = 1): Promise<RunningPeer> {
    const hops: Child[] = [];
    for (; hops.length < hopCount; ) {
      const listen = await freePort();
      const child = startPinned(PROXY_CORE, peer.name, peer.command({ listen, target, folder }));
      hops.push(await child.start(untilListening(listen, peer.name)));
      target = listen;
    }
    return new RunningPeer(Array(hopCount).fill(peer.name).join(' → '), target, hops);
  }

  get processorNanoseconds(): number {
    return this.hops.reduce((sum, { pid }) => sum + processorNanoseconds(pid), 0);
  }

  get residentKib(): number {
    return this.hops.reduce((sum, { pid }) => sum + residentKib(pid), 0);
  }

  async stop(): Promise<void> {
    await Promise.all(this.hops.map((hop) => hop.stop()));
  }
}

/** A peer, and how many of it stand in a row. */
export interface Row {
  readonly peer: Peer;
  readonly hops: number;
}

export function inRows(peers: readonly Peer[], hops = 1): Row[] {
  return peers.map((peer) => ({ peer, hops }));
}

/** Starts the backend and all rows of peers, hands them over, and stops everything. */
export async function withPeers<T>(
  rows: readonly Row[],
  folder: string,
  measure: (peers: readonly RunningPeer[]) => Promise<T>,
  start: (port: number, folder: string) => Promise<Child> = startBackend,
): Promise<T> {
  const target = await freePort();
  const backend = await start(target, folder);
  const running: RunningPeer[] = [];
  try {
    for (const { peer, hops } of rows) running.push(await RunningPeer.start(peer, target, folder, hops));
    return await measure(running);
  } finally {
    await Promise.all([backend, ...running].map((each) => each.stop()));
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
