import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bytes } from '../../../src/base/bytes.ts';
import type { Fault } from '../../../src/base/fault.ts';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import type { AnswerHandler, Asked, OwnRequest } from '../../../src/filter/ask.ts';
import { FieldList, type Fields } from '../../../src/protocol/fields.ts';
import type { ResponseHead } from '../../../src/protocol/head.ts';
import { LocalRequest } from '../../../src/protocol/local-request.ts';
import type { Protocol } from '../../../src/protocol/protocol.ts';
import { asking } from '../../../src/proxy/side-request.ts';
import type { Thresholds } from '../../../src/upstream/limits.ts';
import { faultOf, type Journal, type ScriptedCluster, type ScriptedPool, scriptedCluster, took } from './scripted.ts';

class Answer implements AnswerHandler {
  private readonly journal: Journal;
  constructor(journal: Journal) {
    this.journal = journal;
  }
  onHead({ status }: ResponseHead, end: boolean): void {
    this.journal.push(`answer ${status}${end ? ' end' : ''}`);
  }
  onData(bytes: Bytes, end: boolean): void {
    this.journal.push(`answer data "${bytes.toString()}"${end ? ' end' : ''}`);
  }
  onTrailers(trailers: Fields): void {
    this.journal.push(`answer trailers ${JSON.stringify([...trailers])}`);
  }
  onFault({ code, detail }: Fault): void {
    this.journal.push(`fault ${code}: ${detail}`);
  }
}

interface Stage extends ScriptedCluster {
  readonly journal: Journal;
  readonly timers: ManualTimers;
  readonly asked: Asked;
}

function stage(
  request: Partial<OwnRequest> & { method?: string } = {},
  setting: {
    hosts?: readonly string[];
    thresholds?: Thresholds;
    name?: string;
    prepare?(pool: (address: string) => ScriptedPool): void;
  } = {},
): Stage {
  const journal: Journal = [];
  const timers = new ManualTimers();
  const { cluster, pool } = scriptedCluster(journal, setting.hosts ?? ['a'], setting.thresholds);
  const ask = asking({
    timers,
    clusters: { get: (name) => (name === 'cluster' ? cluster : undefined) },
    protocolOf: (name) => ({ name }) as Protocol,
  });
  setting.prepare?.(pool);
  const method = request.method ?? 'GET';
  const head = new LocalRequest({ authority: 'auth', path: '/check', method, idempotent: method === 'GET' });
  const asked = ask(
    setting.name ?? 'cluster',
    { head, body: Buffer.alloc(0), protocol: 'script', limitMs: 0, ...request },
    new Answer(journal),
  );
  return { journal, timers, cluster, pool, asked };
}

test('a request of our own goes to a host of its cluster, and its handler hears the answer', () => {
  const { journal, cluster, pool } = stage({ method: 'POST', body: Buffer.from('who') });
  assert.equal(cluster.limits.requests.current, 1);
  const { handler } = pool('a').streams[0]!;
  pool('a').streams[0]!.answer(200, false);
  handler.onData(Buffer.from('yo'), false);
  handler.onData(Buffer.from('u'), true);
  assert.deepEqual(took(journal), ['a head POST /check', 'a data "who" end', 'answer 200', 'answer data "yo"', 'answer data "u" end']);
  assert.equal(cluster.limits.requests.current, 0);
  assert.deepEqual([cluster.counts.requestActive, cluster.counts.responseSuccess], [0, 1]);
});

test('an answer may end with trailers', () => {
  const { journal, pool, cluster } = stage();
  pool('a').streams[0]!.answer(200, false);
  pool('a').streams[0]!.handler.onTrailers(new FieldList([['grpc-status', '0']]));
  assert.deepEqual(took(journal).slice(1), ['answer 200', 'answer trailers [["grpc-status","0"]]']);
  assert.equal(cluster.counts.requestActive, 0);
});

test('a request of our own waits for a connection like any other', () => {
  const { journal, pool } = stage({ method: 'POST', body: Buffer.from('x') }, { prepare: (pools) => pools('a').next.push('wait') });
  assert.deepEqual(took(journal), []);
  pool('a').serve();
  assert.deepEqual(took(journal), ['a head POST /check', 'a data "x" end']);
});

test('without its cluster, without a host, or past the limit of requests there is a fault at once', () => {
  assert.deepEqual(stage({}, { name: 'other' }).journal, ['fault connect-failed: no cluster "other"']);
  const empty = stage({}, { hosts: [] });
  assert.deepEqual(empty.journal, ['fault connect-failed: no healthy host']);
  assert.equal(empty.cluster.limits.requests.current, 0);
  const { cluster } = scriptedCluster([], ['a'], { maxRequests: 1 });
  cluster.limits.requests.take();
  const journal: Journal = [];
  const ask = asking({ timers: new ManualTimers(), clusters: { get: () => cluster }, protocolOf: (name) => ({ name }) as Protocol });
  const head = new LocalRequest({ authority: '', path: '/', method: 'GET' });
  ask('cluster', { head, body: Buffer.alloc(0), protocol: 'script', limitMs: 0 }, new Answer(journal));
  assert.deepEqual(journal, ['fault overflow: too many requests to this cluster']);
  assert.equal(cluster.limits.requests.current, 1);
  const mute = asking({ timers: new ManualTimers(), clusters: { get: () => cluster }, protocolOf: () => undefined });
  mute('cluster', { head, body: Buffer.alloc(0), protocol: 'latin', limitMs: 0 }, new Answer(journal));
  assert.equal(journal.at(-1), 'fault unsupported: no protocol "latin"');
});

test('an answer that is not whole within the limit is a fault, and its stream is reset', () => {
  const { journal, timers, pool, cluster } = stage({ limitMs: 100 });
  timers.advance(60);
  pool('a').streams[0]!.answer(200, false);
  timers.advance(39);
  assert.deepEqual(took(journal).slice(1), ['answer 200']);
  timers.advance(1);
  assert.deepEqual(took(journal), ['a reset timeout', 'fault timeout: no whole answer within 100 ms']);
  assert.equal(cluster.limits.requests.current, 0);
  assert.equal(timers.scheduled, 0);
});

test('nothing is heard after it is cancelled', () => {
  const { journal, timers, pool, cluster, asked } = stage({ limitMs: 100 });
  asked.cancel();
  asked.cancel();
  pool('a').streams[0]!.answer(200, true);
  assert.deepEqual(took(journal), ['a head GET /check end', 'a reset cancelled']);
  assert.equal(cluster.limits.requests.current, 0);
  assert.equal(timers.scheduled, 0);
});

test('it is tried again at another host as often as it may be, and only where that is safe', () => {
  const again = stage({ retries: 1 }, { hosts: ['a', 'b', 'c'] });
  again.pool('a').streams[0]!.handler.onReset(faultOf('closed'));
  again.pool('b').streams[0]!.handler.onReset(faultOf('closed'));
  assert.deepEqual(took(again.journal), ['a head GET /check end', 'b head GET /check end', 'fault closed: closed']);
  assert.equal(again.cluster.limits.retries.current, 0);
  const unsafe = stage({ retries: 1, method: 'POST' }, { hosts: ['a', 'b'] });
  unsafe.pool('a').streams[0]!.handler.onReset(faultOf('closed'));
  assert.deepEqual(took(unsafe.journal), ['a head POST /check end', 'fault closed: closed']);
});

test('the body is given whole to the next host', () => {
  const { journal, pool } = stage({ retries: 1, method: 'POST', body: Buffer.from('all of it') }, { hosts: ['a', 'b'] });
  pool('a').streams[0]!.handler.onReset(faultOf('refused', 'no'));
  assert.deepEqual(took(journal).slice(2), ['b head POST /check', 'b data "all of it" end']);
});

test('an answer that breaks off is a fault', () => {
  const { journal, pool } = stage({ retries: 1 }, { hosts: ['a', 'b'] });
  pool('a').streams[0]!.answer(200, false);
  pool('a').streams[0]!.handler.onReset(faultOf('truncated'));
  assert.deepEqual(took(journal).slice(1), ['answer 200', 'fault truncated: truncated']);
});
