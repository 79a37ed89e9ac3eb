import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import { Pulse } from '../../../src/stream/pulse.ts';
import { ScriptedWire } from './scripted.ts';

function scene() {
  const timers = new ManualTimers();
  const wire = new ScriptedWire(1);
  const calls: string[] = [];
  const pulse = new Pulse(
    wire,
    timers,
    1000,
    () => calls.push('ask'),
    () => calls.push('silent'),
  );
  return { timers, wire, calls, pulse };
}

test('a peer that speaks is not asked', () => {
  const { timers, wire, calls } = scene();
  for (let second = 0; second < 10; second++) {
    wire.bytesRead++;
    timers.advance(1000);
  }
  assert.deepEqual(calls, []);
});

test('a silent peer is asked three times, and counts as gone when it has answered none of them', () => {
  const { timers, calls } = scene();
  timers.advance(3999);
  assert.deepEqual(calls, ['ask', 'ask', 'ask']);
  timers.advance(1);
  assert.deepEqual(calls, ['ask', 'ask', 'ask', 'silent']);
  timers.advance(60_000);
  assert.equal(calls.length, 4);
});

test('an answer to the last question is enough', () => {
  const { timers, wire, calls } = scene();
  timers.advance(3000);
  wire.bytesRead++;
  timers.advance(3000);
  assert.deepEqual(calls, ['ask', 'ask', 'ask', 'ask', 'ask']);
});

test('a pulse that is stopped asks no more', () => {
  const { timers, calls, pulse } = scene();
  pulse.stop();
  timers.advance(60_000);
  assert.deepEqual(calls, []);
});
