import type benchmark from 'benchmark';
import { TimerWheel } from '../../src/base/timer-wheel.ts';
import { FilterChain } from '../../src/filter/chain.ts';
import { FieldList } from '../../src/protocol/fields.ts';
import type { RequestHead } from '../../src/protocol/head.ts';
import { LocalResponse } from '../../src/protocol/local-response.ts';
import type { Protocol } from '../../src/protocol/protocol.ts';
import type { ClientStream, ResponseHandler, ServerStream } from '../../src/protocol/stream.ts';
import { Bonds } from '../../src/proxy/bond.ts';
import { ProxyCounts } from '../../src/proxy/counts.ts';
import { ProxyExchange } from '../../src/proxy/exchange.ts';
import { cookieHash, HashPolicy, headerHash, sourceAddressHash } from '../../src/proxy/hash-policy.ts';
import { responseTest } from '../../src/proxy/retry-conditions.ts';
import type { Route } from '../../src/proxy/route.ts';
import type { ProxySettings } from '../../src/proxy/settings.ts';
import type { Pool } from '../../src/stream/pool.ts';
import { random } from '../../src/upstream/balancers/random.ts';
import { Cluster } from '../../src/upstream/cluster.ts';

const BODY = Buffer.from('hello');
const FIELDS = [
  ['user-agent', 'bench'],
  ['accept', '*/*'],
  ['x-user', 'ann'],
  ['cookie', 'theme=dark; host=0123456789abc'],
] as const;

/** Both ends of a stream that are never in the way. `answers`: the statuses of the first answers; then it is 200. */
class Upstream implements ClientStream {
  readonly writable = true;
  private readonly handler: ResponseHandler;
  private readonly status: number;

  constructor(handler: ResponseHandler, status: number) {
    this.handler = handler;
    this.status = status;
  }
  sendHead(_head: RequestHead, end: boolean): void {
    if (end) this.answer();
  }
  sendData(_bytes: Buffer, end: boolean): void {
    if (end) this.answer();
  }
  sendTrailers(): void {}
  reset(): void {}
  pause(): void {}
  resume(): void {}
  private answer(): void {
    this.handler.onHead(new LocalResponse(this.status), false);
    this.handler.onData(BODY, true);
  }
}

class Client implements ServerStream {
  readonly writable = true;
  bytes = 0;
  sendInformational(): void {}
  sendHead(): void {}
  sendData(bytes: Buffer): void {
    this.bytes += bytes.length;
  }
  sendTrailers(): void {}
  reply(): void {
    throw new Error('refused');
  }
  reset(): void {}
  pause(): void {}
  resume(): void {}
}

/** What each feature of a route adds to an exchange between two ends that cost nothing: the first case is one without any. */
export default function addCases(suite: benchmark.Suite): void {
  const add = (name: string, route: Partial<Route>, fields: Iterable<readonly [string, string]> = FIELDS, firstStatus = 200): void => {
    const run = exchangeOf(route, fields, firstStatus);
    suite.add(name, run);
  };
  const retry = { retries: 3, onFault: true, idempotent: true };
  const timeout = { wholeMs: 60_000, covers: 'head', tryMs: 0, idleMs: 0, maxMs: 0 } as const;
  const hash = (policy: HashPolicy): Partial<Route> => ({
    hosts: { hash: (exchange) => policy.hash(exchange), labels: undefined },
  });
  const onResponse = responseTest(new Set(['5xx', 'retriable-4xx', 'unavailable']), [], []);
  const cookie = { name: 'host', path: '/', maxAgeSeconds: 60 };
  add('an exchange, request without a body', {});
  add('retry_on 5xx,retriable-4xx,unavailable: nothing to retry', { retry: { ...retry, onResponse } });
  add('the same, one retry', { retry: { ...retry, onResponse } }, FIELDS, 503);
  add('retry_timeout', { timeout: { ...timeout, tryMs: 1_000 } });
  add('hedge_policy, no try takes too long', { timeout: { ...timeout, tryMs: 1_000 }, retry: { ...retry, hedgeOnTimeout: true } });
  add('idle_timeout', { timeout: { ...timeout, idleMs: 60_000 } });
  add('max_stream_duration', { timeout: { ...timeout, maxMs: 60_000 } });
  const headers = { whole: 'x-time', perTry: undefined, expected: undefined };
  add('timeout_headers, read', { timeout: { ...timeout, headers } }, [...FIELDS, ['x-time', '5000']]);
  add('timeout_headers, expected', { timeout: { ...timeout, covers: 'response', headers: { ...headers, expected: 'x-expected' } } });
  add('hash_policy: header', hash(new HashPolicy([headerHash('x-user', false)])));
  add('hash_policy: source_ip', hash(new HashPolicy([sourceAddressHash(false)])));
  add('hash_policy: cookie that is there', hash(new HashPolicy([cookieHash(cookie, false)])));
  add('request_mirror_policies, 100 %', { mirror: { cluster: 'mirror', percent: 100 } });
  add('request_mirror_policies, 0.001 %', { mirror: { cluster: 'mirror', percent: 0.001 } });
}

function exchangeOf(changes: Partial<Route>, fields: Iterable<readonly [string, string]>, firstStatus: number): () => void {
  let status = 200;
  const pool: Pool = {
    open: (handler) => {
      const stream = new Upstream(handler, status);
      status = 200;
      return stream;
    },
    cancel: () => {},
    renew: () => {},
    interrupt: () => {},
    warm: () => {},
    drain: () => {},
    close: () => {},
    connections: 1,
    activeStreams: 0,
    pending: 0,
  };
  const clusterOf = (name: string): Cluster => {
    const cluster = new Cluster({ name, balancer: random(), createPool: () => pool });
    cluster.updateHosts(['10.0.0.1:80', '10.0.0.2:80'].map((address) => ({ address })));
    return cluster;
  };
  const route: Route = {
    name: 'route',
    clusterName: () => 'hosts',
    protocol: undefined,
    timeout: { wholeMs: 60_000, covers: 'head', tryMs: 0, idleMs: 0, maxMs: 0 },
    retry: { retries: 3, onFault: true },
    ...changes,
  };
  const clusters = new Map(['hosts', 'mirror'].map((name) => [name, clusterOf(name)]));
  const protocol = { name: 'bench' } as Protocol;
  const settings: ProxySettings = {
    timers: new TimerWheel(),
    router: { match: () => route },
    clusters,
    filters: new FilterChain([]),
    protocolOf: () => protocol,
    clientTimeouts: { bodyMs: 60_000, drainMs: 60_000 },
    listenerName: 'ingress',
    requestBufferBytes: 65_536,
    counts: new ProxyCounts(),
  };
  const peer = { open: () => undefined, id: 1, remoteAddress: '10.0.0.9:40000', localAddress: '10.0.0.8:80', secure: false };
  const bonds = new Bonds();
  return () => {
    const client = new Client();
    const request: RequestHead = {
      protocol: 'bench',
      scheme: 'http',
      authority: 'shop',
      path: '/',
      method: 'GET',
      fields: new FieldList(fields),
      oneWay: false,
      idempotent: true,
      timeoutMs: undefined,
      upgrade: '',
    };
    status = firstStatus;
    new ProxyExchange(settings, peer, bonds, client, request, true).start();
    if (client.bytes !== BODY.length) throw new Error('no answer');
  };
}
