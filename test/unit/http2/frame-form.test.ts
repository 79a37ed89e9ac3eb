import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Bytes } from 'meshloom/protocol';
import { ScriptClient, ScriptServer } from 'meshloom/testing';
import http2 from '../../../protocols/http2/index.ts';
import {
  ACK,
  block,
  continuation,
  data,
  describeFrames,
  END_HEADERS,
  END_STREAM,
  frame,
  GET,
  HAS_PRIORITY,
  headers,
  PADDED,
  POST,
  PREFACE,
  ping,
  rstStream,
  settings,
  settingsAck,
  windowUpdate,
} from './frames.ts';
import { ClientScene, ServerScene } from './scene.ts';

const bytes = (length: number): Bytes => Buffer.alloc(length);
const open = headers(1, POST);

/** What a connection does not survive (RFC 9113 section 6, by frame). */
const FATAL: readonly (readonly [what: string, error: string, frames: readonly Bytes[]])[] = [
  ['DATA on stream 0', 'PROTOCOL_ERROR', [data(0, 'x')]],
  ['DATA on an idle stream', 'PROTOCOL_ERROR', [data(1, 'x')]],
  ['DATA with as much padding as payload', 'PROTOCOL_ERROR', [open, frame(0, PADDED, 1, Buffer.from([5, 1, 2, 3, 4]))]],
  ['padded DATA without Pad Length', 'FRAME_SIZE_ERROR', [open, frame(0, PADDED, 1)]],
  ['HEADERS on stream 0', 'PROTOCOL_ERROR', [headers(0, GET)]],
  ['HEADERS on an even stream', 'PROTOCOL_ERROR', [headers(2, GET)]],
  ['HEADERS with more padding than payload', 'PROTOCOL_ERROR', [frame(1, PADDED | END_HEADERS, 1, Buffer.from([3, 1, 2]))]],
  ['HEADERS too short for its priority', 'FRAME_SIZE_ERROR', [frame(1, HAS_PRIORITY | END_HEADERS, 1, bytes(4))]],
  [
    'HEADERS of a stream that depends on itself',
    'PROTOCOL_ERROR',
    [frame(1, HAS_PRIORITY | END_HEADERS, 1, Buffer.concat([Buffer.from([0, 0, 0, 1, 9]), block(GET)]))],
  ],
  ['HEADERS with a block that is none', 'COMPRESSION_ERROR', [frame(1, END_HEADERS, 1, Buffer.from([0x80]))]],
  ['PRIORITY on stream 0', 'PROTOCOL_ERROR', [frame(2, 0, 0, bytes(5))]],
  ['PRIORITY of four bytes', 'FRAME_SIZE_ERROR', [frame(2, 0, 1, bytes(4))]],
  ['PRIORITY of a stream that depends on itself', 'PROTOCOL_ERROR', [frame(2, 0, 3, Buffer.from([0, 0, 0, 3, 1]))]],
  ['RST_STREAM on stream 0', 'PROTOCOL_ERROR', [rstStream(0, 'CANCEL')]],
  ['RST_STREAM on an idle stream', 'PROTOCOL_ERROR', [rstStream(1, 'CANCEL')]],
  ['RST_STREAM of three bytes', 'FRAME_SIZE_ERROR', [open, frame(3, 0, 1, bytes(3))]],
  ['SETTINGS on a stream', 'PROTOCOL_ERROR', [frame(4, 0, 1)]],
  ['SETTINGS of seven bytes', 'FRAME_SIZE_ERROR', [frame(4, 0, 0, bytes(7))]],
  ['SETTINGS that acknowledges with a payload', 'FRAME_SIZE_ERROR', [frame(4, ACK, 0, bytes(6))]],
  ['SETTINGS_ENABLE_PUSH of 2', 'PROTOCOL_ERROR', [settings([2, 2])]],
  ['SETTINGS_INITIAL_WINDOW_SIZE above 2^31-1', 'FLOW_CONTROL_ERROR', [settings([4, 0x8000_0000])]],
  ['SETTINGS_MAX_FRAME_SIZE below 16384', 'PROTOCOL_ERROR', [settings([5, 16_383])]],
  ['SETTINGS_MAX_FRAME_SIZE above 2^24-1', 'PROTOCOL_ERROR', [settings([5, 0x100_0000])]],
  ['SETTINGS_ENABLE_CONNECT_PROTOCOL of 2', 'PROTOCOL_ERROR', [settings([8, 2])]],
  ['PUSH_PROMISE', 'PROTOCOL_ERROR', [open, frame(5, END_HEADERS, 1, bytes(4))]],
  ['PING on a stream', 'PROTOCOL_ERROR', [frame(6, 0, 1, bytes(8))]],
  ['PING of seven bytes', 'FRAME_SIZE_ERROR', [frame(6, 0, 0, bytes(7))]],
  ['GOAWAY on a stream', 'PROTOCOL_ERROR', [frame(7, 0, 1, bytes(8))]],
  ['GOAWAY of seven bytes', 'FRAME_SIZE_ERROR', [frame(7, 0, 0, bytes(7))]],
  ['WINDOW_UPDATE of three bytes', 'FRAME_SIZE_ERROR', [frame(8, 0, 0, bytes(3))]],
  ['WINDOW_UPDATE on an idle stream', 'PROTOCOL_ERROR', [windowUpdate(1, 1)]],
  ['WINDOW_UPDATE by 0 on the connection', 'PROTOCOL_ERROR', [windowUpdate(0, 0)]],
  ['WINDOW_UPDATE that overflows the connection', 'FLOW_CONTROL_ERROR', [windowUpdate(0, 0x7fff_ffff)]],
  ['CONTINUATION without HEADERS', 'PROTOCOL_ERROR', [continuation(1, bytes(0), END_HEADERS)]],
  ['CONTINUATION after a block that has ended', 'PROTOCOL_ERROR', [open, continuation(1, bytes(0), END_HEADERS)]],
  ['CONTINUATION on another stream', 'PROTOCOL_ERROR', [frame(1, 0, 1, block(GET)), continuation(3, bytes(0), END_HEADERS)]],
  ['PING within a header block', 'PROTOCOL_ERROR', [frame(1, 0, 1, block(GET)), ping()]],
  ['DATA within a header block', 'PROTOCOL_ERROR', [frame(1, 0, 1, block(GET)), data(1, 'x')]],
  ['a frame of an unknown type within a header block', 'PROTOCOL_ERROR', [frame(1, 0, 1, block(GET)), frame(0xbe, 0, 1)]],
  ['a frame of 16385 bytes', 'FRAME_SIZE_ERROR', [open, data(1, bytes(16_385))]],
];

describe('a frame out of form or order ends the connection with GOAWAY', () => {
  for (const [what, error, frames] of FATAL) {
    test(what, () => {
      const scene = new ServerScene();
      scene.receive(...frames);
      assert.equal(
        scene
          .sent()
          .at(-1)
          ?.replace(/GOAWAY \d+ /, ''),
        error,
      );
      assert.equal(scene.host.state, 'failed');
      assert.equal(scene.host.failure?.code, 'malformed');
      assert.equal(scene.host.failure?.origin, 'downstream');
      assert.equal(scene.host.codec.activeStreams, 0);
    });
  }

  test('a client takes neither pushes nor streams that it did not open', () => {
    for (const frames of [
      [frame(5, END_HEADERS, 1, bytes(4))],
      [headers(2, [[':status', '200']])],
      [headers(3, [[':status', '200']])],
      [settings([2, 1])],
    ]) {
      const scene = new ClientScene();
      scene.ask();
      scene.receive(...frames);
      assert.equal(scene.sent().at(-1), 'GOAWAY 0 PROTOCOL_ERROR');
    }
  });
});

test('frames of unknown types are skipped, unknown flags and settings too', () => {
  const scene = new ServerScene();
  scene.receive(frame(0xbe, 0xff, 0, bytes(100)), settings([0x99, 1]), frame(1, 0xc0 | END_HEADERS | END_STREAM, 1, block(GET)));
  assert.deepEqual(scene.requests, ['GET /']);
  assert.deepEqual(scene.sent(), ['SETTINGS ACK']);
});

test('a frame of 16384 bytes is taken', () => {
  const scene = new ServerScene();
  scene.receive(headers(1, POST), data(1, bytes(16_384), END_STREAM));
  assert.equal(scene.last.handler.received, 16_384);
});

test('HEADERS with padding and priority is what it is without', () => {
  const scene = new ServerScene();
  const payload = Buffer.concat([Buffer.from([7, 0x80, 0, 0, 0, 255]), block(GET), bytes(7)]);
  scene.receive(frame(1, PADDED | HAS_PRIORITY | END_HEADERS | END_STREAM, 1, payload));
  assert.deepEqual(scene.requests, ['GET /']);
});

test('a block in several frames is one block, wherever it is cut', () => {
  const whole = block(GET);
  for (let at = 0; at <= whole.length; at += 7) {
    const scene = new ServerScene();
    scene.receive(
      frame(1, END_STREAM, 1, whole.subarray(0, at)),
      continuation(1, whole.subarray(at, at)),
      continuation(1, whole.subarray(at), END_HEADERS),
    );
    assert.deepEqual(scene.requests, ['GET /']);
    assert.equal(scene.last.end, true);
  }
});

test('PING is answered with its own bytes, and an answer is not', () => {
  const scene = new ServerScene();
  scene.receive(ping(), ping(ACK));
  const answer = scene.written();
  assert.equal(answer.toString('latin1', 9), '12345678');
  assert.equal(answer[4], ACK);
});

test('a probe is a PING', () => {
  const scene = new ClientScene();
  scene.host.codec.probe?.();
  assert.deepEqual(scene.sent(), ['PING']);
});

test('a client that does not speak HTTP/2 is sent away', () => {
  for (const said of ['GET / HTTP/1.1\r\nhost: a.test\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nXX']) {
    const server = new ScriptServer(http2);
    server.receive(Buffer.from(said));
    assert.equal(server.state, 'failed');
    assert.equal(describeFrames(server.flush()).at(-1), 'GOAWAY 0 PROTOCOL_ERROR');
  }
});

test('the first frame of either side is SETTINGS, and not one that acknowledges', () => {
  for (const first of [ping(), settingsAck(), windowUpdate(0, 1), frame(0xbe, 0, 0)]) {
    const server = new ScriptServer(http2);
    server.receive(Buffer.concat([PREFACE, first]));
    assert.equal(describeFrames(server.flush()).at(-1), 'GOAWAY 0 PROTOCOL_ERROR');
    const client = new ScriptClient(http2);
    client.receive(first);
    assert.equal(describeFrames(client.flush()).at(-1), 'GOAWAY 0 PROTOCOL_ERROR');
  }
});

test('both sides say hello as soon as the connection is open', () => {
  const server = new ScriptServer(http2);
  server.start();
  assert.deepEqual(describeFrames(server.flush()), ['SETTINGS', 'WINDOW_UPDATE 0 8323073']);
  const client = new ScriptClient(http2);
  client.start();
  assert.deepEqual(describeFrames(client.flush()), ['PREFACE', 'SETTINGS', 'WINDOW_UPDATE 0 8323073']);
});

test('something is partly here from its first byte to its last, but for the payload of DATA', () => {
  const server = new ScriptServer(http2);
  const partial: boolean[] = [];
  const hello = Buffer.concat([PREFACE, settings(), headers(1, POST)]);
  for (const byte of hello) {
    server.receive(Buffer.from([byte]));
    partial.push(server.codec.partial);
  }
  const whole = [PREFACE.length, PREFACE.length + 9, hello.length];
  assert.deepEqual(
    partial.flatMap((each, at) => (each ? [] : [at + 1])),
    whole,
  );
  server.receive(data(1, 'hello').subarray(0, 10));
  assert.equal(server.codec.partial, false);
  server.receive(Buffer.from('ello'));
  server.receive(frame(1, END_STREAM, 3, block(GET)));
  assert.equal(server.codec.partial, true, 'a header block without its end');
});
