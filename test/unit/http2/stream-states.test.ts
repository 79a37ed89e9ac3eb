import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Bytes, fault, LocalResponse, step } from 'meshloom/protocol';
import { STREAM_TRANSITIONS, type StreamEvent, type StreamState } from '../../../protocols/http2/stream-state.ts';
import { data, END_STREAM, GET, headers, POST, rstStream, windowUpdate } from './frames.ts';
import { ClientScene, ServerScene } from './scene.ts';

test('the table is figure 2 of RFC 9113: each direction ends once, and a reset ends both', () => {
  const walk = (...events: StreamEvent[]): StreamState | undefined =>
    events.reduce<StreamState | undefined>(
      (state, event) => (state === undefined ? undefined : step(STREAM_TRANSITIONS, state, event)),
      'idle',
    );
  assert.equal(walk('send-headers', 'send-end', 'receive-headers', 'receive-data', 'receive-end'), 'closed');
  assert.equal(walk('receive-headers', 'receive-end', 'send-headers', 'send-data', 'send-end'), 'closed');
  assert.equal(walk('receive-headers', 'send-headers', 'send-end', 'receive-data', 'receive-headers', 'receive-end'), 'closed');
  assert.equal(walk('receive-headers', 'receive-reset'), 'closed');
  assert.equal(walk('send-headers', 'send-end', 'send-reset'), 'closed');
  for (const wrong of [
    ['send-data'],
    ['receive-data'],
    ['receive-reset'],
    ['receive-headers', 'receive-end', 'receive-data'],
    ['receive-headers', 'receive-end', 'receive-headers'],
    ['send-headers', 'send-end', 'send-data'],
    ['send-headers', 'send-end', 'send-headers'],
    ['send-headers', 'send-reset', 'receive-data'],
  ] as StreamEvent[][]) {
    assert.equal(walk(...wrong), undefined, wrong.join(' '));
  }
});

/** Streams of a server that are over, each in its own way. */
const ENDED: readonly (readonly [how: string, answer: string, end: (scene: ServerScene) => void])[] = [
  [
    'ended by both sides',
    'GOAWAY 1 STREAM_CLOSED',
    (scene) => {
      scene.receive(headers(1, GET, END_STREAM));
      scene.last.stream.sendHead(new LocalResponse(200), true);
    },
  ],
  ['reset by the client', 'RST_STREAM 1 STREAM_CLOSED', (scene) => scene.receive(headers(1, POST), rstStream(1, 'CANCEL'))],
  [
    'reset by the client after our answer',
    'RST_STREAM 1 STREAM_CLOSED',
    (scene) => {
      scene.receive(headers(1, POST));
      scene.last.stream.sendHead(new LocalResponse(200), true);
      scene.receive(rstStream(1, 'CANCEL'));
    },
  ],
];

describe('a stream that the client itself has ended', () => {
  for (const [how, answer, end] of ENDED) {
    for (const [what, late] of [
      ['DATA', data(1, 'x')],
      ['HEADERS', headers(1, GET, END_STREAM)],
    ] as const) {
      test(`${how}: ${what} is answered by ${answer}`, () => {
        const scene = new ServerScene();
        end(scene);
        scene.receive(late);
        assert.equal(scene.sent().at(-1), answer);
      });
    }

    test(`${how}: WINDOW_UPDATE and RST_STREAM that were on their way are ignored`, () => {
      const scene = new ServerScene();
      end(scene);
      scene.sent();
      scene.receive(windowUpdate(1, 100), rstStream(1, 'CANCEL'));
      assert.deepEqual(scene.sent(), []);
      assert.equal(scene.host.state, 'open');
    });
  }
});

test('what a client still sends after its own reset harms none of its other streams', () => {
  const scene = new ServerScene();
  scene.receive(headers(1, POST), headers(3, POST), rstStream(1, 'CANCEL'));
  scene.sent();
  // Netty writes the message of a gRPC call that way, when the answer came before it.
  scene.receive(data(1, 'x'), data(1, 'y', END_STREAM), data(3, 'z', END_STREAM));
  assert.deepEqual(scene.sent(), ['RST_STREAM 1 STREAM_CLOSED']);
  assert.equal(String(scene.last.handler.body), 'z');
  assert.equal(scene.host.state, 'open');
});

describe('a stream that we reset', () => {
  const reset = (): ServerScene => {
    const scene = new ServerScene();
    scene.receive(headers(1, POST));
    scene.last.stream.reset(fault('cancelled', 'local', 'maybe', 'test'));
    scene.sent();
    return scene;
  };
  const late: readonly (readonly [string, Bytes])[] = [
    ['DATA', data(1, 'x', END_STREAM)],
    ['trailers', headers(1, [['a', 'b']], END_STREAM)],
    ['WINDOW_UPDATE', windowUpdate(1, 1)],
    ['RST_STREAM', rstStream(1, 'CANCEL')],
  ];
  for (const [what, bytes] of late) {
    test(`${what} that was on its way is ignored`, () => {
      const scene = reset();
      scene.receive(bytes, headers(3, GET, END_STREAM));
      assert.deepEqual(scene.sent(), []);
      assert.deepEqual(scene.requests, ['POST /', 'GET /']);
    });
  }

  test('trailers that were on their way keep the table of the connection right', () => {
    const scene = reset();
    // Literal with indexing, on a stream that nobody listens to; the next head uses the entry.
    const late = Buffer.from('00000b01050000000140036162630462 6c7565'.replaceAll(' ', ''), 'hex');
    late[2] = late.length - 9;
    const next = Buffer.concat([headers(3, GET).subarray(9), Buffer.from([0xbe])]);
    const head = Buffer.alloc(9);
    head.writeUIntBE(next.length, 0, 3);
    head[3] = 1;
    head[4] = 5;
    head[8] = 3;
    scene.receive(late, head, next);
    assert.equal(scene.last.head.fields.get('abc'), 'blue');
  });
});

test('frames after the client has ended its direction are STREAM_CLOSED for the stream', () => {
  for (const late of [data(1, 'x'), headers(1, [['a', 'b']], END_STREAM)]) {
    const scene = new ServerScene();
    scene.receive(headers(1, POST, END_STREAM), late);
    assert.deepEqual(scene.sent(), ['RST_STREAM 1 STREAM_CLOSED']);
    assert.equal(scene.last.handler.fault?.code, 'malformed');
    assert.equal(scene.host.state, 'open');
  }
});

test('ids go up: a lower one that was never used is PROTOCOL_ERROR', () => {
  const scene = new ServerScene();
  scene.receive(headers(5, GET, END_STREAM), headers(3, GET, END_STREAM));
  assert.deepEqual(scene.sent(), ['GOAWAY 5 PROTOCOL_ERROR']);
});

test('ids may be left out', () => {
  const scene = new ServerScene();
  scene.receive(headers(7, GET, END_STREAM), headers(101, GET, END_STREAM));
  assert.equal(scene.requests.length, 2);
});

describe('a reset says why', () => {
  const sent = (code: Parameters<typeof fault>[0], origin: Parameters<typeof fault>[1], processed: 'no' | 'maybe'): string | undefined => {
    const scene = new ServerScene();
    scene.receive(headers(1, GET, END_STREAM));
    scene.last.stream.reset(fault(code, origin, processed, 'test'));
    return scene.sent().at(-1);
  };
  test('of a server: nobody has begun to work on it', () => assert.equal(sent('overflow', 'local', 'no'), 'RST_STREAM 1 REFUSED_STREAM'));
  test('of a server: time was up', () => assert.equal(sent('timeout', 'local', 'maybe'), 'RST_STREAM 1 CANCEL'));
  test('of a server: the upstream failed', () => assert.equal(sent('truncated', 'upstream', 'maybe'), 'RST_STREAM 1 INTERNAL_ERROR'));
  test('of a server: the client was wrong', () => assert.equal(sent('malformed', 'downstream', 'maybe'), 'RST_STREAM 1 PROTOCOL_ERROR'));

  test('of a client', () => {
    const scene = new ClientScene();
    scene.ask().stream.reset(fault('cancelled', 'downstream', 'maybe', 'test'));
    scene.ask().stream.reset(fault('malformed', 'upstream', 'maybe', 'test'));
    scene.ask().stream.reset(fault('overflow', 'upstream', 'maybe', 'test'));
    const resets = scene.sent().filter((line) => line.startsWith('RST'));
    assert.deepEqual(resets, ['RST_STREAM 1 CANCEL', 'RST_STREAM 3 PROTOCOL_ERROR', 'RST_STREAM 5 INTERNAL_ERROR']);
  });
});

describe('a reset of the peer says whether work was done', () => {
  for (const [code, expected, processed] of [
    ['REFUSED_STREAM', 'refused', 'no'],
    ['CANCEL', 'reset', 'maybe'],
    ['INTERNAL_ERROR', 'reset', 'maybe'],
    ['ENHANCE_YOUR_CALM', 'reset', 'maybe'],
    ['NO_ERROR', 'reset', 'maybe'],
  ] as const) {
    test(code, () => {
      const scene = new ClientScene();
      const { handler } = scene.ask();
      scene.receive(rstStream(1, code));
      assert.deepEqual([handler.fault?.code, handler.fault?.origin, handler.fault?.processed], [expected, 'upstream', processed]);
    });
  }
});

test('a stream that was opened and never asked anything is reset without a word', () => {
  const scene = new ClientScene();
  const opened = scene.host.open();
  assert.equal(scene.host.codec.activeStreams, 1);
  opened.stream.reset(fault('cancelled', 'local', 'no', 'test'));
  assert.equal(scene.host.codec.activeStreams, 0);
  assert.deepEqual(scene.sent(), []);
  scene.ask();
  assert.deepEqual(scene.sent(), ['HEADERS 1 END_STREAM']);
});

test('streams get their ids in the order of their heads, whichever was opened first', () => {
  const scene = new ClientScene();
  const first = scene.host.open();
  const second = scene.ask();
  first.stream.reset(fault('cancelled', 'local', 'no', 'test'));
  const third = scene.ask();
  assert.deepEqual(scene.sent(), ['HEADERS 1 END_STREAM', 'HEADERS 3 END_STREAM']);
  scene.receive(headers(3, [[':status', '204']], END_STREAM));
  assert.equal(second.handler.head, undefined);
  assert.equal(third.handler.head?.code, 204);
});
