import type { Exchange } from '../../../src/filter/filter.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import type { RequestHead } from '../../../src/protocol/head.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';

/** When the exchange of these tests began, on both clocks. */
export const STARTED_AT = new Date(2024, 1, 3, 4, 5, 6, 7).getTime();
export const START = 1_000;

export function requestHead(given: Partial<RequestHead> = {}): RequestHead {
  return {
    protocol: 'test',
    scheme: 'http',
    authority: 'a.test:80',
    path: '/p?x=1&y=2',
    method: 'GET',
    fields: new FieldList(),
    oneWay: false,
    idempotent: true,
    timeoutMs: undefined,
    upgrade: '',
    ...given,
  };
}

/** An exchange that went well. What is over cannot be changed, and nothing here can. */
export function exchange(given: Partial<Exchange> = {}): Exchange {
  const over = () => {
    throw new Error('the exchange is over');
  };
  return {
    request: requestHead(),
    response: new LocalResponse(200, new FieldList([['server', 'backend']])),
    responseEndsWithHead: true,
    route: { name: 'all', clusterName: 'servers' },
    host: { address: '10.0.0.2:8080' },
    downstream: { id: 7, remoteAddress: '10.0.0.1:4000', localAddress: '10.0.0.9:2045', secure: false },
    upstreamLocalAddress: '10.0.0.9:5000',
    upstreamConnectionId: 8,
    listenerName: 'ingress',
    fault: undefined,
    flags: [],
    attempt: 1,
    timing: {
      startedAt: STARTED_AT,
      start: START,
      requestReceived: START,
      requestSent: START + 0.25,
      responseStarted: START + 2.5,
      completed: START + 3,
    },
    bytesReceived: 12,
    bytesSent: 345,
    reply: over,
    respond: over,
    fail: over,
    addFlag: over,
    reroute: over,
    resume: over,
    routeSettings: () => undefined,
    get: () => undefined,
    set: over,
    ...given,
  };
}
