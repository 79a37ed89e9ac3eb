/** Keep-alive connections under full load: rate, latency, and what a request costs the proxy. */
import { LARGE_BODY, SMALL_BODY } from '../backend.ts';
import { type BenchOptions, inRows, median, type Row, type RunningPeer, type Scenario, withPeers } from '../bench.ts';
import { generate, type Load } from '../generate.ts';
import { ratio, type Table } from '../table.ts';

interface Round {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly microseconds: number;
  readonly residentKib: number;
  readonly errors: number;
}

async function measureRound(peer: RunningPeer, load: Load, seconds: number): Promise<Round> {
  const before = peer.processorNanoseconds;
  const { requests, seconds: took, p50, p99, errors } = await generate(peer.port, load, seconds);
  const microseconds = (peer.processorNanoseconds - before) / 1000 / requests;
  return { rate: requests / took, p50, p99, microseconds, residentKib: peer.residentKib, errors };
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
    figure(name, 'p50').toFixed(2),
    figure(name, 'p99').toFixed(2),
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

/** Before a row of several, one relay alone, which its cost is measured by. */
function rowsOf({ peers }: BenchOptions, hops: number): Row[] {
  const single = hops > 1 ? peers.filter(({ name }) => name === 'relay') : [];
  return [...inRows(single), ...inRows(peers, hops)];
}

function throughput(name: string, title: string, load: Load, hops = 1): Scenario {
  return {
    name,
    run: (options: BenchOptions) =>
      withPeers(rowsOf(options, hops), options.folder, async (peers) => {
        const results = new Map<string, Round[]>(peers.map((peer) => [peer.name, []]));
        // Compilers and pools reach their stride before anything counts.
        for (const peer of peers) await generate(peer.port, load, 1);
        for (let round = 0; round < options.rounds; round++) {
          for (const peer of peers) results.get(peer.name)!.push(await measureRound(peer, load, options.seconds));
        }
        return summarize(title, results);
      }),
  };
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
