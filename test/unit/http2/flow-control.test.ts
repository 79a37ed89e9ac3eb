import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fault, LocalResponse } from 'meshloom/protocol';
import { data, END_STREAM, GET, headers, OK, POST, paddedData, rstStream, settings, windowUpdate } from './frames.ts';
import { ClientScene, ServerScene } from './scene.ts';

const WINDOW = 65_535;
const FRAME = 16_384;
const INITIAL_WINDOW_SIZE = 4;
const body = (bytes: number): Buffer => Buffer.alloc(bytes, 'b');

/** A server that answers `GET /` on stream 1 with so many bytes, and has been told that its client takes `window`. */
function answering(bytes: number, window = WINDOW): ServerScene {
  const scene = new ServerScene({}, [INITIAL_WINDOW_SIZE, window]);
  scene.receive(headers(1, GET, END_STREAM));
  scene.last.stream.sendHead(new LocalResponse(200), false);
  scene.last.stream.sendData(body(bytes), true);
  return scene;
}

describe('sending', () => {
  test('goes up to the window, in frames of at most 16384 bytes, and stops', () => {
    const scene = answering(100_000);
    assert.deepEqual(scene.sent(), ['HEADERS 1', 'DATA 1 16384', 'DATA 1 16384', 'DATA 1 16384', 'DATA 1 16383']);
  });

  test('goes on when both windows are open again', () => {
    const scene = answering(70_000);
    scene.sent();
    scene.receive(windowUpdate(1, 100_000));
    assert.deepEqual(scene.sent(), []);
    scene.receive(windowUpdate(0, 1000));
    assert.deepEqual(scene.sent(), ['DATA 1 1000']);
    scene.receive(windowUpdate(0, 100_000));
    assert.deepEqual(scene.sent(), ['DATA 1 3465 END_STREAM']);
    assert.equal(scene.host.codec.activeStreams, 0);
  });

  test('of nothing but an ending needs no window', () => {
    const scene = new ServerScene({}, [INITIAL_WINDOW_SIZE, 0]);
    scene.receive(headers(1, GET, END_STREAM));
    scene.last.stream.sendHead(new LocalResponse(200), false);
    scene.last.stream.sendData(Buffer.alloc(0), true);
    assert.deepEqual(scene.sent(), ['HEADERS 1', 'DATA 1 0 END_STREAM']);
  });

  test('of trailers waits for the data before them', () => {
    const scene = new ServerScene({}, [INITIAL_WINDOW_SIZE, 3]);
    scene.receive(headers(1, GET, END_STREAM));
    scene.last.stream.sendHead(new LocalResponse(200), false);
    scene.last.stream.sendData(Buffer.from('hello'), false);
    scene.last.stream.sendTrailers(new LocalResponse(200).fields);
    assert.deepEqual(scene.sent(), ['HEADERS 1', 'DATA 1 3']);
    scene.receive(windowUpdate(1, 2));
    assert.deepEqual(scene.sent(), ['DATA 1 2', 'DATA 1 0 END_STREAM']);
  });

  test('obeys a window that became negative', () => {
    const scene = answering(10, 8);
    assert.deepEqual(scene.sent(), ['HEADERS 1', 'DATA 1 8']);
    scene.receive(settings([INITIAL_WINDOW_SIZE, 2]));
    assert.deepEqual(scene.sent(), ['SETTINGS ACK']);
    scene.receive(windowUpdate(1, 6));
    assert.deepEqual(scene.sent(), []);
    scene.receive(windowUpdate(1, 1));
    assert.deepEqual(scene.sent(), ['DATA 1 1']);
  });

  test('goes on when SETTINGS open the windows of all streams', () => {
    const scene = answering(10, 0);
    assert.deepEqual(scene.sent(), ['HEADERS 1']);
    scene.receive(settings([INITIAL_WINDOW_SIZE, 100]));
    assert.deepEqual(scene.sent(), ['SETTINGS ACK', 'DATA 1 10 END_STREAM']);
  });

  test('uses larger frames where the peer takes them, up to 64 KiB', () => {
    const scene = new ServerScene({}, [INITIAL_WINDOW_SIZE, 1_000_000], [5, 1_000_000]);
    scene.receive(windowUpdate(0, 1_000_000), headers(1, GET, END_STREAM));
    scene.last.stream.sendHead(new LocalResponse(200), false);
    scene.last.stream.sendData(body(100_000), true);
    assert.deepEqual(scene.sent(), ['HEADERS 1', 'DATA 1 65536', 'DATA 1 34464 END_STREAM']);
  });

  test('lets each stream have its turn when the window of the connection is what they wait for', () => {
    const scene = new ServerScene({}, [INITIAL_WINDOW_SIZE, 1_000_000]);
    scene.receive(headers(1, GET, END_STREAM), headers(3, GET, END_STREAM), headers(5, GET, END_STREAM));
    for (const { stream } of scene.host.served) {
      stream.sendHead(new LocalResponse(200), false);
      stream.sendData(body(WINDOW), true);
    }
    scene.sent();
    scene.receive(windowUpdate(0, 4 * FRAME));
    assert.deepEqual(scene.sent(), ['DATA 3 16384', 'DATA 5 16384', 'DATA 3 16384', 'DATA 5 16384']);
  });

  test('on one stream does not stop for another whose window is closed', () => {
    const scene = answering(100, 10);
    scene.receive(headers(3, GET, END_STREAM));
    scene.last.stream.sendHead(new LocalResponse(200), false);
    scene.last.stream.sendData(body(10), true);
    assert.deepEqual(scene.sent(), ['HEADERS 1', 'DATA 1 10', 'HEADERS 3', 'DATA 3 10 END_STREAM']);
  });

  test('waits while the transport is full, and lets each stream have its turn when it is not', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, GET, END_STREAM), headers(3, GET, END_STREAM));
    scene.host.highWaterMark = 0;
    for (const { stream } of scene.host.served) {
      stream.sendHead(new LocalResponse(200), false);
      stream.sendData(body(20_000), true);
    }
    scene.host.highWaterMark = Number.POSITIVE_INFINITY;
    assert.deepEqual(scene.sent(), ['HEADERS 1', 'HEADERS 3']);
    assert.deepEqual(scene.sent(), ['DATA 1 16384', 'DATA 3 16384', 'DATA 1 3616 END_STREAM', 'DATA 3 3616 END_STREAM']);
  });
});

describe('a stream is writable', () => {
  test('while less than send_buffer_bytes are queued, and its handler hears when that is so again', () => {
    const scene = new ServerScene({ send_buffer_bytes: 1000 }, [INITIAL_WINDOW_SIZE, 0]);
    scene.receive(headers(1, GET, END_STREAM));
    const { stream, handler } = scene.last;
    stream.sendHead(new LocalResponse(200), false);
    stream.sendData(body(999), false);
    assert.equal(stream.writable, true);
    stream.sendData(body(1), false);
    assert.equal(stream.writable, false);
    assert.equal(handler.drains, 0);
    scene.receive(windowUpdate(1, 1));
    assert.equal(handler.drains, 1);
    assert.equal(stream.writable, true);
    scene.receive(windowUpdate(1, 999));
    assert.equal(handler.drains, 1);
  });

  test('while the transport is, and nobody is told to go on who was not told to stop', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, GET, END_STREAM), headers(3, GET, END_STREAM));
    const [asked, silent] = scene.host.served;
    scene.host.highWaterMark = 0;
    scene.host.write(Buffer.from([]));
    assert.equal(asked!.stream.writable, false);
    scene.host.highWaterMark = 1;
    scene.host.flush();
    assert.equal(asked!.handler.drains, 1);
    assert.equal(silent!.handler.drains, 0);
  });
});

describe('a window that overflows', () => {
  test('of a stream ends the stream', () => {
    const scene = answering(0, 1);
    scene.sent();
    scene.receive(headers(3, POST), windowUpdate(3, 0x7fff_fffe));
    assert.equal(scene.host.codec.activeStreams, 1);
    scene.receive(windowUpdate(3, 1));
    assert.deepEqual(scene.sent(), ['RST_STREAM 3 FLOW_CONTROL_ERROR']);
  });

  test('of the connection ends the connection', () => {
    const scene = new ServerScene();
    scene.receive(windowUpdate(0, 0x7fff_ffff - WINDOW));
    assert.deepEqual(scene.sent(), []);
    scene.receive(windowUpdate(0, 1));
    assert.deepEqual(scene.sent(), ['GOAWAY 0 FLOW_CONTROL_ERROR']);
  });

  test('because of SETTINGS ends the connection', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, POST), windowUpdate(1, 0x7fff_ffff - WINDOW), settings([INITIAL_WINDOW_SIZE, WINDOW + 1]));
    assert.deepEqual(scene.sent(), ['SETTINGS ACK', 'GOAWAY 1 FLOW_CONTROL_ERROR']);
  });

  test('by an increment of 0 ends the stream', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, POST), windowUpdate(1, 0));
    assert.deepEqual(scene.sent(), ['RST_STREAM 1 PROTOCOL_ERROR']);
  });
});

describe('receiving', () => {
  const small = { stream_window_bytes: 100_000, max_stream_window_bytes: 100_000, connection_window_bytes: 200_000 };

  /** A client that has sent `frames` of 10,000 bytes on stream 1. */
  function uploading(frames: number, pauseFirst = false): ServerScene {
    const scene = new ServerScene(small);
    scene.receive(headers(1, POST));
    if (pauseFirst) {
      scene.last.stream.pause();
      scene.last.handler.paused = true;
    }
    for (let left = frames; left > 0; left--) scene.receive(data(1, body(10_000)));
    return scene;
  }

  test('gives the window back when half of it is used, of the stream and of the connection', () => {
    assert.deepEqual(uploading(4).sent(), []);
    assert.deepEqual(uploading(5).sent(), ['WINDOW_UPDATE 1 50000']);
    assert.deepEqual(uploading(10).sent(), ['WINDOW_UPDATE 1 50000', 'WINDOW_UPDATE 0 100000', 'WINDOW_UPDATE 1 50000']);
  });

  test('past the window of the stream ends the stream, and the connection gets its bytes back', () => {
    const scene = uploading(10, true);
    scene.sent();
    scene.receive(data(1, 'x'));
    assert.deepEqual(scene.sent(), ['RST_STREAM 1 FLOW_CONTROL_ERROR']);
  });

  test('past the window of the connection ends the connection', () => {
    const scene = new ServerScene({ stream_window_bytes: 100_000, connection_window_bytes: 100_000, max_held_bytes: 0 });
    scene.receive(headers(1, POST), headers(3, POST));
    for (const { stream } of scene.host.served) stream.pause();
    for (let left = 5; left > 0; left--) scene.receive(data(1, body(10_000)), data(3, body(10_000)));
    assert.deepEqual(scene.sent(), []);
    scene.receive(data(1, 'x'));
    assert.deepEqual(scene.sent(), ['GOAWAY 3 FLOW_CONTROL_ERROR']);
  });

  test('on a paused stream holds the data, gives the stream nothing back, and the connection all', () => {
    const scene = uploading(10, true);
    assert.equal(scene.last.handler.received, 0);
    assert.deepEqual(scene.sent(), ['WINDOW_UPDATE 0 100000']);
    scene.last.handler.paused = false;
    scene.last.stream.resume();
    assert.equal(scene.last.handler.received, 100_000);
    assert.deepEqual(scene.sent(), ['WINDOW_UPDATE 1 50000', 'WINDOW_UPDATE 1 50000']);
  });

  test('on other streams goes on while one is paused', () => {
    const scene = uploading(10, true);
    scene.receive(headers(3, POST));
    for (let left = 50; left > 0; left--) scene.receive(data(3, body(10_000)));
    assert.equal(scene.last.handler.received, 500_000);
    assert.equal(scene.sent().filter((line) => line.startsWith('WINDOW_UPDATE 1')).length, 0);
  });

  test('pauses are counted', () => {
    const scene = uploading(0);
    const { stream, handler } = scene.last;
    stream.pause();
    stream.pause();
    scene.receive(data(1, 'hello', END_STREAM));
    stream.resume();
    assert.equal(handler.received, 0);
    stream.resume();
    assert.equal(handler.body.toString(), 'hello');
    assert.equal(handler.ended, true);
  });

  test('a handler that pauses in its callback gets nothing more, however much is held', () => {
    const scene = uploading(3, true);
    const { stream, handler } = scene.last;
    handler.paused = false;
    handler.react = () => stream.pause();
    stream.resume();
    assert.equal(handler.received, 10_000);
    handler.react = () => {};
    stream.resume();
    assert.equal(handler.received, 30_000);
  });

  test('trailers of a paused stream wait for its data', () => {
    const scene = uploading(1, true);
    scene.receive(headers(1, [['checksum', '1']], END_STREAM));
    const { stream, handler } = scene.last;
    assert.equal(handler.trailers, undefined);
    handler.paused = false;
    stream.resume();
    assert.equal(handler.received, 10_000);
    assert.deepEqual([...handler.trailers!], [['checksum', '1']]);
  });

  test('above max_held_bytes the connection gets bytes back only when they are delivered', () => {
    const scene = new ServerScene({ ...small, max_held_bytes: 50_000, connection_window_bytes: 100_000 });
    scene.receive(headers(1, POST));
    const { stream } = scene.last;
    stream.pause();
    for (let left = 10; left > 0; left--) scene.receive(data(1, body(10_000)));
    assert.deepEqual(scene.sent(), ['WINDOW_UPDATE 0 50000']);
    stream.resume();
    assert.deepEqual(scene.sent(), ['WINDOW_UPDATE 0 50000', 'WINDOW_UPDATE 1 50000', 'WINDOW_UPDATE 1 50000']);
  });

  test('padding is given back like data', () => {
    const scene = new ServerScene(small);
    scene.receive(headers(1, POST));
    for (let left = 400; left > 0; left--) scene.receive(paddedData(1, 'x', 248));
    assert.equal(scene.last.handler.received, 400);
    assert.deepEqual(scene.sent(), ['WINDOW_UPDATE 1 50000', 'WINDOW_UPDATE 0 100000', 'WINDOW_UPDATE 1 50000']);
  });

  test('the last bytes of a stream are given back to the connection, and none to the stream', () => {
    const scene = new ServerScene(small);
    for (let id = 1; id < 100; id += 2)
      scene.receive(headers(id, POST), data(id, body(10_000)), data(id, body(10_000)), data(id, body(10_000), END_STREAM));
    assert.ok(scene.sent().every((line) => line.startsWith('WINDOW_UPDATE 0')));
  });

  test('a window smaller than 65535 holds from when the peer has acknowledged it', () => {
    const scene = new ClientScene({ stream_window_bytes: 10, max_stream_window_bytes: 10 });
    const { handler } = scene.ask();
    scene.receive(headers(1, OK), data(1, body(10)));
    assert.equal(handler.received, 10);
    handler.react = () => {};
    scene.host.opened[0]!.stream.pause();
    scene.receive(data(1, body(11)));
    assert.equal(handler.fault?.code, 'malformed');
  });
});

describe('the window of the connection comes back', () => {
  const small = { stream_window_bytes: 65_535, connection_window_bytes: 65_535 };
  /** Stream 1 gets 40,000 bytes, of which the handler has had none; then it ends so. All must have come back. */
  for (const [how, end] of [
    ['when the client resets a paused stream', (scene: ServerScene) => scene.receive(rstStream(1, 'CANCEL'))],
    ['when we reset a paused stream', (scene: ServerScene) => scene.last.stream.reset(fault('cancelled', 'local', 'maybe', ''))],
    ['when a paused request is replied to', (scene: ServerScene) => scene.last.stream.reply('unavailable', 'no')],
    ['when the client breaks a rule on a paused stream', (scene: ServerScene) => scene.receive(windowUpdate(1, 0))],
  ] as const) {
    test(how, () => {
      const scene = new ServerScene({ ...small, max_held_bytes: 0 });
      scene.receive(headers(1, POST));
      scene.last.stream.pause();
      scene.receive(...[1, 2, 3, 4].map(() => data(1, body(10_000))));
      assert.deepEqual(scene.sent(), []);
      end(scene);
      assert.ok(scene.sent().includes('WINDOW_UPDATE 0 40000'));
      assert.equal(scene.host.codec.activeStreams, 0);
    });
  }

  for (const [what, frame] of [
    ['DATA', data(1, body(16_000))],
    ['padded DATA', paddedData(1, 'x'.repeat(15_000), 200)],
  ] as const) {
    test(`when ${what} comes on a stream that was reset`, () => {
      const scene = new ServerScene(small);
      scene.receive(headers(1, POST));
      scene.last.stream.reset(fault('cancelled', 'local', 'maybe', ''));
      scene.sent();
      for (let left = 100; left > 0; left--) scene.receive(frame);
      const given = scene.sent().map((line) => Number(line.replace('WINDOW_UPDATE 0 ', '')));
      assert.ok(given.reduce((sum, each) => sum + each, 0) > 100 * (frame.length - 9) - 65_535 / 2);
      assert.equal(scene.host.state, 'open');
    });
  }

  test('when a handler resets its stream in the middle of a frame', () => {
    const scene = new ServerScene(small);
    scene.receive(headers(1, POST));
    const { stream, handler } = scene.last;
    handler.react = () => {
      handler.silent = true;
      stream.reset(fault('cancelled', 'local', 'maybe', ''));
    };
    const frame = data(1, body(16_000));
    scene.receive(frame.subarray(0, 100));
    scene.receive(frame.subarray(100));
    scene.receive(data(1, body(16_000)), data(1, body(16_000)));
    assert.ok(scene.sent().includes('WINDOW_UPDATE 0 48000'));
  });
});
