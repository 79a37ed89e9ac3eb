import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FieldList, type Outcome, type ResponseHead } from 'meshloom/protocol';
import { neutralRequest, ScriptClient } from 'meshloom/testing';
import http2 from '../../../protocols/http2/index.ts';
import { data, describeFrames, END_STREAM, headers, type Lines, settings } from './frames.ts';
import { ClientScene, ServerScene } from './scene.ts';

const ENABLE_CONNECT_PROTOCOL = 8;

const EXTENDED: Lines = [
  [':method', 'CONNECT'],
  [':protocol', 'websocket'],
  [':scheme', 'https'],
  [':authority', 'a.test'],
  [':path', '/chat'],
];
const CONNECT: Lines = [
  [':method', 'CONNECT'],
  [':authority', 'a.test:443'],
];

/** A response as a client's codec makes it, which knows whether the upgrade was accepted. */
const response = (status: number, upgraded: boolean): ResponseHead => ({
  protocol: 'neutral',
  outcome: 'ok' as Outcome,
  code: status,
  status,
  upgraded,
  fields: new FieldList([['sec-websocket-accept', 'x']]),
});

const websocket = neutralRequest({
  path: '/chat',
  upgrade: 'websocket',
  fields: new FieldList([
    ['sec-websocket-key', 'x'],
    ['sec-websocket-version', '13'],
  ]),
});

describe('extended CONNECT (RFC 8441)', () => {
  test('is the request that HTTP/1.1 upgrades', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, EXTENDED));
    const { head } = scene.last;
    assert.deepEqual([head.method, head.upgrade, head.scheme, head.authority, head.path], ['GET', 'websocket', 'https', 'a.test', '/chat']);
    assert.equal(head.idempotent, false);
  });

  for (const [what, head, status] of [
    ["HTTP/1.1's 101 accepts it by 200", response(101, true), '200'],
    ['a 2xx that accepts it stays', response(204, true), '204'],
    ['a 2xx that does not accept it must not look as if it did', response(200, false), '502'],
    ['another status refuses it', response(403, false), '403'],
  ] as const) {
    test(what, () => {
      const scene = new ServerScene();
      scene.receive(headers(1, EXTENDED));
      scene.last.stream.sendHead(head, false);
      const client = new ClientScene();
      client.ask();
      client.receive(scene.written());
      const got = client.host.opened[0]!.handler.head!;
      assert.equal(String(got.status), status);
      assert.equal(got.fields.has('sec-websocket-accept'), false);
    });
  }

  test('once accepted carries data both ways until each side ends', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, [...EXTENDED, ['content-length', '0']]), data(1, 'early'));
    const { stream, handler } = scene.last;
    stream.sendHead(response(101, true), false);
    stream.sendData(Buffer.from('hello'), false);
    scene.receive(data(1, 'world', END_STREAM));
    assert.equal(handler.body.toString(), 'earlyworld');
    assert.equal(scene.host.codec.activeStreams, 1);
    stream.sendData(Buffer.from('bye'), true);
    assert.deepEqual(scene.sent(), ['HEADERS 1', 'DATA 1 5', 'DATA 1 3 END_STREAM']);
    assert.equal(scene.host.codec.activeStreams, 0);
  });

  test('is malformed where it was not offered', () => {
    const scene = new ServerScene({ enable_connect_protocol: false });
    scene.receive(headers(1, EXTENDED));
    assert.deepEqual(scene.sent(), ['RST_STREAM 1 PROTOCOL_ERROR']);
  });

  test('is sent to a server that offers it, without the handshake of WebSocket', () => {
    const client = new ClientScene({}, [ENABLE_CONNECT_PROTOCOL, 1]);
    const { stream, handler } = client.host.open();
    stream.sendHead(websocket, false);
    const server = new ServerScene();
    server.receive(client.written());
    const { head } = server.last;
    assert.deepEqual([head.upgrade, head.path], ['websocket', '/chat']);
    assert.deepEqual([...head.fields], [['sec-websocket-version', '13']]);
    client.receive(headers(1, [[':status', '200']]));
    assert.deepEqual([handler.head?.upgraded, handler.head?.code, handler.head?.status], [true, 200, 101]);
  });

  test('waits for the SETTINGS of a new connection, with what was sent after it', () => {
    const client = new ScriptClient(http2);
    client.start();
    const { stream } = client.open();
    stream.sendHead(websocket, false);
    stream.sendData(Buffer.from('early'), false);
    assert.deepEqual(describeFrames(client.flush()), ['PREFACE', 'SETTINGS', 'WINDOW_UPDATE 0 8323073']);
    client.receive(settings([ENABLE_CONNECT_PROTOCOL, 1]));
    assert.deepEqual(describeFrames(client.flush()), ['SETTINGS ACK', 'HEADERS 1', 'DATA 1 5']);
  });

  test('fails without a trace where the server does not offer it', () => {
    const early = new ScriptClient(http2);
    early.start();
    const waiting = early.open();
    waiting.stream.sendHead(websocket, false);
    early.receive(settings());
    const late = new ClientScene();
    const refused = late.host.open();
    refused.stream.sendHead(websocket, false);
    for (const { fault } of [waiting.handler, refused.handler]) {
      assert.deepEqual([fault?.code, fault?.origin, fault?.processed], ['unsupported', 'upstream', 'no']);
    }
    assert.equal(early.codec.activeStreams, 0);
    assert.equal(late.host.codec.activeStreams, 0);
  });

  test('that is refused is an ordinary response', () => {
    const client = new ClientScene({}, [ENABLE_CONNECT_PROTOCOL, 1]);
    const { stream, handler } = client.host.open();
    stream.sendHead(websocket, false);
    client.receive(
      headers(1, [
        [':status', '403'],
        ['content-length', '2'],
      ]),
      data(1, 'no', END_STREAM),
    );
    assert.equal(handler.head?.upgraded, false);
    assert.equal(handler.body.toString(), 'no');
  });
});

describe('CONNECT (RFC 9113 section 8.5)', () => {
  test('has an authority, and neither scheme nor path', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, CONNECT));
    const { head } = scene.last;
    assert.deepEqual([head.method, head.upgrade, head.authority, head.scheme, head.path], ['CONNECT', 'connect', 'a.test:443', '', '']);
  });

  test('is passed on as it came', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, CONNECT));
    const client = new ClientScene();
    const { stream, handler } = client.host.open();
    stream.sendHead(scene.last.head, false);
    const server = new ServerScene();
    server.receive(client.written());
    assert.deepEqual([server.last.head.upgrade, server.last.head.authority], ['connect', 'a.test:443']);
    client.receive(
      headers(1, [
        [':status', '200'],
        ['content-length', '3'],
      ]),
      data(1, 'as much as it likes'),
    );
    assert.deepEqual([handler.head?.upgraded, handler.head?.code, handler.head?.status], [true, 200, 200]);
    assert.equal(handler.body.toString(), 'as much as it likes');
  });
});
