/** Keep-alive connections of HTTP/1.1 under full load. */
import { LARGE_BODY, SMALL_BODY } from '../backend.ts';
import { type BenchOptions, inRows, type Row, type Scenario } from '../bench.ts';
import { generate, type Load } from '../generate.ts';
import { measureThroughput } from '../rounds.ts';

/** Before a row of several, one relay alone, which its cost is measured by. */
function rowsOf({ peers }: BenchOptions, hops: number): Row[] {
  const single = hops > 1 ? peers.filter(({ name }) => name === 'relay') : [];
  return [...inRows(single), ...inRows(peers, hops)];
}

function throughput(name: string, title: string, load: Load, hops = 1): Scenario {
  const burst = (port: number, seconds: number) => generate(port, load, seconds);
  return { name, run: (options) => measureThroughput(options, { title, rows: rowsOf(options, hops), burst }) };
}

const small: Load = { path: '/', fields: [], body: SMALL_BODY };

/** What a browser or an RPC library adds: ten more fields, 500 bytes. */
const TEN_FIELDS = [
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language: en-US,en;q=0.5',
  'Accept-Encoding: gzip, deflate, br',
  'Referer: http://shop.example/catalogue/garden?page=3',
  'Cookie: session=0123456789abcdef0123456789abcdef; theme=light',
  'Cache-Control: no-cache',
  'X-Request-Id: 5f0c2a9e-7b1d-4c3e-9a8f-2d6b4e1c0a37',
  'Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  'X-Tenant: garden',
];

export const throughputScenarios: readonly Scenario[] = [
  throughput('http1', 'HTTP/1.1, 20-byte body', small),
  throughput('http1-headers', 'HTTP/1.1, 20-byte body, ten more request headers', { ...small, fields: TEN_FIELDS }),
  throughput('http1-4k', 'HTTP/1.1, 4 KiB body', { path: '/4k', fields: [], body: LARGE_BODY }),
  throughput('two-hop', 'HTTP/1.1, 20-byte body, two proxies in a row', small, 2),
];
