/** What it costs a proxy to pass one large body on. */

import type { Child } from '../../test/support/child.ts';
import { type BenchOptions, type Row, type RunningPeer, withPeers } from './bench.ts';
import type { Table } from './table.ts';

/** Passes a body of that many bytes through the proxy on that port, one way, and rejects when one of them is wrong or missing. */
export type Transfer = (port: number, size: number) => Promise<void>;

export interface Transfers {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly down: Transfer;
  readonly up: Transfer;
  readonly backend: (port: number, folder: string) => Promise<Child>;
  readonly notes: readonly string[];
}

const SAMPLE_MS = 50;
/** Compilers and pools reach their stride before anything counts. */
const WARM_UP_BYTES = 100e6;

async function measure(peer: RunningPeer, size: number, transfer: Transfer): Promise<string[]> {
  let peak = 0;
  const sampler = setInterval(() => {
    peak = Math.max(peak, peer.residentKib);
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
  return [(megabytes / seconds).toFixed(0), (microseconds / megabytes).toFixed(0), (peak / 1024).toFixed(0)];
}

export function measureTransfers({ folder }: BenchOptions, gigabytes: number, transfers: Transfers): Promise<Table> {
  const { title, rows, down, up, backend, notes } = transfers;
  return withPeers(
    rows,
    folder,
    async (peers) => {
      const lines: string[][] = [];
      for (const peer of peers) {
        for (const transfer of [down, up]) await transfer(peer.port, WARM_UP_BYTES);
        lines.push([peer.name, 'down', ...(await measure(peer, gigabytes * 1e9, down))]);
        lines.push([peer.name, 'up', ...(await measure(peer, gigabytes * 1e9, up))]);
      }
      return { title, columns: ['proxy', 'direction', 'MB/s', 'CPU µs/MB', 'highest RSS MiB'], rows: lines, notes };
    },
    backend,
  );
}
