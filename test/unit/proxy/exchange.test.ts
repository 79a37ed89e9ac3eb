import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldList } from '../../../src/protocol/fields.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import { Labels } from '../../../src/upstream/labels.ts';
import { faultOf, scene, took } from './scripted.ts';

const hello = (): Buffer => Buffer.from('hello');

test('a request and its response cross without a stop', () => {
  const { journal, upstream, exchange, cluster } = scene();
  assert.deepEqual(took(journal), ['a head GET / end']);
  upstream().answer(200, false);
  upstream().handler.onData(hello(), true);
  assert.deepEqual(took(journal), ['client head 200', 'client data "hello" end']);
  assert.equal(exchange.timing.completed, exchange.timing.start);
  assert.equal(cluster.limits.requests.current, 0);
  assert.equal(cluster.counts.requestActive, 0);
  assert.deepEqual(exchange.flags, []);
});

test('bodies and trailers stream both ways as they come', () => {
  const { journal, upstream, exchange } = scene({ method: 'POST', end: false });
  exchange.onData(Buffer.from('ab'), false);
  exchange.onTrailers(new FieldList([['sum', '1']]));
  upstream().answer(200, false);
  upstream().handler.onData(Buffer.from('cd'), false);
  upstream().handler.onTrailers(new FieldList([['sum', '2']]));
  assert.deepEqual(took(journal), [
    'a head POST /',
    'a data "ab"',
    'a trailers [["sum","1"]]',
    'client head 200',
    'client data "cd"',
    'client trailers [["sum","2"]]',
  ]);
});

test('informational heads are passed on before the head proper', () => {
  const { journal, upstream } = scene();
  upstream().handler.onInformational(new LocalResponse(103));
  upstream().answer(204, true);
  assert.deepEqual(took(journal), ['a head GET / end', 'client informational 103', 'client head 204 end']);
});

test('without a route the client is told so', () => {
  const { journal, exchange } = scene({ route: null });
  assert.deepEqual(took(journal), ['client reply not-found: no route for this request']);
  assert.deepEqual(exchange.flags, ['NR']);
});

test('without a host the client is told so', () => {
  const { journal, exchange } = scene({ hosts: [] });
  assert.deepEqual(took(journal), ['client reply unavailable: no healthy host']);
  assert.deepEqual(exchange.flags, ['UH']);
});

test('a route to a cluster that is not there is not an exception', () => {
  const { journal, exchange } = scene({ route: { clusterName: () => 'other' } });
  assert.deepEqual(took(journal), ['client reply unavailable: no cluster "other"']);
  assert.deepEqual(exchange.flags, ['NC']);
});

test('a route may answer by itself', () => {
  const { journal } = scene({ route: { answer: () => ({ head: new LocalResponse(302), body: hello() }) } });
  assert.deepEqual(took(journal), ['client head 302', 'client data "hello" end']);
});

test('no more requests than the cluster allows', () => {
  const { journal, exchange } = scene({
    thresholds: { maxRequests: 1 },
    prepare: ({ cluster }) => assert.equal(cluster.limits.requests.take(), true),
  });
  assert.deepEqual(took(journal), ['client reply overloaded: too many requests to this cluster']);
  assert.deepEqual(exchange.flags, ['UO']);
});

test('a request waits for a connection, and what comes of its body waits with it', () => {
  const { journal, pool, exchange } = scene({
    method: 'POST',
    end: false,
    requestBufferBytes: 4,
    prepare: (before) => before.pool('a').next.push('wait'),
  });
  exchange.onData(hello(), false);
  assert.deepEqual(took(journal), ['client pause']);
  pool('a').serve();
  assert.deepEqual(took(journal), ['a head POST /', 'a data "hello"', 'client resume']);
});

test('a client is slowed down to the pace of the upstream', () => {
  const { journal, upstream, exchange } = scene({ method: 'POST', end: false });
  upstream().writable = false;
  exchange.onData(hello(), false);
  upstream().writable = true;
  upstream().handler.onDrain();
  assert.deepEqual(took(journal), ['a head POST /', 'a data "hello"', 'client pause', 'client resume']);
});

test('an upstream is slowed down to the pace of the client', () => {
  const { journal, upstream, client, exchange } = scene();
  upstream().answer(200, false);
  client.writable = false;
  upstream().handler.onData(hello(), false);
  client.writable = true;
  exchange.onDrain();
  assert.deepEqual(took(journal).slice(2), ['client data "hello"', 'a pause', 'a resume']);
});

test('a client that leaves frees the upstream at once', () => {
  const { journal, exchange, cluster } = scene();
  exchange.onReset(faultOf('closed', 'maybe', 'downstream'));
  assert.deepEqual(took(journal), ['a head GET / end', 'a reset cancelled']);
  assert.deepEqual(exchange.flags, ['DC']);
  assert.equal(cluster.counts.requestActive, 0);
  assert.equal(cluster.limits.requests.current, 0);
});

test('a client that leaves while its request waits gives its place up', () => {
  const { journal, exchange, cluster } = scene({ prepare: ({ pool }) => pool('a').next.push('wait') });
  exchange.onReset(faultOf('closed', 'maybe', 'downstream'));
  assert.deepEqual(took(journal), ['a cancel']);
  assert.equal(cluster.counts.requestActive, 0);
});

test('an upstream that dies in the middle of a response ends the response by force', () => {
  const { journal, upstream, exchange } = scene();
  upstream().answer(200, false);
  upstream().handler.onReset(faultOf('truncated'));
  assert.deepEqual(took(journal).slice(1), ['client head 200', 'client reset truncated']);
  assert.deepEqual(exchange.flags, ['UC']);
});

test('an answer before the end of the request stops the request', () => {
  const { journal, upstream, exchange } = scene({ method: 'POST', end: false });
  exchange.onData(hello(), false);
  upstream().answer(413, true);
  exchange.onData(Buffer.from('more'), true);
  assert.deepEqual(took(journal), ['a head POST /', 'a data "hello"', 'client head 413 end', 'a reset cancelled']);
});

test('what follows an answer is thrown away up to a limit, one past it resets', () => {
  const limit = 256 * 1024;
  const { journal, exchange } = scene({ route: null, method: 'POST', end: false });
  exchange.onData(Buffer.alloc(limit), false);
  assert.deepEqual(took(journal), ['client reply not-found: no route for this request']);
  exchange.onData(Buffer.alloc(1), false);
  assert.deepEqual(took(journal), ['client reset too-large']);
});

test('an accepted upgrade makes a tunnel in which each side ends for itself', () => {
  const { journal, upstream, exchange, timers } = scene({ upgrade: 'websocket', end: false });
  upstream().answer(101, false, true);
  timers.advance(10 * 60_000);
  upstream().handler.onData(Buffer.from('up'), true);
  exchange.onData(Buffer.from('down'), false);
  assert.equal(exchange.timing.completed, undefined);
  exchange.onData(Buffer.alloc(0), true);
  assert.deepEqual(took(journal), ['a head GET /', 'client head 101', 'client data "up" end', 'a data "down"', 'a data "" end']);
  assert.notEqual(exchange.timing.completed, undefined);
});

test('a one-way request is over when it has been sent', () => {
  const { journal, exchange, cluster } = scene({ oneWay: true, method: 'POST', end: false });
  exchange.onData(hello(), true);
  assert.deepEqual(took(journal), ['a head POST /', 'a data "hello" end']);
  assert.notEqual(exchange.timing.completed, undefined);
  assert.equal(cluster.counts.requestActive, 0);
});

test('a route says once for a request what its host is chosen by', () => {
  const asked: string[] = [];
  const labels = new Labels({ version: 'v2' });
  const hosts = {
    hash: () => asked.push('hash'),
    labels: (cluster: string) => {
      asked.push(`labels of ${cluster}`);
      return labels;
    },
  };
  const { exchange, upstream } = scene({ hosts: ['a', 'b'], route: { hosts } });
  assert.deepEqual([exchange.hash, exchange.labels], [1, labels]);
  upstream('a').handler.onReset(faultOf('refused', 'no'));
  assert.equal(exchange.attempt, 2);
  assert.deepEqual(asked, ['hash', 'labels of cluster']);
});
