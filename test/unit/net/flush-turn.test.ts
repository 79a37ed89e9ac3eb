import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FlushTurn } from '../../../src/net/flush-turn.ts';

test('all that was added in a turn is flushed in one go, and what is added meanwhile too', (context) => {
  const goes: (() => void)[] = [];
  context.mock.method(globalThis, 'setImmediate', (go: () => void) => void goes.push(go));
  const turn = new FlushTurn();
  const flushed: string[] = [];
  const late = { flush: () => void flushed.push('late') };
  turn.add({
    flush: () => {
      flushed.push('first');
      turn.add(late);
    },
  });
  turn.add({ flush: () => void flushed.push('second') });
  assert.equal(goes.length, 1);
  goes[0]!();
  assert.deepEqual(flushed, ['first', 'second', 'late']);
  turn.add(late);
  assert.equal(goes.length, 2, 'the next turn has a go of its own');
  goes[1]!();
  assert.equal(flushed.length, 4);
});

test('an exception does not keep later turns from being flushed', (context) => {
  const goes: (() => void)[] = [];
  context.mock.method(globalThis, 'setImmediate', (go: () => void) => void goes.push(go));
  const turn = new FlushTurn();
  turn.add({
    flush: () => {
      throw new Error('a bug');
    },
  });
  assert.throws(goes[0]!, /a bug/);
  let flushed = 0;
  turn.add({ flush: () => flushed++ });
  goes[1]!();
  assert.equal(flushed, 1);
});
