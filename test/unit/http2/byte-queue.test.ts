import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Bytes } from 'meshloom/protocol';
import { ByteQueue } from '../../../protocols/http2/byte-queue.ts';

/** Memory of its own, as a read of a socket has. */
function read(length: number, fill = 1): Bytes {
  return Buffer.allocUnsafeSlow(length).fill(fill);
}

function takeAll(queue: ByteQueue, most = Number.POSITIVE_INFINITY): Bytes[] {
  const pieces: Bytes[] = [];
  while (queue.bytes > 0) pieces.push(queue.take(most));
  return pieces;
}

test('a large part of a read waits without a copy, and so does what stands behind it in the same read', () => {
  const chunk = read(65_536);
  const queue = new ByteQueue();
  queue.push(chunk.subarray(0, 16_384));
  queue.push(chunk.subarray(16_393, 16_400));
  for (const piece of takeAll(queue)) assert.equal(piece.buffer, chunk.buffer);
});

test('a small part of a read keeps nothing of the rest alive', () => {
  const chunk = read(65_536);
  const queue = new ByteQueue();
  queue.push(chunk.subarray(0, 16_383));
  assert.notEqual(queue.take(Number.POSITIVE_INFINITY).buffer, chunk.buffer);
});

test('small parts of many reads are gathered in few pieces', () => {
  const queue = new ByteQueue();
  for (let at = 0; at < 1000; at++) queue.push(read(1024).subarray(0, 10));
  const pieces = takeAll(queue);
  assert.ok(pieces.length < 10, `${pieces.length} pieces`);
  const memory = new Set(pieces.map(({ buffer }) => buffer));
  assert.ok([...memory].reduce((sum, { byteLength }) => sum + byteLength, 0) < 4 * 10_000);
});

test('small parts on both sides of a large one stand in the same memory', () => {
  const queue = new ByteQueue();
  queue.push(read(4096).subarray(0, 10));
  queue.push(read(4096));
  queue.push(read(4096).subarray(0, 10));
  const [first, , last] = takeAll(queue);
  assert.equal(first!.buffer, last!.buffer);
});

test('what was pushed comes out, in order, however it is cut', () => {
  const push = fc.record({ memory: fc.integer({ min: 1, max: 4000 }), from: fc.nat(3999), length: fc.nat(3999) });
  const take = fc.integer({ min: 1, max: 5000 });
  fc.assert(
    fc.property(fc.array(fc.oneof(push, take), { maxLength: 60 }), (steps) => {
      const queue = new ByteQueue();
      const pushed: Bytes[] = [];
      const taken: Bytes[] = [];
      for (const [at, step] of steps.entries()) {
        if (typeof step === 'number') {
          if (queue.bytes > 0) taken.push(queue.take(step));
        } else {
          const part = read(step.memory, at).subarray(step.from, step.from + step.length);
          pushed.push(part);
          queue.push(part);
        }
      }
      taken.push(...takeAll(queue, 100));
      assert.deepEqual(Buffer.concat(taken), Buffer.concat(pushed));
    }),
  );
});

test('an empty queue holds nothing, and can be used again', () => {
  const queue = new ByteQueue();
  queue.push(read(1000).subarray(0, 10));
  queue.clear();
  assert.equal(queue.bytes, 0);
  queue.push(read(8, 7));
  assert.deepEqual(takeAll(queue), [read(8, 7)]);
});
