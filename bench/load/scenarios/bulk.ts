/** One body of many gigabytes each way: speed, cost, and above all whether memory stays where it was. */
import { type IncomingMessage, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { isPatternAt, patternStream } from '../../../test/support/pattern.ts';
import { startNodeBackend } from '../backend.ts';
import { type BenchOptions, inRows, type Scenario } from '../bench.ts';
import { measureTransfers } from '../transfer.ts';

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

export const bulkScenario: Scenario = {
  name: 'bulk',
  long: true,
  run: (options: BenchOptions) =>
    measureTransfers(options, {
      title: `One body of ${options.gigabytes} GB, every byte checked`,
      rows: inRows(options.peers),
      gigabytes: options.gigabytes,
      rounds: 1,
      down: download,
      up: upload,
      backend: startNodeBackend,
      notes: ['The backend is node:http here.'],
    }),
};
