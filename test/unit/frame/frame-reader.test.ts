import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bytes } from '../../../src/base/bytes.ts';
import { FrameReader } from '../../../src/protocol/frame-reader.ts';
import { byteByByte, randomSplit } from '../../../src/testing/split.ts';
import { memo, memoFrame, PREFIX } from './memo-format.ts';

const MAX = 1000;

class Collected {
  readonly frames: Bytes[] = [];
  readonly oversize: [prefix: Bytes, frameBytes: number][] = [];
  onEach: () => void = () => {};

  onFrame(frame: Bytes): void {
    this.frames.push(frame);
    this.onEach();
  }

  onOversizeFrame(prefix: Bytes, frameBytes: number): void {
    this.oversize.push([prefix, frameBytes]);
    this.onEach();
  }
}

function reading(maxFrameBytes = MAX): { reader: FrameReader; sink: Collected } {
  const sink = new Collected();
  return { sink, reader: new FrameReader({ ...memo, maxFrameBytes }, sink) };
}

test('a chunk that is one frame is handed on as the object that it is', () => {
  const { reader, sink } = reading();
  const frame = memoFrame('request', 1, 'hello');
  assert.ok(reader.read(frame));
  assert.equal(sink.frames[0], frame);
  assert.equal(reader.partial, false);
});

test('several frames in one chunk are views of it', () => {
  const { reader, sink } = reading();
  const chunk = Buffer.concat([memoFrame('request', 1, 'one'), memoFrame('request', 2, ''), memoFrame('response', 3, 'three')]);
  assert.ok(reader.read(chunk));
  assert.deepEqual(Buffer.concat(sink.frames), chunk);
  assert.ok(sink.frames.every((frame) => frame.buffer === chunk.buffer));
});

test('frames are the same however their bytes are cut', () => {
  const frames = Array.from({ length: 30 }, (_, id) => memoFrame('request', id, 'x'.repeat(id * 31)));
  for (const split of [byteByByte, ...Array.from({ length: 40 }, (_, seed) => randomSplit(seed))]) {
    const { reader, sink } = reading();
    for (const chunk of split(Buffer.concat(frames))) assert.ok(reader.read(chunk));
    assert.deepEqual(sink.frames, frames);
    assert.equal(reader.partial, false);
  }
});

test('a frame at the limit passes; one byte more is skipped, whether whole or in pieces, and the next one is read', () => {
  for (const split of [byteByByte, randomSplit(3), (bytes: Bytes) => [bytes]]) {
    const { reader, sink } = reading();
    const atLimit = memoFrame('request', 1, 'x'.repeat(MAX - PREFIX));
    const over = memoFrame('request', 2, 'y'.repeat(MAX - PREFIX + 1));
    const next = memoFrame('request', 3, 'z');
    for (const chunk of split(Buffer.concat([atLimit, over, over, next]))) assert.ok(reader.read(chunk));
    assert.deepEqual(sink.frames, [atLimit, next]);
    assert.deepEqual(sink.oversize, [
      [over.subarray(0, PREFIX), MAX + 1],
      [over.subarray(0, PREFIX), MAX + 1],
    ]);
    assert.equal(reader.partial, false);
  }
});

test('bytes that begin no frame are refused, at once or after a good frame', () => {
  const noise = Buffer.from('this is not a frame of any kind');
  for (const split of [byteByByte, (bytes: Bytes) => [bytes]]) {
    const { reader, sink } = reading();
    const verdicts = split(Buffer.concat([memoFrame('request', 1, 'x'), noise])).map((chunk) => reader.read(chunk));
    assert.ok(verdicts.includes(false));
    assert.equal(sink.frames.length, 1);
  }
});

test('a claimed length is no reason to give memory', () => {
  const { reader } = reading(1 << 30);
  const before = process.memoryUsage().arrayBuffers;
  const prefix = memoFrame('request', 1);
  prefix.writeUInt32BE((1 << 30) - PREFIX, 12);
  reader.read(prefix);
  reader.read(Buffer.alloc(100));
  assert.ok(process.memoryUsage().arrayBuffers - before < 1 << 20);
  assert.ok(reader.partial);
});

test('an incomplete frame is partial from its first byte to its last but one', () => {
  const { reader } = reading();
  for (const chunk of byteByByte(memoFrame('request', 1, 'abc')).slice(0, -1)) {
    reader.read(chunk);
    assert.ok(reader.partial);
  }
});

test('after stop(), also inside a callback, nothing more is delivered', () => {
  const { reader, sink } = reading();
  sink.onEach = () => reader.stop();
  reader.read(Buffer.concat([memoFrame('request', 1), memoFrame('request', 2), Buffer.from('MO')]));
  assert.equal(sink.frames.length, 1);
  assert.equal(reader.partial, false);
});
