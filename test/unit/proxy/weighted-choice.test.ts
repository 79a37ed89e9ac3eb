import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Weighted, weightedChoice } from '../../../src/proxy/weighted-choice.ts';

const DRAWS = 100_000;

/** How often each name is drawn, when the numbers are spread evenly from 0 on. */
function drawn(...choices: readonly Weighted[]): Readonly<Record<string, number>> {
  let at = 0;
  const choose = weightedChoice(choices, () => at++ / DRAWS);
  const counts: Record<string, number> = {};
  for (let draw = 0; draw < DRAWS; draw++) {
    const name = choose();
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

test('each name is drawn as often as its weight says', () => {
  assert.deepEqual(drawn({ name: 'a', weight: 1 }), { a: DRAWS });
  assert.deepEqual(drawn({ name: 'a', weight: 75 }, { name: 'b', weight: 25 }), { a: 0.75 * DRAWS, b: 0.25 * DRAWS });
  const { a = 0, b = 0, c = 0 } = drawn({ name: 'a', weight: 1 }, { name: 'b', weight: 2 }, { name: 'c', weight: 4 });
  for (const [count, share] of [
    [a, 1 / 7],
    [b, 2 / 7],
    [c, 4 / 7],
  ] as const)
    assert.ok(Math.abs(count / DRAWS / share - 1) < 0.001);
});

test('a name without weight is never drawn, wherever it stands', () => {
  const none = { name: 'none', weight: 0 };
  assert.deepEqual(drawn(none, { name: 'a', weight: 1 }, none), { a: DRAWS });
  assert.equal(weightedChoice([{ name: 'a', weight: 0.1 }, { name: 'b', weight: 0.2 }, none], () => 1 - Number.EPSILON / 2)(), 'b');
});

test('weights may be as large as the configuration takes', () => {
  const half = 2 ** 31 - 1;
  assert.deepEqual(drawn({ name: 'a', weight: half }, { name: 'b', weight: half }), { a: DRAWS / 2, b: DRAWS / 2 });
});
