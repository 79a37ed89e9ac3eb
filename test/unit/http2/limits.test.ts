import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Bytes, LocalResponse } from 'meshloom/protocol';
import http2 from '../../../protocols/http2/index.ts';
import {
  block,
  continuation,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  GET,
  headers,
  type Lines,
  OK,
  POST,
  ping,
  rstStream,
  settings,
  windowUpdate,
} from './frames.ts';
import { ClientScene, ServerScene } from './scene.ts';

const CALM = /^GOAWAY \d+ ENHANCE_YOUR_CALM$/;

function assertCalmed(scene: ServerScene | ClientScene): void {
  assert.match(scene.sent().at(-1) ?? '', CALM);
  assert.equal(scene.host.failure?.code, 'too-large');
}

/** Takes `most` of what `abuse` makes, and the connection lives; with one more it is over. */
function limitHolds(scene: ServerScene | ClientScene, most: number, abuse: (nth: number) => readonly Bytes[]): void {
  for (let nth = 0; nth < most; nth++) scene.receive(...abuse(nth));
  assert.equal(scene.host.state, 'open');
  scene.receive(...abuse(most));
  assertCalmed(scene);
}

describe('rapid reset', () => {
  const limit = { max_unanswered_resets: 3 };

  test('3 requests that their client takes back are served, the 4th ends the connection', () => {
    limitHolds(new ServerScene(limit), 3, (nth) => [headers(2 * nth + 1, GET, END_STREAM), rstStream(2 * nth + 1, 'CANCEL')]);
  });

  test('requests that the client makes us reset count as well', () => {
    limitHolds(new ServerScene(limit), 3, (nth) => [headers(2 * nth + 1, POST), windowUpdate(2 * nth + 1, 0)]);
  });

  test('malformed requests count as well', () => {
    limitHolds(new ServerScene(limit), 3, (nth) => [headers(2 * nth + 1, [], END_STREAM)]);
  });

  test('requests past max_concurrent_streams count as well', () => {
    const scene = new ServerScene({ ...limit, max_concurrent_streams: 1 });
    scene.receive(headers(1, POST));
    limitHolds(scene, 3, (nth) => [headers(2 * nth + 3, GET, END_STREAM)]);
  });

  test('each answered request earns one back', () => {
    const scene = new ServerScene(limit);
    for (let id = 1; id < 400; id += 4) {
      scene.receive(headers(id, GET, END_STREAM), rstStream(id, 'CANCEL'), headers(id + 2, GET, END_STREAM));
      scene.last.stream.sendHead(new LocalResponse(200), true);
    }
    assert.equal(scene.host.state, 'open');
  });

  test('a client may leave in the middle of answers as often as it likes', () => {
    const scene = new ServerScene(limit);
    for (let id = 1; id < 100; id += 2) {
      scene.receive(headers(id, GET, END_STREAM));
      scene.last.stream.sendHead(new LocalResponse(200), false);
      scene.receive(rstStream(id, 'CANCEL'));
    }
    assert.equal(scene.host.state, 'open');
  });
});

describe('answers that are not read', () => {
  for (const [what, flood] of [
    ['PING', ping()],
    ['SETTINGS', settings()],
  ] as const) {
    test(`to ${what}: 3 may queue up, the 4th ends the connection`, () => {
      const scene = new ServerScene({ max_unread_answers: 3 });
      scene.host.highWaterMark = 0;
      limitHolds(scene, 3, () => [flood]);
    });

    test(`to ${what}: there is no limit for a client that reads them`, () => {
      const scene = new ServerScene({ max_unread_answers: 3 });
      for (let left = 100; left > 0; left--) scene.receive(flood);
      assert.equal(scene.host.state, 'open');
    });
  }

  test('count from anew when they have been read', () => {
    const scene = new ServerScene({ max_unread_answers: 3 });
    for (let round = 0; round < 5; round++) {
      scene.host.highWaterMark = 0;
      scene.receive(ping(), ping(), ping());
      scene.host.highWaterMark = Number.POSITIVE_INFINITY;
      scene.sent();
      scene.receive(ping());
    }
    assert.equal(scene.host.state, 'open');
  });

  test('RST_STREAM for requests past the limit of streams is such an answer', () => {
    const scene = new ServerScene({ max_unread_answers: 3, max_concurrent_streams: 1 });
    scene.receive(headers(1, POST));
    scene.host.highWaterMark = 0;
    limitHolds(scene, 3, (nth) => [headers(2 * nth + 3, GET, END_STREAM)]);
  });
});

describe('DATA without a byte', () => {
  test('3 such frames are taken, the 4th ends the connection', () => {
    const scene = new ServerScene({ max_empty_data_frames: 3 });
    scene.receive(headers(1, POST));
    limitHolds(scene, 3, () => [data(1, '')]);
  });

  test('a frame with a byte earns one back, and an ending is not counted', () => {
    const scene = new ServerScene({ max_empty_data_frames: 3 });
    for (let id = 1; id < 100; id += 2) {
      scene.receive(headers(id, POST), data(id, ''), data(id, 'x'), data(id, '', END_STREAM));
      scene.last.stream.sendHead(new LocalResponse(200), true);
    }
    assert.equal(scene.host.state, 'open');
  });
});

describe('a window opened by little', () => {
  const sending = (): ServerScene => {
    const scene = new ServerScene({ max_tiny_window_frames: 3 }, [4, 0]);
    scene.receive(headers(1, GET, END_STREAM));
    scene.last.stream.sendHead(new LocalResponse(200), false);
    scene.last.stream.sendData(Buffer.alloc(100_000), true);
    return scene;
  };

  test('forces 3 frames below 256 bytes out of us, and not a 4th', () => {
    limitHolds(sending(), 3, () => [windowUpdate(1, 255)]);
  });

  test('of 256 bytes is not little', () => {
    const scene = sending();
    for (let left = 100; left > 0; left--) scene.receive(windowUpdate(1, 256));
    assert.equal(scene.host.state, 'open');
  });

  test('that just suffices for the end is not little', () => {
    const scene = new ServerScene({ max_tiny_window_frames: 0 }, [4, 10]);
    scene.receive(headers(1, GET, END_STREAM));
    scene.last.stream.sendHead(new LocalResponse(200), false);
    scene.last.stream.sendData(Buffer.alloc(10), true);
    assert.equal(scene.sent().at(-1), 'DATA 1 10 END_STREAM');
  });
});

describe('WINDOW_UPDATE', () => {
  test('3 are taken that nothing was sent for, the 4th ends the connection', () => {
    limitHolds(new ServerScene({ max_window_updates: 3 }), 3, () => [windowUpdate(0, 1)]);
  });

  test('10 are taken for each DATA frame that we send, 2 for each stream', () => {
    const scene = new ServerScene({ max_window_updates: 20 });
    for (let id = 1; id < 100; id += 2) {
      scene.receive(headers(id, GET, END_STREAM));
      scene.last.stream.sendHead(new LocalResponse(200), false);
      scene.last.stream.sendData(Buffer.from('x'), true);
      for (let left = 10; left > 0; left--) scene.receive(windowUpdate(0, 1));
    }
    assert.equal(scene.host.state, 'open');
  });
});

describe('frames without effect', () => {
  for (const [what, bytes] of [
    ['PRIORITY', frame(2, 0, 1, Buffer.alloc(5))],
    ['of an unknown type', frame(0xbe, 0, 0)],
  ] as const) {
    test(`${what}: 3 are taken, the 4th ends the connection`, () => {
      limitHolds(new ServerScene({ max_idle_frames: 3 }), 3, () => [bytes]);
    });
  }

  test('on a stream that we reset: 3 are taken, the 4th ends the connection', () => {
    const scene = new ServerScene({ max_idle_frames: 3 });
    scene.receive(headers(1, POST), windowUpdate(1, 0));
    limitHolds(scene, 3, () => [data(1, 'x')]);
  });

  test('each stream earns 100', () => {
    const scene = new ServerScene({ max_idle_frames: 100 });
    for (let id = 1; id < 100; id += 2) {
      scene.receive(headers(id, GET, END_STREAM), ...Array.from({ length: 100 }, () => frame(2, 0, id, Buffer.alloc(5))));
      scene.last.stream.sendHead(new LocalResponse(200), true);
    }
    assert.equal(scene.host.state, 'open');
  });
});

describe('CONTINUATION', () => {
  const fragments = (count: number): readonly Bytes[] => [
    frame(1, END_STREAM, 1, block(GET)),
    ...Array.from({ length: count - 1 }, () => continuation(1, Buffer.alloc(0))),
    continuation(1, Buffer.alloc(0), END_HEADERS),
  ];

  test('3 make a head, a 4th ends the connection', () => {
    const scene = new ServerScene({ max_continuation_frames: 3 });
    scene.receive(...fragments(3));
    assert.deepEqual(scene.requests, ['GET /']);
    const other = new ServerScene({ max_continuation_frames: 3 });
    other.receive(...fragments(4));
    assertCalmed(other);
  });

  test('after a head that is too large, but not by far, costs only its stream', () => {
    const scene = new ServerScene();
    const large = block([...GET, ...Array.from({ length: 10 }, (): readonly [string, string] => ['a', 'b'.repeat(16_000)])]);
    const [first, ...rest] = Array.from({ length: 10 }, (_, at) => large.subarray(at * 16_384, (at + 1) * 16_384));
    scene.receive(
      frame(1, END_STREAM, 1, first),
      ...rest.map((part, at) => continuation(1, part, at === rest.length - 1 ? END_HEADERS : 0)),
    );
    scene.receive(headers(3, GET, END_STREAM));
    assert.deepEqual(scene.sent(), ['HEADERS 1 END_STREAM']);
    assert.deepEqual(scene.requests, ['GET /']);
  });
});

describe('the head of a request', () => {
  const sized = (bytes: number): Lines => {
    const size = GET.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
    return [...GET, ['a', 'b'.repeat(bytes - size - 33)]];
  };

  test('of max_head_bytes is served, one byte more is answered with 431', () => {
    const scene = new ServerScene({ max_head_bytes: 1024 });
    scene.receive(headers(1, sized(1024), END_STREAM));
    assert.deepEqual(scene.requests, ['GET /']);
    scene.receive(headers(3, sized(1025), END_STREAM));
    assert.equal(scene.requests.length, 1);
    assert.deepEqual(scene.sent(), ['HEADERS 3 END_STREAM']);
    assert.equal(scene.host.codec.activeStreams, 1);
  });

  test('of max_head_fields is served, one line more is answered with 431, and the body need not be sent', () => {
    const scene = new ServerScene({ max_head_fields: 8 });
    const lines = (count: number): Lines => [...POST, ...Array.from({ length: count - 4 }, () => ['a', 'b'] as const)];
    scene.receive(headers(1, lines(8)));
    assert.deepEqual(scene.requests, ['POST /']);
    scene.receive(headers(3, lines(9)), data(3, 'x', END_STREAM));
    assert.deepEqual(scene.sent(), ['HEADERS 3 END_STREAM', 'RST_STREAM 3 NO_ERROR']);
    assert.equal(scene.host.state, 'open');
  });

  test('trailers past the limit end their stream', () => {
    const scene = new ServerScene({ max_head_bytes: 1024 });
    scene.receive(headers(1, POST), headers(1, [['a', 'b'.repeat(1000)]], END_STREAM));
    assert.deepEqual(scene.sent(), ['RST_STREAM 1 ENHANCE_YOUR_CALM']);
    assert.equal(scene.last.handler.fault?.code, 'too-large');
  });
});

describe('concurrent streams', () => {
  test('2 are served, a 3rd is refused, and may be sent again when one is over', () => {
    const scene = new ServerScene({ max_concurrent_streams: 2 });
    scene.receive(headers(1, POST), headers(3, POST), headers(5, POST, END_STREAM));
    assert.deepEqual(scene.sent(), ['RST_STREAM 5 REFUSED_STREAM']);
    assert.equal(scene.requests.length, 2);
    scene.receive(data(1, '', END_STREAM));
    scene.host.served[0]!.stream.sendHead(new LocalResponse(200), true);
    scene.receive(headers(7, POST, END_STREAM));
    assert.equal(scene.requests.length, 3);
  });
});

test('a drip of single bytes on a paused stream takes little more memory than it has bytes', () => {
  const scene = new ServerScene({ stream_window_bytes: 1_000_000 });
  scene.receive(headers(1, POST));
  scene.last.stream.pause();
  scene.host.journal.keeping = false;
  const drip = Buffer.concat(Array.from({ length: 1000 }, () => data(1, 'x')));
  const before = process.memoryUsage().arrayBuffers;
  for (let left = 500; left > 0; left--) scene.receive(drip);
  assert.ok(process.memoryUsage().arrayBuffers - before < 40_000_000);
  scene.last.stream.resume();
  assert.equal(scene.last.handler.received, 500_000);
});

test('limits are those of servers of a client too, but for what a server cannot do', () => {
  const flood = new ClientScene({ max_idle_frames: 3 });
  limitHolds(flood, 3, () => [frame(0xbe, 0, 0)]);
  const reset = new ClientScene({ max_unanswered_resets: 0 });
  for (let id = 1; id < 20; id += 2) {
    reset.ask();
    reset.receive(rstStream(id, 'REFUSED_STREAM'));
  }
  assert.equal(reset.host.state, 'open');
  reset.ask();
  reset.receive(headers(21, OK, END_STREAM));
  assert.equal(reset.host.opened.at(-1)?.handler.head?.code, 200);
});

test('every limit is an option with its default, its range, and its reason', () => {
  const limits = (http2.options ?? []).filter(({ name }) => name.startsWith('max_'));
  assert.deepEqual(Object.fromEntries(limits.map((option) => [option.name, option.default])), {
    max_concurrent_streams: 128,
    max_upstream_streams: 1024,
    max_held_bytes: 16_777_216,
    max_stream_window_bytes: 0,
    max_head_bytes: 65_536,
    max_head_fields: 256,
    max_continuation_frames: 16,
    max_unanswered_resets: 1000,
    max_unread_answers: 1000,
    max_empty_data_frames: 100,
    max_tiny_window_frames: 1000,
    max_window_updates: 1000,
    max_idle_frames: 1000,
  });
  for (const { name, description } of limits) assert.ok(description.length > 60, name);
});
