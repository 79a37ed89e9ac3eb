import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { AttachmentHeaders } from '../../protocols/dubbo/attachment-headers.ts';
import { dubboFormat } from '../../protocols/dubbo/format.ts';
import { genericAnswer } from '../../protocols/dubbo/generic-answer.ts';
import { PREFIX_BYTES } from '../../protocols/dubbo/prefix.ts';
import { DubboRequest } from '../../protocols/dubbo/request.ts';
import { DubboResponse } from '../../protocols/dubbo/response.ts';
import type { Bytes } from '../../src/base/bytes.ts';
import { seededRandom } from '../../src/testing/split.ts';
import { loadVectors } from '../../src/testing/vector.ts';
import { fuzz } from './budget.ts';
import { mutated } from './mutation.ts';

const format = dubboFormat({
  maxPayloadBytes: 8 << 20,
  maxConcurrentStreams: 8,
  maxPendingRequests: 8,
  maxUnreadBytes: 65_536,
  heartbeats: true,
  readTimeoutAttachment: false,
  attachmentHeaders: '',
});

/** The genuine frames, one by one. */
const frames = loadVectors(fileURLToPath(new URL('../../../protocols/dubbo/vectors', import.meta.url)))
  .flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'read' ? [step.bytes] : [])))
  .filter((bytes) => bytes.length > PREFIX_BYTES && bytes.length < 10_000 && format.frameBytes(bytes, 0) === bytes.length);

/** A mutated body under a prefix that fits it. */
function hostileFrame(seed: number): Bytes {
  const random = seededRandom(seed);
  const frame = frames[seed % frames.length]!;
  const body = mutated(frame.subarray(PREFIX_BYTES), random);
  const prefix = Buffer.from(frame.subarray(0, PREFIX_BYTES));
  prefix.writeUInt32BE(body.length, 12);
  return Buffer.concat([prefix, body]);
}

function reencoded(head: DubboRequest | DubboResponse): Bytes {
  const frame = Buffer.concat(format.encode(head, head.payload));
  assert.equal(format.frameBytes(frame, 0), frame.length);
  return frame;
}

test('whatever stands in a request, it is read within its bounds, and what is set in it is there afterwards', () => {
  fuzz((seed) => {
    const head = new DubboRequest(hostileFrame(seed));
    const { path, method, authority } = head;
    assert.ok(head.timeoutMs === undefined || head.timeoutMs > 0);
    const before = [...head.fields];
    const same = new DubboRequest(reencoded(head));
    assert.deepEqual([same.path, same.method, same.authority, [...same.fields]], [path, method, authority, before]);

    head.fields.set('x-fuzz', 'é🎉');
    if (!head.changed) return;
    const changed = new DubboRequest(reencoded(head));
    assert.equal(changed.fields.get('x-fuzz'), 'é🎉');
    assert.deepEqual([changed.path, changed.method, changed.authority], [path, method, authority]);
    head.path = 'x.Y';
    assert.equal(new DubboRequest(reencoded(head)).path, 'x.Y');
  });
});

test('whatever stands in a response, it is read within its bounds, and what is set in it is there afterwards', () => {
  fuzz((seed) => {
    const head = new DubboResponse(hostileFrame(seed));
    const before = [...head.fields];
    assert.deepEqual([...new DubboResponse(reencoded(head)).fields], before);
    head.fields.set('x-fuzz', 'v');
    if (head.changed) assert.equal(new DubboResponse(reencoded(head)).fields.get('x-fuzz'), 'v');
    assert.ok(head.status >= 200);
  });
});

test('whatever stands in an answer, what a client of HTTP is given of it is JSON', () => {
  fuzz((seed) => {
    const { head, body } = genericAnswer(new DubboResponse(hostileFrame(seed)), new AttachmentHeaders('*'));
    JSON.parse(body.toString('utf8'));
    assert.equal(head.fields.get('content-length'), String(body.length));
  });
});
