import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { turnClock } from '../../../src/base/turn-clock.ts';
import { Turn } from '../../../src/net/turn.ts';

const nothing = (): void => {};
const reader = (deliver: () => void) => ({ deliver, flush: nothing });
const writer = (flush: () => void) => ({ deliver: nothing, flush });

/** A turn, and what it has asked the event loop to run. */
function turnOf(context: TestContext): { turn: Turn; runs: (() => void)[] } {
  const runs: (() => void)[] = [];
  context.mock.method(globalThis, 'setImmediate', (run: () => void) => void runs.push(run));
  return { turn: new Turn(), runs };
}

test('all that was read is handed on before anything is sent, in the order in which it came', (context) => {
  const { turn, runs } = turnOf(context);
  const done: string[] = [];
  turn.write(writer(() => void done.push('sent')));
  turn.read(reader(() => void done.push('first')));
  turn.read(reader(() => void done.push('second')));
  assert.equal(runs.length, 1);
  runs[0]!();
  assert.deepEqual(done, ['first', 'second', 'sent']);
});

test('what is read and written meanwhile is part of the same turn', (context) => {
  const { turn, runs } = turnOf(context);
  const done: string[] = [];
  const late = writer(() => void done.push('late'));
  const sent = writer(() => {
    done.push('sent');
    turn.write(late);
  });
  turn.read(reader(() => turn.write(sent)));
  runs[0]!();
  assert.deepEqual(done, ['sent', 'late']);
  assert.equal(runs.length, 1);
  turn.write(late);
  assert.equal(runs.length, 2, 'the next turn has a run of its own');
  runs[1]!();
  assert.deepEqual(done, ['sent', 'late', 'late']);
});

test('an exception of one connection keeps no other from its turn', (context) => {
  const { turn, runs } = turnOf(context);
  const done: string[] = [];
  turn.read(
    reader(() => {
      throw new Error('a bug');
    }),
  );
  turn.read(reader(() => void done.push('delivered')));
  turn.write(writer(() => void done.push('sent')));
  assert.throws(runs[0]!, /a bug/);
  assert.deepEqual(done, []);
  assert.equal(runs.length, 2);
  runs[1]!();
  assert.deepEqual(done, ['delivered', 'sent']);
});

test('the clock stands still while a connection is dealt with, and goes again after the turn', (context) => {
  const { turn, runs } = turnOf(context);
  let clock = 10;
  context.mock.method(performance, 'now', () => clock++);
  const seen: number[] = [];
  turn.read(reader(() => void seen.push(turnClock.now, turnClock.now)));
  turn.read(reader(() => void seen.push(turnClock.now)));
  runs[0]!();
  assert.deepEqual(seen, [10, 10, 11]);
  assert.deepEqual([turnClock.now, turnClock.now], [12, 13]);
});
