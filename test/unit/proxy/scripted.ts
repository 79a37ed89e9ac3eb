import type { Bytes } from '../../../src/base/bytes.ts';
import { type Fault, type FaultCode, fault } from '../../../src/base/fault.ts';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import { FilterChain } from '../../../src/filter/chain.ts';
import type { Filter, Peer } from '../../../src/filter/filter.ts';
import { FieldList, type Fields } from '../../../src/protocol/fields.ts';
import type { Outcome, RequestHead, ResponseHead } from '../../../src/protocol/head.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import type { Protocol } from '../../../src/protocol/protocol.ts';
import type { ClientStream, ResponseHandler, ServerStream } from '../../../src/protocol/stream.ts';
import { Bonds } from '../../../src/proxy/bond.ts';
import { ProxyCounts } from '../../../src/proxy/counts.ts';
import { ProxyExchange } from '../../../src/proxy/exchange.ts';
import type { Route } from '../../../src/proxy/route.ts';
import type { ProxySettings } from '../../../src/proxy/settings.ts';
import type { Pool, PoolWaiter } from '../../../src/stream/pool.ts';
import type { HostChoice } from '../../../src/upstream/balancer.ts';
import { Cluster } from '../../../src/upstream/cluster.ts';
import type { Host } from '../../../src/upstream/host.ts';
import type { Thresholds } from '../../../src/upstream/limits.ts';

/** What both ends of an exchange are told, as lines. */
export type Journal = string[];

const text = (bytes: Bytes): string => bytes.toString('latin1');

class ScriptedStream {
  writable = true;
  readonly journal: Journal;
  readonly name: string;

  constructor(name: string, journal: Journal) {
    this.name = name;
    this.journal = journal;
  }
  protected note(line: string): void {
    this.journal.push(`${this.name} ${line}`);
  }
  sendData(bytes: Bytes, end: boolean): void {
    this.note(`data ${JSON.stringify(text(bytes))}${end ? ' end' : ''}`);
  }
  sendTrailers(fields: Fields): void {
    this.note(`trailers ${JSON.stringify([...fields])}`);
  }
  reset(why: Fault): void {
    this.note(`reset ${why.code}`);
  }
  pause(): void {
    this.note('pause');
  }
  resume(): void {
    this.note('resume');
  }
}

export class ScriptedClient extends ScriptedStream implements ServerStream {
  whole = false;

  sendInformational(head: ResponseHead): void {
    this.note(`informational ${head.status}`);
  }
  sendHead(head: ResponseHead, end: boolean): void {
    this.note(`head ${head.status}${end ? ' end' : ''}`);
  }
  reply(outcome: Outcome, message: string): void {
    this.note(`reply ${outcome}: ${message}`);
  }
}

export class ScriptedUpstream extends ScriptedStream implements ClientStream {
  readonly handler: ResponseHandler;

  constructor(name: string, journal: Journal, handler: ResponseHandler) {
    super(name, journal);
    this.handler = handler;
  }
  sendHead(head: RequestHead, end: boolean): void {
    this.note(`head ${head.method} ${head.path}${end ? ' end' : ''}`);
  }
  answer(status: number, end: boolean, upgraded = false, fields: Fields = new FieldList()): void {
    const head = new LocalResponse(status, fields);
    this.handler.onHead(upgraded ? Object.assign(head, { upgraded }) : head, end);
  }
}

/** A pool that hands out streams at once, later, or not at all, as it is told. */
export class ScriptedPool implements Pool {
  readonly connections = 1;
  readonly activeStreams = 0;
  readonly pending = 0;
  /** What the next calls of `open` give, in order; a stream when there is nothing. */
  readonly next: (Fault | 'wait')[] = [];
  readonly streams: ScriptedUpstream[] = [];
  private waiting: { handler: ResponseHandler; waiter: PoolWaiter } | undefined;
  private readonly journal: Journal;
  private readonly address: string;

  constructor(address: string, journal: Journal) {
    this.address = address;
    this.journal = journal;
  }
  open(handler: ResponseHandler, waiter: PoolWaiter): ClientStream | Fault | undefined {
    const next = this.next.shift();
    waiter.connection = { id: 50, localAddress: '127.0.0.1:50000' };
    if (next === undefined) return this.stream(handler);
    if (next !== 'wait') return next;
    this.waiting = { handler, waiter };
    return undefined;
  }
  serve(): void {
    const { handler, waiter } = this.waiting!;
    waiter.onStream(this.stream(handler));
  }
  fail(why: Fault): void {
    this.waiting!.waiter.onPoolFault(why);
  }
  cancel(): void {
    this.journal.push(`${this.address} cancel`);
  }
  drain(): void {}
  close(): void {}
  renew(): void {}
  interrupt(): void {}
  warm(): void {}
  private stream(handler: ResponseHandler): ScriptedUpstream {
    const stream = new ScriptedUpstream(this.address, this.journal, handler);
    this.streams.push(stream);
    return stream;
  }
}

const protocol = { name: 'script' } as Protocol;

export interface Scene {
  readonly journal: Journal;
  readonly timers: ManualTimers;
  readonly client: ScriptedClient;
  readonly exchange: ProxyExchange;
  readonly cluster: Cluster;
  readonly counts: ProxyCounts;
  /** The only host of the cluster `mirror`. */
  readonly other: ScriptedPool;
  pool(address: string): ScriptedPool;
  /** The stream of the latest attempt at the host `a`. */
  upstream(address?: string): ScriptedUpstream;
}

export interface SceneOptions {
  readonly hosts?: readonly string[];
  readonly method?: string;
  readonly upgrade?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly oneWay?: boolean;
  readonly end?: boolean;
  /** See ServerStream. */
  readonly whole?: boolean;
  /** How long the caller says that it waits. */
  readonly timeoutMs?: number;
  readonly route?: Partial<Route> | null;
  readonly filters?: readonly Filter[];
  readonly thresholds?: Thresholds;
  readonly requestBufferBytes?: number;
  /** Of the request. */
  readonly head?: Partial<RequestHead>;
  readonly peer?: Partial<Peer>;
  /** A clock that somebody else has as well. */
  readonly timers?: ManualTimers;
  /** Before the exchange starts. */
  prepare?(scene: Omit<Scene, 'exchange'>): void;
}

const IDEMPOTENT = new Set(['GET', 'PUT', 'DELETE']);

export function faultOf(code: FaultCode, processed: Fault['processed'] = 'maybe', origin: Fault['origin'] = 'upstream'): Fault {
  return fault(code, origin, processed, code);
}

export interface ScriptedCluster {
  readonly cluster: Cluster;
  pool(address: string): ScriptedPool;
}

/** A cluster of scripted hosts, picked in the order that they are given in. */
export function scriptedCluster(journal: Journal, hosts: readonly string[], thresholds?: Thresholds): ScriptedCluster {
  const pools = new Map<string, ScriptedPool>();
  const pool = (address: string): ScriptedPool => {
    const found = pools.get(address) ?? new ScriptedPool(address, journal);
    pools.set(address, found);
    return found;
  };
  const inOrder = {
    name: 'in order',
    build: (hosts: readonly Host[]) => ({
      pick: (_choice: HostChoice, tried: readonly Host[]) => hosts.find((host) => !tried.includes(host)) ?? undefined,
    }),
  };
  const cluster = new Cluster({
    name: 'cluster',
    balancer: inOrder,
    thresholds,
    createPool: (host) => pool(host.address),
  });
  cluster.updateHosts(hosts.map((address) => ({ address })));
  return { cluster, pool };
}

/** An exchange between a scripted client and scripted hosts `a`, `b`, ..., picked in that order. */
export function scene(options: SceneOptions = {}): Scene {
  const journal: Journal = [];
  const timers = options.timers ?? new ManualTimers();
  const { cluster, pool } = scriptedCluster(journal, options.hosts ?? ['a'], options.thresholds);
  const other = scriptedCluster(journal, ['copy']);
  const route: Route = {
    name: 'route',
    clusterName: () => 'cluster',
    protocol: undefined,
    timeout: { wholeMs: 60_000, covers: 'head', tryMs: 0, idleMs: 0, maxMs: 0 },
    retry: { retries: 2, onFault: true },
    ...options.route,
  };
  const settings: ProxySettings = {
    timers,
    router: { match: () => (options.route === null ? undefined : route) },
    clusters: { get: (name) => (name === 'cluster' ? cluster : name === 'mirror' ? other.cluster : undefined) },
    filters: new FilterChain(options.filters ?? []),
    protocolOf: () => protocol,
    clientTimeouts: { bodyMs: 60_000, drainMs: 60_000 },
    listenerName: 'ingress',
    requestBufferBytes: options.requestBufferBytes ?? 64,
    counts: new ProxyCounts(),
  };
  const method = options.method ?? 'GET';
  const request: RequestHead = {
    protocol: 'script',
    scheme: 'http',
    authority: 'host',
    path: '/',
    method,
    fields: new FieldList(Object.entries(options.fields ?? {})),
    oneWay: options.oneWay ?? false,
    idempotent: IDEMPOTENT.has(method),
    timeoutMs: options.timeoutMs,
    upgrade: options.upgrade ?? '',
    ...options.head,
  };
  const client = new ScriptedClient('client', journal);
  client.whole = options.whole ?? false;
  const peer = {
    open: () => undefined,
    id: 1,
    remoteAddress: '127.0.0.1:40000',
    localAddress: '127.0.0.1:2045',
    secure: false,
    ...options.peer,
  };
  const exchange = new ProxyExchange(settings, peer, new Bonds(), client, request, options.end ?? true);
  const upstream = (address = 'a'): ScriptedUpstream => pool(address).streams.at(-1)!;
  const found = { journal, timers, client, cluster, counts: settings.counts, pool, upstream, other: other.pool('copy') };
  options.prepare?.(found);
  exchange.start();
  return { ...found, exchange };
}

/** What has been noted since the last call. */
export function took(journal: Journal): readonly string[] {
  return journal.splice(0, journal.length);
}
