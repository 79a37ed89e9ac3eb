import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldList } from '../../../src/protocol/fields.ts';
import { faultOf, type Scene, type SceneOptions, scene, took } from './scripted.ts';

const mirror = { cluster: 'mirror', percent: 100 };

function mirrored(options: SceneOptions = {}, percent = 100): Scene {
  return scene({ ...options, route: { mirror: { ...mirror, percent }, ...options.route } });
}

test('a request goes to its cluster and to that of the mirror, and the answer of the mirror to nobody', () => {
  const { journal, other, upstream, counts } = mirrored();
  other.streams[0]!.answer(500, false);
  other.streams[0]!.handler.onData(Buffer.from('no'), true);
  upstream().answer(200, true);
  assert.deepEqual(took(journal), ['copy head GET / end', 'a head GET / end', 'client head 200 end']);
  assert.deepEqual([counts.mirrorTotal, counts.mirrorFailed], [1, 0]);
});

test('the copy gets the same body and the same trailers', () => {
  const { journal, exchange } = mirrored({ method: 'POST', end: false });
  exchange.onData(Buffer.from('ab'), false);
  exchange.onTrailers(new FieldList([['sum', '2']]));
  const sent = took(journal);
  for (const host of ['a', 'copy']) {
    assert.deepEqual(
      sent.filter((line) => line.startsWith(`${host} `)),
      [`${host} head POST /`, `${host} data "ab"`, `${host} trailers [["sum","2"]]`],
    );
  }
});

test('a mirror that fails is counted, and the request hears nothing of it', () => {
  const { journal, other, upstream, counts } = mirrored();
  other.streams[0]!.handler.onReset(faultOf('reset'));
  upstream().answer(200, true);
  assert.deepEqual(took(journal).slice(2), ['client head 200 end']);
  assert.deepEqual([counts.mirrorTotal, counts.mirrorFailed], [1, 1]);
});

test('a mirror that is full, or that cannot be reached, does not hold the request', () => {
  const { journal, counts } = mirrored({ prepare: ({ other }) => other.next.push(faultOf('overflow', 'no', 'local')) });
  assert.deepEqual(took(journal), ['a head GET / end']);
  assert.equal(counts.mirrorFailed, 1);
});

test('a copy that waits for a connection is sent when there is one, even when the request is over', () => {
  const { journal, exchange, other, upstream } = mirrored({
    method: 'POST',
    end: false,
    prepare: (stage) => stage.other.next.push('wait'),
  });
  exchange.onData(Buffer.from('abc'), true);
  upstream().answer(200, true);
  took(journal);
  other.serve();
  assert.deepEqual(took(journal), ['copy head POST /', 'copy data "abc" end']);
});

test('a copy that falls behind by what a request may hold waits, and by one byte more is given up', () => {
  const behind = mirrored({ method: 'POST', end: false, requestBufferBytes: 4 });
  const slow = behind.other.streams[0]!;
  slow.writable = false;
  behind.exchange.onData(Buffer.from('abcd'), false);
  took(behind.journal);
  slow.writable = true;
  slow.handler.onDrain();
  assert.deepEqual(took(behind.journal), ['copy data "abcd"']);
  slow.writable = false;
  behind.exchange.onData(Buffer.from('efghi'), true);
  assert.deepEqual(took(behind.journal), ['a data "efghi" end', 'copy reset overflow']);
  assert.equal(behind.counts.mirrorFailed, 1);
  behind.upstream().answer(200, true);
  assert.deepEqual(took(behind.journal), ['client head 200 end']);
});

test('a copy of a request that breaks off is broken off', () => {
  const { journal, exchange, counts } = mirrored({ method: 'POST', end: false });
  took(journal);
  exchange.onReset(faultOf('closed', 'maybe', 'downstream'));
  assert.deepEqual(took(journal), ['a reset cancelled', 'copy reset cancelled']);
  assert.equal(counts.mirrorFailed, 0);
});

test('a copy has the time of the route, from the end of the request', () => {
  const { journal, timers, exchange, upstream } = mirrored({
    method: 'POST',
    end: false,
    route: { timeout: { wholeMs: 1_000, covers: 'response', tryMs: 0, idleMs: 0, maxMs: 0 } },
  });
  timers.advance(5_000);
  exchange.onData(Buffer.from('x'), true);
  upstream().answer(200, true);
  took(journal);
  timers.advance(999);
  assert.deepEqual(took(journal), []);
  timers.advance(1);
  assert.deepEqual(took(journal), ['copy reset timeout']);
  assert.equal(timers.scheduled, 0);
});

test('a copy of a request that no answer comes to waits for none', () => {
  const { journal, other, counts } = mirrored({ oneWay: true, method: 'notify' });
  assert.deepEqual(took(journal), ['copy head notify / end', 'a head notify / end']);
  other.streams[0]!.handler.onReset(faultOf('closed'));
  assert.deepEqual([counts.mirrorTotal, counts.mirrorFailed], [1, 0]);
});

test('tunnels are not copied, and without its cluster nothing is', () => {
  const tunnel = mirrored({ upgrade: 'websocket', end: false });
  assert.deepEqual(took(tunnel.journal), ['a head GET /']);
  const lost = scene({ route: { mirror: { ...mirror, cluster: 'nowhere' } } });
  assert.deepEqual(took(lost.journal), ['a head GET / end']);
});

test('of 2,000 requests a quarter is copied where a quarter is asked for', () => {
  let copied = 0;
  for (let request = 0; request < 2_000; request++) copied += mirrored({}, 25).counts.mirrorTotal;
  // Six standard deviations: once in five hundred million runs it lies outside.
  assert.ok(Math.abs(copied - 500) < 6 * Math.sqrt(2_000 * 0.25 * 0.75), String(copied));
});
