/** HTTP/2 on both sides, a few connections with many streams in flight on each. */
import http2 from '../../../protocols/http2/index.ts';
import { dialCodec } from '../../../test/support/codec-socket.ts';
import { within } from '../../../test/support/deadline.ts';
import { SMALL_BODY } from '../backend.ts';
import { type BenchOptions, inRows, type Scenario } from '../bench.ts';
import { type Http2Load, http2Burst } from '../h2load.ts';
import { http2Peers, startHttp2Backend } from '../http2-peers.ts';
import { ask } from '../http2-request.ts';
import { measureThroughput } from '../rounds.ts';

/** What an RPC library or a browser adds: eight more fields, 350 bytes. */
const EIGHT_FIELDS = [
  'accept: application/json',
  'accept-encoding: gzip, deflate',
  'accept-language: en-US,en;q=0.5',
  'cookie: session=0123456789abcdef0123456789abcdef; theme=light',
  'x-request-id: 5f0c2a9e-7b1d-4c3e-9a8f-2d6b4e1c0a37',
  'x-forwarded-for: 10.1.2.3',
  'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  'x-tenant: garden',
];

/** Asks once and looks at the whole answer, which h2load does not. */
async function check(port: number): Promise<void> {
  const client = await dialCodec(http2, port);
  const body = await within(ask(client, '/'), `answer from port ${port}`);
  client.socket.destroy();
  if (body !== SMALL_BODY) throw new Error(`port ${port} answered ${JSON.stringify(body.slice(0, 200))}`);
}

function throughput(name: string, title: string, load: Http2Load): Scenario {
  const burst = async (port: number, seconds: number) => {
    await check(port);
    return http2Burst(port, load, seconds);
  };
  return {
    name,
    run: (options: BenchOptions) =>
      measureThroughput(options, { title, rows: inRows(http2Peers(options)), burst, backend: startHttp2Backend }),
  };
}

export const http2Scenarios: readonly Scenario[] = [
  throughput('h2-c8m32', 'HTTP/2, 8 connections with 32 streams in flight on each', { connections: 8, inFlight: 32, fields: [] }),
  throughput('h2-headers', 'HTTP/2, 8 connections with 32 streams each, eight more request headers', {
    connections: 8,
    inFlight: 32,
    fields: EIGHT_FIELDS,
  }),
];
