import assert from 'node:assert/strict';
import { test } from 'node:test';
import mirror from '../../../src/filter/builtin/mirror/index.ts';
import { faultOf, took } from '../proxy/scripted.ts';
import { filterStage, problemsOf } from './filter-stage.ts';

const route = { mirror: { cluster: 'mirror', percent: 100 } };

test('a request is copied as often as the filter says', () => {
  const { journal, counts } = filterStage(mirror, { amplification: 3 }).request({ route });
  assert.deepEqual(took(journal), [...Array<string>(3).fill('copy head GET / end'), 'a head GET / end']);
  assert.equal(counts.mirrorTotal, 3);
});

test('a route may say another number', () => {
  const { journal } = filterStage(mirror, { amplification: 3 }, { ofRoute: { amplification: 2 } }).request({ route });
  assert.deepEqual(took(journal), [...Array<string>(2).fill('copy head GET / end'), 'a head GET / end']);
});

test('a broadcast goes to the hosts of the mirror alone, and all is well', () => {
  const { journal, exchange, cluster, other } = filterStage(mirror, { broadcast: true }).request({ route });
  assert.deepEqual(took(journal), ['copy head GET / end', 'client reply ok: ']);
  assert.deepEqual(exchange.flags, ['LR']);
  assert.equal(cluster.limits.requests.current, 0);
  other.streams[0]?.answer(500, true);
  assert.deepEqual(took(journal), []);
});

test('a broadcast is answered when all of it is here', () => {
  const { journal, exchange } = filterStage(mirror, { broadcast: true }).request({ route, method: 'POST', end: false });
  exchange.onData(Buffer.from('ab'), false);
  assert.deepEqual(took(journal), ['copy head POST /', 'copy data "ab"']);
  exchange.onData(Buffer.from('cd'), true);
  assert.deepEqual(took(journal), ['copy data "cd" end', 'client reply ok: ']);
});

test('a broadcast whose client leaves is broken off', () => {
  const { journal, exchange, timers } = filterStage(mirror, { broadcast: true }).request({ route, method: 'POST', end: false });
  exchange.onData(Buffer.from('ab'), false);
  exchange.onReset(faultOf('closed', 'maybe', 'downstream'));
  assert.deepEqual(took(journal).slice(2), ['copy reset cancelled']);
  assert.equal(timers.scheduled, 0);
});

test('a route without a mirror has nothing copied', () => {
  assert.deepEqual(took(filterStage(mirror, { amplification: 3, broadcast: true }).request().journal), ['a head GET / end']);
});

test('a copy at least, and a hundred at most', () => {
  for (const amplification of [0, 101, 1.5]) assert.equal(problemsOf(mirror.settings, { amplification }).length, 1, String(amplification));
  for (const amplification of [1, 100]) assert.deepEqual(problemsOf(mirror.settings, { amplification }), []);
});
