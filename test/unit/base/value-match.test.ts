import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isExact, type ValueMatch, valueTest } from '../../../src/base/value-match.ts';

/** Those of the values that pass; undefined stands for one that is not there. */
function passing(match: Omit<ValueMatch, 'name'>, ...values: readonly (string | undefined)[]): readonly (string | undefined)[] {
  const test = valueTest({ name: 'x', ...match });
  assert.ok(typeof test !== 'string', String(test));
  return values.filter(test);
}

test('a value is there and equal, empty unless something else was asked', () => {
  assert.deepEqual(passing({ value: 'a' }, 'a', 'A', 'ab', '', undefined), ['a']);
  assert.deepEqual(passing({}, 'a', '', undefined), ['']);
});

test('an expression is found anywhere in a value', () => {
  assert.deepEqual(passing({ value: 'b', regex: true }, 'abc', 'ac', undefined), ['abc']);
  assert.match(String(valueTest({ name: 'x', value: '(', regex: true })), /missing closing/);
});

test('a value begins, ends, or has something in it', () => {
  assert.deepEqual(passing({ prefixMatch: 'a' }, 'a', 'ab', 'ba', undefined), ['a', 'ab']);
  assert.deepEqual(passing({ suffixMatch: 'a' }, 'a', 'ab', 'ba', undefined), ['a', 'ba']);
  assert.deepEqual(passing({ containsMatch: 'a' }, 'bab', 'b', undefined), ['bab']);
});

test('a range has its start and not its end, and takes whole numbers alone', () => {
  assert.deepEqual(passing({ rangeMatch: { start: -10, end: 3 } }, '-11', '-10', '-1', '+2', '3', '2.5', '1e0', ' 1', '', undefined), [
    '-10',
    '-1',
    '+2',
  ]);
});

test('a value is there whatever it says, or is not there', () => {
  assert.deepEqual(passing({ presentMatch: true }, 'a', '', undefined), ['a', '']);
  assert.deepEqual(passing({ presentMatch: false }, 'a', '', undefined), [undefined]);
});

test('what is turned round passes where it did not; what is not there passes only where that was the question', () => {
  assert.deepEqual(passing({ value: 'a', invertMatch: true }, 'a', 'b', undefined), ['b']);
  assert.deepEqual(passing({ value: '^a', regex: true, invertMatch: true }, 'ab', 'b', undefined), ['b']);
  assert.deepEqual(passing({ rangeMatch: { start: 0, end: 9 }, invertMatch: true }, '5', '9', 'x', undefined), ['9', 'x']);
  assert.deepEqual(passing({ presentMatch: true, invertMatch: true }, 'a', undefined), [undefined]);
  assert.deepEqual(passing({ presentMatch: false, invertMatch: true }, 'a', undefined), ['a']);
});

test('only what asks for one text can be looked up by it', () => {
  assert.ok(isExact({ name: 'x', value: 'a', regex: false, invertMatch: false, prefixMatch: undefined }));
  for (const way of [
    { regex: true },
    { invertMatch: true },
    { prefixMatch: 'a' },
    { presentMatch: false },
    { rangeMatch: { start: 0, end: 1 } },
  ]) {
    assert.ok(!isExact({ name: 'x', ...way }), JSON.stringify(way));
  }
});
