import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import type { Host } from '../../../src/upstream/host.ts';
import { ENDING_MS, HostEnding } from '../../../src/upstream/host-ending.ts';
import { hosts } from './fixtures.ts';

interface EndingScene {
  readonly hosts: readonly Host[];
  readonly timers: ManualTimers;
  readonly endings: readonly HostEnding[];
  healthy(): boolean[];
}

function endingScene(count: number): EndingScene {
  const timers = new ManualTimers();
  const all = hosts(count);
  return {
    hosts: all,
    timers,
    endings: all.map((host) => new HostEnding(host, { hosts: all }, timers)),
    healthy: () => all.map((host) => host.healthy),
  };
}

test('a host that is about to end is left alone for a time, while another is there', () => {
  const { endings, timers, healthy } = endingScene(2);
  endings[0]!.begin();
  assert.deepEqual(healthy(), [false, true]);
  timers.advance(ENDING_MS - 1);
  assert.deepEqual(healthy(), [false, true]);
  timers.advance(1);
  assert.deepEqual(healthy(), [true, true]);
});

test('the time begins anew when it says so again', () => {
  const { endings, timers, healthy } = endingScene(2);
  endings[0]!.begin();
  timers.advance(ENDING_MS - 1);
  endings[0]!.begin();
  timers.advance(ENDING_MS - 1);
  assert.deepEqual(healthy(), [false, true]);
});

test('when the last of them ends, those that ended before are in use again', () => {
  const { endings, healthy } = endingScene(3);
  endings[0]!.begin();
  endings[1]!.begin();
  assert.deepEqual(healthy(), [false, false, true]);
  endings[2]!.begin();
  assert.deepEqual(healthy(), [true, true, false]);
});
