/** One body of many gigabytes each way: speed, cost, and above all whether memory stays where it was. */
import { type IncomingMessage, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { isPatternAt, patternStream } from '../../../test/support/pattern.ts';
import { startNodeBackend } from '../backend.ts';
import { type BenchOptions, inRows, type RunningPeer, type Scenario, withPeers } from '../bench.ts';

async function download(port: number, size: number): Promise<void> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: `/bulk?bytes=${size}`, agent: false }, resolve)
      .on('error', reject)
      .end();
  });
  let received = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    if (!isPatternAt(received, part)) throw new Error(`a wrong byte after ${received}`);
    received += part.length;
  }
  if (received !== size) throw new Error(`${received} bytes of ${size} came down`);
}

async function upload(port: number, size: number): Promise<void> {
  const sending = request({ port, host: '127.0.0.1', path: '/bulk', method: 'POST', agent: false, headers: { 'content-length': size } });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    sending.on('response', resolve).on('error', reject);
  });
  await pipeline(patternStream(size), sending);
  const response = await answer;
  const count = Buffer.concat(await response.toArray()).toString();
  if (response.statusCode !== 200 || count !== String(size))
    throw new Error(`status ${response.statusCode}, ${count} bytes of ${size} went up`);
}

interface Transfer {
  readonly megabytesPerSecond: number;
  readonly microsecondsPerMegabyte: number;
  readonly peakMib: number;
}

async function measure(peer: RunningPeer, size: number, transfer: (port: number, size: number) => Promise<void>): Promise<Transfer> {
  let peak = 0;
  const sampler = setInterval(() => {
    peak = Math.max(peak, peer.residentKib);
  }, 50);
  const before = peer.processorNanoseconds;
  const start = performance.now();
  try {
    await transfer(peer.port, size);
  } finally {
    clearInterval(sampler);
  }
  const seconds = (performance.now() - start) / 1000;
  const megabytes = size / 1e6;
  return {
    megabytesPerSecond: megabytes / seconds,
    microsecondsPerMegabyte: (peer.processorNanoseconds - before) / 1000 / megabytes,
    peakMib: peak / 1024,
  };
}

export const bulkScenario: Scenario = {
  name: 'bulk',
  long: true,
  run: (options: BenchOptions) =>
    withPeers(
      inRows(options.peers),
      options.folder,
      async (peers) => {
        const size = options.gigabytes * 1e9;
        const rows: string[][] = [];
        for (const peer of peers) {
          for (const [direction, transfer] of [['down', download] as const, ['up', upload] as const]) {
            const { megabytesPerSecond, microsecondsPerMegabyte, peakMib } = await measure(peer, size, transfer);
            rows.push([peer.name, direction, megabytesPerSecond.toFixed(0), microsecondsPerMegabyte.toFixed(0), peakMib.toFixed(0)]);
          }
        }
        return {
          title: `One body of ${options.gigabytes} GB, every byte checked`,
          columns: ['proxy', 'direction', 'MB/s', 'CPU µs/MB', 'highest RSS MiB'],
          rows,
          notes: ['The backend is node:http here.'],
        };
      },
      startNodeBackend,
    ),
};
