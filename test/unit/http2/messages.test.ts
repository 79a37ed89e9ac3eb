import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FieldList, fault, LocalResponse } from 'meshloom/protocol';
import { neutralRequest, pair, ScriptClient, ScriptServer } from 'meshloom/testing';
import http2 from '../../../protocols/http2/index.ts';
import { PREFACE as OURS } from '../../../protocols/http2/preface.ts';
import { RoundRobin } from '../../../protocols/http2/round-robin.ts';
import { data, END_STREAM, GET, headers, POST, PREFACE, settings } from './frames.ts';
import { ClientScene, ServerScene } from './scene.ts';

test('a connection is HTTP/2 once all of the preface has been seen, and not at the first byte that differs', () => {
  for (let length = 0; length < PREFACE.length; length++) assert.equal(http2.sniff(PREFACE.subarray(0, length)), 'more');
  assert.equal(http2.sniff(PREFACE), 'yes');
  assert.equal(http2.sniff(Buffer.concat([PREFACE, settings()])), 'yes');
  for (let length = 1; length <= PREFACE.length; length++) {
    const other = Buffer.from(PREFACE.subarray(0, length));
    other[length - 1]! ^= 1;
    assert.equal(http2.sniff(other), 'no');
  }
  assert.deepEqual(OURS, PREFACE);
});

test('options that are set hold for the connections of that configuration, and for no others', () => {
  const small = http2.configure!({ max_concurrent_streams: 7 });
  const announced = (protocol: typeof http2): number => {
    const server = new ScriptServer(protocol);
    server.start();
    return server.flush().readUInt32BE(9 + 2);
  };
  assert.equal(announced(small), 7);
  assert.equal(announced(http2), 128);
});

describe('informational heads', () => {
  test('are sent before the head, as many as there are', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, GET, END_STREAM));
    const { stream } = scene.last;
    stream.sendInformational(new LocalResponse(100));
    stream.sendInformational(new LocalResponse(103));
    stream.sendHead(new LocalResponse(200), true);
    assert.deepEqual(scene.sent(), ['HEADERS 1', 'HEADERS 1', 'HEADERS 1 END_STREAM']);
  });

  test('are not sent after it, and never is 101', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, GET, END_STREAM));
    const { stream } = scene.last;
    stream.sendInformational(new LocalResponse(101));
    stream.sendHead(new LocalResponse(200), false);
    stream.sendInformational(new LocalResponse(103));
    assert.deepEqual(scene.sent(), ['HEADERS 1']);
  });
});

describe('a large head', () => {
  const value = 'large '.repeat(9000).trim();

  test('leaves in frames of at most what the peer takes, and arrives', () => {
    const joined = pair(http2);
    joined.run();
    const { stream, handler } = joined.client.open();
    stream.sendHead(neutralRequest({ fields: new FieldList([['x-large', value]]) }), true);
    joined.run();
    const [served] = joined.server.served;
    assert.equal(served!.head.fields.get('x-large'), value);
    served!.stream.sendHead(new LocalResponse(200, new FieldList([['x-large', value]])), true);
    joined.run();
    assert.equal(handler.head?.fields.get('x-large'), value);
  });

  test('is HEADERS and CONTINUATION, the stream ending with the first of them', () => {
    const scene = new ClientScene();
    scene.host.open().stream.sendHead(neutralRequest({ fields: new FieldList([['x-large', value]]) }), true);
    assert.deepEqual(scene.sent(), ['HEADERS 1 END_STREAM ...', 'CONTINUATION 1', 'CONTINUATION 1', 'CONTINUATION 1']);
  });

  test('that will not go into the table is sent all the same, many times its size', () => {
    const scene = new ClientScene();
    const fields = new FieldList(Array.from({ length: 30 }, (_, at) => [`x-${at}`, value] as const));
    scene.host.open().stream.sendHead(neutralRequest({ fields }), true);
    assert.equal(scene.sent().length, Math.ceil((30 * (value.length + 8)) / 16_384));
  });
});

test('a peer without a table gets none', () => {
  const scene = new ServerScene({}, [1, 0]);
  const blocks = [1, 3].map((id) => {
    scene.receive(headers(id, GET, END_STREAM));
    scene.last.stream.sendHead(new LocalResponse(200, new FieldList([['server', 'a']])), true);
    return scene.written().subarray(9).toString('hex');
  });
  // A size update to 0, `:status: 200`, and a literal that is not put into the table; then the same without the update.
  assert.deepEqual(blocks, ['20880f270161', '880f270161']);
});

test('a request without a scheme has that of its connection', () => {
  class SecureClient extends ScriptClient {
    override readonly secure = true;
  }
  const client = new SecureClient(http2);
  client.start();
  client.flush();
  client.open().stream.sendHead(neutralRequest({ scheme: '' }), true);
  const scene = new ServerScene();
  scene.receive(client.flush());
  assert.equal(scene.last.head.scheme, 'https');
});

test('a second head is not sent', () => {
  const scene = new ServerScene();
  scene.receive(headers(1, GET, END_STREAM));
  scene.last.stream.sendHead(new LocalResponse(200), false);
  scene.last.stream.sendHead(new LocalResponse(201), false);
  assert.deepEqual(scene.sent(), ['HEADERS 1']);
  const client = new ClientScene();
  const { stream } = client.ask('GET', false);
  stream.sendHead(neutralRequest(), true);
  assert.deepEqual(client.sent(), ['HEADERS 1']);
});

test('reply() after a head can only reset', () => {
  const scene = new ServerScene();
  scene.receive(headers(1, GET, END_STREAM));
  scene.last.stream.sendHead(new LocalResponse(200), false);
  scene.last.stream.reply('timeout', 'late');
  assert.deepEqual(scene.sent(), ['HEADERS 1', 'RST_STREAM 1 CANCEL']);
});

test('who is told to wait within onRequest is told to go on', () => {
  const scene = new ServerScene();
  scene.host.react = ({ stream }) => {
    scene.host.highWaterMark = 0;
    scene.host.write(Buffer.alloc(0));
    assert.equal(stream.writable, false);
    scene.host.highWaterMark = Number.POSITIVE_INFINITY;
    scene.host.flush();
  };
  scene.receive(headers(1, GET, END_STREAM));
  assert.equal(scene.last.handler.drains, 1);
});

describe('of streams that are long over', () => {
  test('DATA is STREAM_CLOSED for the stream, and the connection goes on', () => {
    const scene = new ServerScene();
    for (let id = 1; id < 200; id += 2) {
      scene.receive(headers(id, POST, END_STREAM));
      scene.last.stream.sendHead(new LocalResponse(204), true);
    }
    scene.sent();
    scene.receive(data(1, 'x'));
    assert.deepEqual(scene.sent(), ['RST_STREAM 1 STREAM_CLOSED']);
  });

  test('a thousand that we reset are remembered', () => {
    const scene = new ServerScene();
    for (let id = 1; id < 2 * 1010; id += 2) {
      scene.receive(headers(id, POST));
      scene.last.stream.reset(fault('cancelled', 'local', 'maybe', ''));
    }
    scene.sent();
    scene.receive(data(2 * 1009 + 1, 'x'), data(101, 'x'));
    assert.deepEqual(scene.sent(), []);
    scene.receive(data(1, 'x'));
    assert.deepEqual(scene.sent(), ['RST_STREAM 1 STREAM_CLOSED']);
  });
});

test('whoever joins a line has a turn, in order, however long the line becomes', () => {
  const line = new RoundRobin<number>();
  const served: number[] = [];
  for (let joined = 0; joined < 5000; joined++) {
    line.join(joined);
    if (joined % 3 === 0) continue;
    served.push(line.next());
    line.leave();
  }
  while (!line.empty) {
    served.push(line.next());
    line.leave();
  }
  assert.deepEqual(
    served,
    Array.from({ length: 5000 }, (_, at) => at),
  );
});
