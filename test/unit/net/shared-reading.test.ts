import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedReading } from '../../../src/net/shared-reading.ts';

/** What a socket's memory is, and what its listener is told when Node has filled it from the front. */
function reading() {
  const memory = new SharedReading();
  const chunks: Buffer[] = [];
  memory.listener = { onSocketData: (chunk) => void chunks.push(chunk) };
  return {
    memory,
    chunks,
    read(text: string, length = text.length): Uint8Array {
      const buffer = memory.buffer();
      Buffer.from(buffer.buffer, buffer.byteOffset).write(text);
      assert.equal(memory.callback(length), true);
      return buffer;
    },
  };
}

test('sockets share the memory of small reads, and keep what came apart from it', () => {
  const first = reading();
  const second = reading();
  assert.equal(first.read('one'), second.read('two'));
  assert.deepEqual([first.chunks.join(), second.chunks.join()], ['one', 'two']);
});

test('a read that fills the shared memory is kept apart too, and the next has memory of its own', () => {
  const { read, chunks, memory } = reading();
  const shared = memory.buffer();
  read('bulk', shared.length - 1);
  assert.equal(memory.buffer(), shared, 'a byte less is no bulk');
  read('bulk', shared.length);
  const own = memory.buffer();
  assert.notEqual(own, shared);
  assert.equal(own.length, 65_536);
  read('more', 65_536);
  assert.equal(chunks[2]!.buffer, own.buffer, 'bulk is not copied');
  assert.notEqual(memory.buffer(), own, 'and not written to again');
});

test('after a small read the memory is the shared one again', () => {
  const { read, chunks, memory } = reading();
  const shared = memory.buffer();
  read('bulk', shared.length);
  read('rest', 4);
  assert.equal(chunks[1]!.toString(), 'rest');
  assert.equal(memory.buffer(), shared);
});
