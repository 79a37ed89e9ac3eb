import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Queue } from '../../../src/base/queue.ts';

test('items leave in the order in which they came', () => {
  const queue = new Queue<number>();
  for (let item = 0; item < 3; item++) queue.push(item);
  assert.equal(queue.length, 3);
  assert.equal(queue.peek(), 0);
  assert.deepEqual([queue.shift(), queue.shift(), queue.shift(), queue.shift()], [0, 1, 2, undefined]);
  assert.equal(queue.peek(), undefined);
  assert.equal(queue.length, 0);
});

test('order is kept while the ring goes around, grows and shrinks', () => {
  const queue = new Queue<number>();
  let pushed = 0;
  let shifted = 0;
  for (const [pushes, shifts] of [
    [5, 3],
    [6, 1],
    [40, 45],
    [200, 100],
    [0, 102],
    [9, 0],
  ] as const) {
    for (let n = 0; n < pushes; n++) queue.push(pushed++);
    for (let n = 0; n < shifts; n++) assert.equal(queue.shift(), shifted++);
    assert.deepEqual(
      [...queue],
      Array.from({ length: pushed - shifted }, (_, n) => shifted + n),
    );
  }
});

test('remove takes the first of its kind, wherever in the ring it is', () => {
  const queue = new Queue<string>();
  for (const item of 'xxxxxx') queue.push(item);
  for (let n = 0; n < 6; n++) queue.shift();
  for (const item of 'abcabc') queue.push(item);
  assert.equal(queue.remove('c'), true);
  assert.equal(queue.remove('a'), true);
  assert.equal(queue.remove('z'), false);
  assert.deepEqual([...queue], ['b', 'a', 'b', 'c']);
  assert.equal(queue.length, 4);
  queue.push('d');
  assert.deepEqual(
    [queue.shift(), queue.shift(), queue.shift(), queue.shift(), queue.shift(), queue.shift()],
    ['b', 'a', 'b', 'c', 'd', undefined],
  );
});

test('what has left is not held any more', () => {
  const queue = new Queue<object>();
  const ring = (): unknown[] => Reflect.get(queue, 'ring');
  for (let n = 0; n < 1000; n++) queue.push({});
  const middle = {};
  queue.push(middle);
  queue.remove(middle);
  while (queue.shift() !== undefined);
  assert.equal(ring().length, 8);
  assert.deepEqual(new Set(ring()), new Set([undefined]));
});
