import type benchmark from 'benchmark';
import { accessLog } from '../../src/filter/builtin/access-log/index.ts';
import type { Exchange } from '../../src/filter/filter.ts';
import { FieldList } from '../../src/protocol/fields.ts';
import { LocalResponse } from '../../src/protocol/local-response.ts';

const unused = (): void => {};

const exchange: Exchange = {
  request: {
    protocol: 'bench',
    scheme: 'http',
    authority: 'a.test:80',
    path: '/index.html',
    method: 'GET',
    fields: new FieldList([['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36']]),
    oneWay: false,
    idempotent: true,
    timeoutMs: undefined,
    upgrade: '',
  },
  response: new LocalResponse(200),
  responseEndsWithHead: true,
  route: { name: '', clusterName: 'servers' },
  host: { address: '10.0.0.2:8080' },
  downstream: { id: 7, remoteAddress: '10.0.0.1:4000', localAddress: '10.0.0.9:2045', secure: false },
  upstreamLocalAddress: '10.0.0.9:5000',
  upstreamConnectionId: 8,
  listenerName: 'ingress',
  fault: undefined,
  flags: [],
  attempt: 1,
  timing: {
    startedAt: Date.UTC(2024, 1, 3),
    start: 1000,
    requestReceived: 1000.1,
    requestSent: 1000.25,
    responseStarted: 1002.5,
    completed: 1003,
  },
  bytesReceived: 12,
  bytesSent: 345,
  reply: unused,
  fail: unused,
  addFlag: unused,
  routeSettings: () => undefined,
  respond: unused,
  reroute: unused,
  resume: unused,
  get: () => undefined,
  set: unused,
};

/** What it costs to make the line; the sink reads it, as a string that is put together lazily costs nothing otherwise. */
export default function addCases(suite: benchmark.Suite): void {
  let bytes = 0;
  const sink = {
    write(line: string) {
      bytes += Buffer.byteLength(line);
    },
  };
  const cases = {
    'default format': undefined,
    'time, request and user agent': '%start_time% "%request_method% %request_uri%" "%request_header_user-agent%"',
  };
  for (const [name, format] of Object.entries(cases)) {
    const log = accessLog(format, sink);
    suite.add(name, () => {
      log.onComplete?.(exchange);
    });
  }
  suite.on('complete', () => {
    if (bytes === 0) throw new Error('no line was written');
  });
}
