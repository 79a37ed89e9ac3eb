import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Transport } from 'meshloom/protocol';
import { writeData } from '../../../protocols/http2/frames/data.ts';
import { frameInHand } from '../../../protocols/http2/frames/frame-in-hand.ts';

const PAYLOAD = Buffer.alloc(4_000, 'x');
const HEADER_OF = (streamId: number, flags = 0): Buffer => Buffer.from([0, 0x0f, 0xa0, 0, flags, 0, 0, 0, streamId]);

/** A read of a socket in which a frame of stream 1 stands from `at` on, and its payload as it is handed on. */
function received(at = 0): { chunk: Buffer; payload: Buffer; start: number } {
  const chunk = Buffer.concat([Buffer.alloc(at, 'before'), HEADER_OF(1), PAYLOAD]);
  const start = at + 9;
  return { chunk, payload: chunk.subarray(start), start };
}

function sent(streamId: number, payload: Buffer, end = false): Buffer[] {
  const written: Buffer[] = [];
  const unused = (): void => assert.fail('a frame is written, and nothing else is done');
  const transport: Transport = {
    secure: false,
    writable: true,
    write: (bytes) => void written.push(bytes),
    pause: unused,
    resume: unused,
    end: unused,
    close: unused,
    fail: unused,
  };
  writeData(transport, streamId, payload, end);
  return written;
}

afterEach(() => frameInHand.release());

test('a payload that is sent on at once leaves in the memory that it came in, with another header before it', () => {
  const { chunk, payload, start } = received(20);
  frameInHand.hold(payload, chunk, start);
  const [frame, ...more] = sent(7, payload, true);
  assert.deepEqual([frame, more], [Buffer.concat([HEADER_OF(7, 1), PAYLOAD]), []]);
  assert.equal(frame!.buffer, chunk.buffer);
  assert.equal(chunk.toString('latin1', 0, 20), 'beforebeforebeforebe');
});

test('sent a second time, as for a mirror, it has a header of its own', () => {
  const { chunk, payload, start } = received();
  frameInHand.hold(payload, chunk, start);
  const first = sent(7, payload);
  const second = sent(9, payload);
  assert.deepEqual(
    [Buffer.concat(first), Buffer.concat(second)],
    [Buffer.concat([HEADER_OF(7), PAYLOAD]), Buffer.concat([HEADER_OF(9), PAYLOAD])],
  );
});

test('a part of it, or what is sent later, does not take the memory', () => {
  const { chunk, payload, start } = received();
  const untouched = Buffer.from(chunk);
  frameInHand.hold(payload, chunk, start);
  sent(7, payload.subarray(0, 3_000));
  frameInHand.release();
  sent(7, payload);
  assert.deepEqual(chunk, untouched);
});

test('what comes of a frame that began in an earlier chunk has no header before it that could be taken', () => {
  for (const start of [0, 4, 8]) {
    const chunk = Buffer.concat([Buffer.alloc(start), PAYLOAD]);
    const payload = chunk.subarray(start);
    frameInHand.hold(payload, chunk, start);
    assert.equal(frameInHand.take(payload), undefined);
  }
});
