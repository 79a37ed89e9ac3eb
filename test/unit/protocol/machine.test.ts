import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Machine, NO_STEP, step, type Transitions } from '../../../src/protocol/machine.ts';

const DOOR: Transitions<'shut' | 'open' | 'locked', 'push' | 'pull' | 'turn'> = {
  shut: { push: 'open', turn: 'locked' },
  open: { pull: 'shut' },
  locked: { turn: 'shut' },
};

test('a machine takes the very steps of its table, and no others', () => {
  const machine = new Machine(DOOR);
  for (const [number, state] of machine.states.entries()) {
    for (const event of Object.values(machine.on)) {
      const next = machine.next(number, event);
      assert.equal(next === NO_STEP ? undefined : machine.states[next], step(DOOR, state, event.name), `${event.name} while ${state}`);
    }
  }
});

test('states are numbered as they stand in the table, and events know their names', () => {
  const { states, on } = new Machine(DOOR);
  assert.deepEqual(states, ['shut', 'open', 'locked']);
  assert.deepEqual(Object.keys(on).sort(), ['pull', 'push', 'turn']);
  assert.equal(on.turn.name, 'turn');
});
