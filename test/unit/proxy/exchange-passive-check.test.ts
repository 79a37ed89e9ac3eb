import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY } from '../../../src/base/bytes.ts';
import { FieldList, type Fields } from '../../../src/protocol/fields.ts';
import type { Outcome, ResponseHead } from '../../../src/protocol/head.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import type { ResponseHandler } from '../../../src/protocol/stream.ts';
import type { PassiveCheck } from '../../../src/upstream/host.ts';
import { faultOf, type Scene, type SceneOptions, scene } from './scripted.ts';

function judged(options: SceneOptions): Scene & { readonly heard: readonly string[] } {
  const heard: string[] = [];
  const noted = (address: string): PassiveCheck => ({
    onResponse: ({ status }, outcome) => heard.push(outcome === 'ok' || status >= 400 ? `${address} ${status}` : `${address} ${outcome}`),
    onFault: ({ code }) => heard.push(`${address} ${code}`),
    onCheckPassed: () => heard.push(`${address} passed`),
  });
  const found = scene({
    ...options,
    prepare({ cluster }) {
      for (const host of cluster.hosts) host.passiveCheck = noted(host.address);
    },
  });
  return { ...found, heard };
}

test('whoever judges a host hears of each answer, also of one that another attempt replaces', () => {
  const retry = { retries: 1, onFault: true, onResponse: ({ status }: ResponseHead) => status >= 500 };
  const { heard, upstream } = judged({ hosts: ['a', 'b'], route: { retry } });
  upstream('a').answer(503, true);
  upstream('b').answer(200, true);
  assert.deepEqual(heard, ['a 503', 'b 200']);
});

test('whoever judges a host hears of each fault, but not of our own side giving up', () => {
  const failed = judged({ hosts: ['a', 'b'] });
  failed.upstream('a').handler.onReset(faultOf('reset', 'no'));
  failed.exchange.onReset(faultOf('closed', 'maybe', 'downstream'));
  assert.deepEqual(failed.heard, ['a reset']);
});

test('a host that does not answer in time is a fault, one that answered and then had nothing to say is none', () => {
  const silent = judged({ route: { timeout: { wholeMs: 1000, covers: 'response', tryMs: 0, idleMs: 0, maxMs: 0 } } });
  silent.timers.advance(1000);
  assert.deepEqual(silent.heard, ['a timeout']);
  const slow = judged({ route: { timeout: { wholeMs: 1000, covers: 'response', tryMs: 0, idleMs: 0, maxMs: 0 } } });
  slow.upstream().answer(200, false);
  slow.timers.advance(1000);
  assert.deepEqual(slow.heard, ['a 200']);
});

test('a host that takes too long is a fault also where its attempt goes on beside another one, once', () => {
  const retry = { retries: 1, onFault: true, hedgeOnTimeout: true };
  const timeout = { wholeMs: 1000, covers: 'response', tryMs: 100, idleMs: 0, maxMs: 0 } as const;
  const { heard, timers, upstream } = judged({ hosts: ['a', 'b'], route: { retry, timeout } });
  timers.advance(100);
  assert.deepEqual(heard, ['a timeout']);
  upstream('a').handler.onReset(faultOf('reset'));
  upstream('b').answer(200, true);
  assert.deepEqual(heard, ['a timeout', 'b 200']);
});

test('where only the trailers tell, the statistics and the balancer go by them, too', () => {
  const counted = (outcome: Outcome, byTrailers: boolean): readonly unknown[] => {
    const heard: string[] = [];
    const { cluster, upstream } = scene({
      prepare({ cluster: { hosts } }) {
        const onOutcome = (_head: ResponseHead, told: Outcome) => heard.push(told);
        for (const host of hosts) host.meter = { now: 0, onHead: () => heard.push('head'), onOutcome, onFault: () => heard.push('fault') };
      },
    });
    const { handler } = upstream();
    const said = byTrailers ? { outcomeOfTrailers: () => outcome } : { outcome };
    handler.onHead(Object.assign(new LocalResponse(200), said), !byTrailers);
    if (byTrailers) handler.onTrailers(new FieldList());
    return [cluster.counts.responseSuccess, cluster.counts.responseFailed, heard.join()];
  };
  for (const byTrailers of [true, false]) {
    assert.deepEqual(counted('ok', byTrailers), [1, 0, 'head,ok']);
    assert.deepEqual(counted('unavailable', byTrailers), [0, 1, 'head,unavailable']);
    assert.deepEqual(counted('denied', byTrailers), [1, 0, 'head,denied']);
  }
});

test('what the client is told in place of a response is what the log shows; the host is judged by what it said', () => {
  const { exchange, cluster, counts, upstream } = scene();
  const { handler } = upstream();
  upstream().answer(200, false);
  exchange.onReplaced(503, 'no room');
  handler.onData(EMPTY, true);
  assert.deepEqual([exchange.response?.status, exchange.flags, exchange.bytesSent], [503, ['LR'], 7]);
  assert.deepEqual([cluster.counts.responseSuccess, cluster.counts.responseFailed, counts.statusClass[5]], [1, 0, 1]);
});

test('where only the trailers tell how a response went, they are judged and not the head', () => {
  const told = (end: (handler: ResponseHandler) => void, headEnds = false): readonly string[] => {
    const { heard, upstream } = judged({ hosts: ['a'] });
    const { handler } = upstream();
    const outcomeOfTrailers = (trailers: Fields): Outcome => (trailers.get('went') === 'well' ? 'ok' : 'unavailable');
    handler.onHead(Object.assign(new LocalResponse(200), { outcomeOfTrailers }), headEnds);
    if (!headEnds) assert.deepEqual(heard, []);
    end(handler);
    return heard;
  };
  assert.deepEqual(
    told((handler) => handler.onTrailers(new FieldList([['went', 'well']]))),
    ['a 200'],
  );
  assert.deepEqual(
    told((handler) => handler.onTrailers(new FieldList())),
    ['a unavailable'],
  );
  assert.deepEqual(
    told((handler) => handler.onReset(faultOf('reset'))),
    ['a reset'],
  );
  assert.deepEqual(
    told((handler) => handler.onData(EMPTY, true)),
    [],
  );
  assert.deepEqual(
    told(() => undefined, true),
    ['a 200'],
  );
});
