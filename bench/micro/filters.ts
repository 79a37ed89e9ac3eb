/** What each built-in filter adds to an exchange that it lets pass: its phases alone, without streams. */
import type benchmark from 'benchmark';
import { SILENT_LOGGER } from '../../src/base/log.ts';
import { ManualTimers } from '../../src/base/manual-timers.ts';
import { Report } from '../../src/base/schema/report.ts';
import { loadKinds } from '../../src/filter/builtin/kinds.ts';
import type { Exchange, Filter } from '../../src/filter/filter.ts';
import type { Slot } from '../../src/filter/slot.ts';
import { FieldList } from '../../src/protocol/fields.ts';
import { LocalResponse } from '../../src/protocol/local-response.ts';

const MANY = 1_000_000_000;

/** Settings with which the filter does its work and stops nobody. */
const CASES: readonly (readonly [name: string, type: string, settings: object])[] = [
  ['buffer', 'buffer', {}],
  ['cors, no origin', 'cors', { allow_origin_string_match: [{ exact: 'https://shop.example' }] }],
  ['fault, of headers that it has not', 'fault', { abort: { status: 503, percentage: 100 }, headers: [{ name: 'x-a', value: 'b' }] }],
  ['flowControlFilter, a rule', 'flowControlFilter', { global_switch: true, rules: [{ resource: '/index.html', threshold: MANY }] }],
  ['forwarded', 'forwarded', { via: 'bench' }],
  ['header_to_metadata, a rule', 'header_to_metadata', { request_rules: [{ header: 'user', on_header_present: { key: 'user' } }] }],
  ['healthcheck', 'healthcheck', { endpoint: '/healthz' }],
  ['ip_access, two ranges', 'ip_access', { ips: [{ action: 'deny', addrs: ['192.0.2.0/24', '198.51.100.0/24'] }] }],
  ['local_rate_limit, one bucket', 'local_rate_limit', { token_bucket: { max_tokens: MANY, fill_interval: '1s' } }],
  [
    'local_rate_limit, by user',
    'local_rate_limit',
    {
      rate_limits: [{ actions: [{ request_headers: { header_name: 'user', descriptor_key: 'user' } }] }],
      descriptors: [{ entries: [{ key: 'user' }], token_bucket: { max_tokens: MANY, fill_interval: '1s' } }],
    },
  ],
  ['payload_limit', 'payload_limit', { max_entity_size: 1_048_576 }],
];

const kinds = await loadKinds(CASES.map(([, type]) => type));
const timers = new ManualTimers();

function built(type: string, written: object): Filter {
  const { settings, build } = kinds.get(type)!;
  const filter = build(settings.read(written, new Report()), {
    timers,
    log: SILENT_LOGGER,
    folder: '.',
    rebuild: () => {},
    ask: () => ({ cancel() {} }),
    hostsOf: () => undefined,
    suspendHost: () => false,
    random: Math.random,
  });
  if (filter instanceof Promise) throw new Error(`${type} is made later`);
  return filter;
}

const REQUEST_FIELDS = [
  ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36'],
  ['accept', 'text/html'],
  ['user', 'ann'],
] as const;

/** As small as an exchange can be: what it costs itself is the first case. */
class BenchExchange implements Exchange {
  readonly request = {
    protocol: 'bench',
    scheme: 'http',
    authority: 'a.test:80',
    path: '/index.html',
    method: 'GET',
    fields: new FieldList(REQUEST_FIELDS),
    oneWay: false,
    idempotent: true,
    timeoutMs: undefined,
    upgrade: '',
  };
  readonly response = new LocalResponse(200);
  readonly responseEndsWithHead = false;
  readonly route = { name: '', clusterName: 'servers' };
  readonly host = { address: '10.0.0.2:8080' };
  readonly downstream = { id: 7, remoteAddress: '10.0.0.1:4000', localAddress: '10.0.0.9:2045', secure: false };
  readonly upstreamLocalAddress = undefined;
  readonly upstreamConnectionId = 8;
  readonly listenerName = 'ingress';
  readonly fault = undefined;
  readonly flags = [];
  readonly attempt = 1;
  readonly timing = {
    startedAt: 0,
    start: 0,
    requestReceived: 0,
    requestSent: 0,
    responseStarted: undefined,
    completed: undefined,
  };
  readonly bytesReceived = 0;
  readonly bytesSent = 0;
  private readonly slots: unknown[] = [];
  reply(): void {
    throw new Error('it was to pass');
  }
  respond(): void {
    throw new Error('it was to pass');
  }
  fail(): void {}
  addFlag(): void {}
  reroute(): void {}
  resume(): void {}
  routeSettings(): undefined {
    return undefined;
  }
  get<T>(slot: Slot<T>): T | undefined {
    return this.slots[slot.index] as T | undefined;
  }
  set<T>(slot: Slot<T>, value: T): void {
    this.slots[slot.index] = value;
  }
}

function pass(filter: Filter): void {
  const exchange = new BenchExchange();
  filter.onRequest?.(exchange);
  filter.onRoute?.(exchange);
  filter.onUpstream?.(exchange);
  filter.onResponse?.(exchange);
  filter.onComplete?.(exchange);
}

export default function addCases(suite: benchmark.Suite): void {
  const nothing: Filter = { name: 'nothing' };
  suite.add('an exchange without a filter', () => pass(nothing));
  for (const [name, type, settings] of CASES) {
    const filter = built(type, settings);
    suite.add(name, () => pass(filter));
  }
}
