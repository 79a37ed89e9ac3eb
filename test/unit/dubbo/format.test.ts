import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScriptClient, ScriptServer } from 'meshloom/testing';
import dubbo from '../../../protocols/dubbo/index.ts';
import { makeFrame } from '../../../protocols/dubbo/prefix.ts';
import { DubboRequest } from '../../../protocols/dubbo/request.ts';
import { DubboResponse } from '../../../protocols/dubbo/response.ts';
import { hessianBody } from './bodies.ts';

test('the first two bytes tell the protocol', () => {
  for (const [hex, verdict] of [
    ['', 'more'],
    ['da', 'more'],
    ['dabb', 'yes'],
    ['dabbc2', 'yes'],
    ['dabc', 'no'],
    ['47', 'no'],
  ] as const) {
    assert.equal(dubbo.sniff(Buffer.from(hex, 'hex')), verdict, hex);
  }
});

test('settings reach the codec, and what is not set keeps its value', () => {
  const configured = dubbo
    .configure?.({ max_payload_bytes: 1024, max_concurrent_streams: 2 })
    ?.configure?.({ max_pending_requests: 1, heartbeats: false });
  assert.ok(configured);
  const client = new ScriptClient(configured);
  assert.equal(client.codec.room, 2);
  assert.equal(client.codec.probe, undefined);
  assert.ok(new ScriptClient(dubbo).codec.probe);
  const server = new ScriptServer(configured);
  const body = hessianBody();
  server.receive(makeFrame(0xc2, 0, Buffer.concat([body, Buffer.alloc(1024 - body.length)])));
  assert.equal(server.served.length, 1);
  server.receive(makeFrame(0xc2, 0, body));
  assert.equal(server.flush()[3], 100, 'one more than may be pending');
  server.receive(makeFrame(0xc2, 0, Buffer.alloc(1025)));
  assert.equal(server.flush()[3], 40, 'one byte too long');
  assert.equal(server.served.length, 1);
});

test("every option's default is what the protocol does without settings", () => {
  const named = Object.fromEntries((dubbo.options ?? []).map(({ name, default: value }) => [name, value]));
  assert.deepEqual(named, {
    max_payload_bytes: 8_388_608,
    max_concurrent_streams: 1024,
    max_pending_requests: 16_384,
    max_unread_bytes: 67_108_864,
    heartbeats: true,
    read_timeout_attachment: false,
    attachment_headers: 'traceparent, tracestate, baggage',
  });
  assert.equal(new ScriptClient(dubbo).codec.room, 1024);
});

test('answers up to max_unread_bytes wait for a consumer that does not read, and one more byte is status 100', () => {
  const answer = makeFrame(0x02, 20, Buffer.alloc(84));
  const server = new ScriptServer(dubbo.configure!({ max_unread_bytes: 2 * answer.length }));
  server.highWaterMark = 1;
  for (let id = 0; id < 5; id++) server.receive(makeFrame(0xc2, 0, hessianBody()));
  for (const [at, { stream }] of server.served.entries()) {
    const body = at === 2 ? Buffer.alloc(85) : Buffer.alloc(84);
    const head = new DubboResponse(makeFrame(0x02, 20, body));
    stream.sendHead(head, false);
    stream.sendData(head.payload, true);
  }
  const statuses = (bytes: Buffer): number[] => {
    const found: number[] = [];
    for (let at = 0; at < bytes.length; at += 16 + bytes.readUInt32BE(at + 12)) found.push(bytes[at + 3]!);
    return found;
  };
  // The first fills the queue. The third is one byte too long, the fourth just fits, and there is no room for the fifth.
  assert.deepEqual(statuses(server.flush()), [20, 20, 100, 20, 100]);
  server.receive(makeFrame(0xc2, 0, hessianBody()));
  const head = new DubboResponse(answer);
  server.served[5]!.stream.sendHead(head, false);
  server.served[5]!.stream.sendData(head.payload, true);
  assert.deepEqual(statuses(server.flush()), [20], 'who reads again is answered again');
});

test('calls up to max_unread_bytes wait for a provider that does not read, and one more byte had no effect there', () => {
  const call = (bytes: number): DubboRequest => new DubboRequest(makeFrame(0xc2, 0, Buffer.alloc(bytes)));
  const client = new ScriptClient(dubbo.configure!({ max_unread_bytes: 200 }));
  client.highWaterMark = 1;
  const faults = [100, 100, 101, 100, 1].map((bytes) => {
    const { stream, handler } = client.open();
    const head = call(bytes);
    stream.sendHead(head, false);
    stream.sendData(head.payload, true);
    return handler.fault === undefined ? 'sent' : `${handler.fault.code} ${handler.fault.processed}`;
  });
  // The first fills the queue. The third is one byte too long, the fourth just fits, and there is no room for the fifth.
  assert.deepEqual(faults, ['sent', 'sent', 'refused no', 'sent', 'refused no']);
  assert.equal(client.codec.activeStreams, 3);
  client.flush();
  const { stream, handler } = client.open();
  const head = call(100);
  stream.sendHead(head, false);
  stream.sendData(head.payload, true);
  assert.equal(handler.fault, undefined, 'who reads again is asked again');
});

test('ids are all 64 bits', () => {
  const server = new ScriptServer(dubbo);
  const frame = makeFrame(0xc2, 0, hessianBody());
  frame.write('93629832fff98f5d', 4, 'hex');
  server.receive(frame);
  server.served[0]?.stream.reply('failed', '');
  assert.equal(server.flush().toString('hex', 4, 12), '93629832fff98f5d');
});
