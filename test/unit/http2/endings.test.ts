import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fault, LocalResponse } from 'meshloom/protocol';
import { data, END_STREAM, GET, goAway, headers, OK, POST, rstStream, windowUpdate } from './frames.ts';
import { ClientScene, ServerScene } from './scene.ts';

const why = fault('cancelled', 'local', 'maybe', 'by the test');
const died = fault('closed', 'upstream', 'maybe', 'by the test');

describe('a response that is complete', () => {
  /** A client whose response waits, all of it, on a paused stream. */
  function waiting(requestEnds: boolean): {
    scene: ClientScene;
    received: () => string;
    handler: ReturnType<ClientScene['ask']>['handler'];
    resume: () => void;
  } {
    const scene = new ClientScene();
    const { stream, handler } = scene.ask('POST', requestEnds);
    stream.pause();
    scene.receive(headers(1, OK), data(1, 'hello '), data(1, 'world', END_STREAM));
    assert.equal(handler.received, 0);
    return { scene, handler, received: () => handler.body.toString(), resume: () => stream.resume() };
  }

  test('is delivered although the server resets the rest of the request', () => {
    const { scene, handler, received, resume } = waiting(false);
    scene.receive(rstStream(1, 'NO_ERROR'));
    assert.equal(handler.over, false);
    resume();
    assert.equal(received(), 'hello world');
    assert.equal(handler.ended, true);
    assert.equal(handler.fault?.code, 'reset');
    assert.equal(scene.host.codec.activeStreams, 0);
  });

  for (const [how, end] of [
    ['the connection dies', (scene: ClientScene) => scene.host.die(died)],
    ['the server closes the connection', (scene: ClientScene) => scene.host.receiveEnd()],
    ['the server breaks the protocol', (scene: ClientScene) => scene.receive(data(0, 'x'))],
  ] as const) {
    test(`is delivered although ${how}`, () => {
      const { scene, handler, received, resume } = waiting(true);
      end(scene);
      resume();
      assert.equal(received(), 'hello world');
      assert.equal(handler.ended, true);
      assert.equal(handler.fault, undefined);
      assert.equal(scene.host.codec.activeStreams, 0);
    });
  }

  test('is forgotten when its handler resets the stream', () => {
    const { scene, handler, resume } = waiting(true);
    scene.host.opened[0]!.stream.reset(why);
    resume();
    assert.equal(handler.received, 0);
    assert.equal(scene.host.codec.activeStreams, 0);
    assert.deepEqual(scene.sent(), ['HEADERS 1 END_STREAM']);
  });
});

test('a response that is not complete is lost with its connection, and says where it was', () => {
  const scene = new ClientScene();
  const begun = scene.ask();
  const asked = scene.ask();
  const opened = scene.host.open();
  scene.receive(headers(1, OK), data(1, 'hell'));
  scene.host.die(died);
  assert.deepEqual([begun.handler.fault?.code, begun.handler.fault?.processed], ['truncated', 'maybe']);
  assert.deepEqual([asked.handler.fault?.code, asked.handler.fault?.processed], ['closed', 'maybe']);
  assert.deepEqual([opened.handler.fault?.code, opened.handler.fault?.processed], ['closed', 'no']);
  assert.equal(scene.host.codec.activeStreams, 0);
  assert.equal((scene.host.codec as { room?: number }).room, 0);
});

test('a request that is paused and complete is given up when its client takes it back', () => {
  const scene = new ServerScene();
  scene.receive(headers(1, POST));
  scene.last.stream.pause();
  scene.receive(data(1, 'hello', END_STREAM), rstStream(1, 'CANCEL'));
  assert.equal(scene.last.handler.fault?.code, 'reset');
  assert.equal(scene.host.codec.activeStreams, 0);
});

describe('a response before the end of its request', () => {
  test('leaves the rest of the request to its handler', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, POST));
    scene.last.stream.sendHead(new LocalResponse(200), true);
    scene.receive(data(1, 'hello', END_STREAM));
    assert.equal(scene.last.handler.body.toString(), 'hello');
    assert.deepEqual(scene.sent(), ['HEADERS 1 END_STREAM']);
    assert.equal(scene.host.codec.activeStreams, 0);
  });

  test('made by reply() tells the client to send no more of it, and nobody hears what still comes', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, POST));
    scene.last.stream.reply('unavailable', 'busy');
    assert.deepEqual(scene.sent(), ['HEADERS 1', 'DATA 1 5 END_STREAM', 'RST_STREAM 1 NO_ERROR']);
    scene.receive(data(1, 'x', END_STREAM));
    assert.equal(scene.last.handler.received, 0);
    assert.equal(scene.host.state, 'open');
  });

  test('made by reply() waits for the window of the client, and hears nothing meanwhile', () => {
    const scene = new ServerScene({}, [4, 1]);
    scene.receive(headers(1, POST));
    scene.last.stream.reply('unavailable', 'busy');
    scene.receive(data(1, 'hello'));
    assert.deepEqual(scene.sent(), ['HEADERS 1', 'DATA 1 1']);
    scene.receive(windowUpdate(1, 100));
    assert.deepEqual(scene.sent(), ['DATA 1 4 END_STREAM', 'RST_STREAM 1 NO_ERROR']);
    assert.equal(scene.last.handler.received, 0);
    assert.equal(scene.host.codec.activeStreams, 0);
  });
});

test('a server that resets with NO_ERROR after its response ends the request, which is no failure of the response', () => {
  const scene = new ClientScene();
  const { stream, handler } = scene.ask('POST', false);
  scene.receive(headers(1, OK, END_STREAM), rstStream(1, 'NO_ERROR'));
  assert.equal(handler.head?.code, 200);
  assert.equal(handler.ended, true);
  assert.equal(handler.fault?.code, 'reset');
  stream.sendData(Buffer.from('x'), true);
  assert.deepEqual(scene.sent(), ['HEADERS 1']);
});

test('data queued on a stream that is reset is not sent', () => {
  const scene = new ServerScene({}, [4, 0]);
  scene.receive(headers(1, GET, END_STREAM));
  const { stream } = scene.last;
  stream.sendHead(new LocalResponse(200), false);
  stream.sendData(Buffer.from('hello'), false);
  scene.sent();
  stream.reset(why);
  scene.receive(windowUpdate(1, 100));
  assert.deepEqual(scene.sent(), ['RST_STREAM 1 CANCEL']);
});

test('nothing is written for a stream after its reset, whatever its owner calls', () => {
  const scene = new ServerScene();
  scene.receive(headers(1, POST));
  const { stream, handler } = scene.last;
  stream.reset(why);
  scene.sent();
  stream.reset(why);
  stream.sendInformational(new LocalResponse(103));
  stream.sendHead(new LocalResponse(200), false);
  stream.sendData(Buffer.from('x'), true);
  stream.sendTrailers(new LocalResponse(200).fields);
  stream.reply('ok', 'x');
  stream.pause();
  stream.resume();
  assert.equal(stream.writable, true);
  assert.deepEqual(scene.sent(), []);
  assert.equal(handler.fault, undefined);
});

describe('within onRequest', () => {
  const react = (does: (scene: ServerScene) => void): ServerScene => {
    const scene = new ServerScene();
    scene.host.react = () => does(scene);
    scene.receive(headers(1, POST), data(1, 'hello', END_STREAM));
    return scene;
  };

  test('a reply is all that is sent, and the request is not heard of again', () => {
    const scene = react(({ last }) => last.stream.reply('denied', ''));
    assert.deepEqual(scene.sent(), ['HEADERS 1 END_STREAM', 'RST_STREAM 1 NO_ERROR']);
    assert.equal(scene.last.handler.received, 0);
  });

  test('a reset ends the stream', () => {
    const scene = react(({ last }) => last.stream.reset(why));
    assert.deepEqual(scene.sent(), ['RST_STREAM 1 CANCEL']);
    assert.equal(scene.last.handler.fault, undefined);
  });

  test('a death of the connection reaches the handler once there is one', () => {
    const scene = react(({ host }) => host.die(why));
    assert.equal(scene.last.handler.fault?.code, 'cancelled');
  });

  test('a pause holds what is in the same chunk', () => {
    const scene = react(({ last }) => last.stream.pause());
    assert.equal(scene.last.handler.received, 0);
    scene.last.stream.resume();
    assert.equal(scene.last.handler.body.toString(), 'hello');
  });

  test('the end of the connection ends the reading of the chunk', () => {
    const scene = new ServerScene();
    scene.host.react = () => scene.host.codec.terminate(fault('timeout', 'local', 'maybe', 'late'));
    scene.receive(headers(1, GET, END_STREAM), headers(3, GET, END_STREAM));
    assert.equal(scene.requests.length, 1);
    assert.deepEqual(scene.sent(), ['GOAWAY 1 NO_ERROR']);
  });
});

describe('the connection ends', () => {
  test('because of its owner, who says why', () => {
    for (const [code, error] of [
      ['timeout', 'NO_ERROR'],
      ['malformed', 'PROTOCOL_ERROR'],
      ['overflow', 'ENHANCE_YOUR_CALM'],
    ] as const) {
      const scene = new ServerScene();
      scene.receive(headers(1, GET, END_STREAM));
      scene.host.codec.terminate(fault(code, 'local', 'maybe', 'test'));
      assert.deepEqual(scene.sent(), [`GOAWAY 1 ${error}`]);
      assert.equal(scene.last.handler.fault?.code, code);
    }
  });

  test('quietly, when a client leaves that wants nothing any more', () => {
    const scene = new ServerScene();
    scene.host.receiveEnd();
    assert.equal(scene.host.state, 'closed');
  });

  test('with a fault, when a client leaves that still wants an answer', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, GET, END_STREAM));
    scene.host.receiveEnd();
    assert.equal(scene.host.failure?.code, 'closed');
    assert.equal(scene.last.handler.fault?.code, 'closed');
  });

  test('with a fault, in the middle of a frame', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, GET).subarray(0, 12));
    scene.host.receiveEnd();
    assert.equal(scene.host.failure?.code, 'truncated');
  });

  test('and nothing more is written', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, POST));
    scene.host.die(why);
    const { codec } = scene.host;
    codec.goAway();
    codec.terminate(why);
    codec.probe?.();
    codec.drained();
    codec.read(data(1, 'x'));
    codec.readEnd();
    codec.abort(why);
    scene.last.stream.reply('ok', '');
    assert.equal(scene.host.failure, why);
  });
});

describe('GOAWAY of a server', () => {
  test('lets streams up to its last one finish, and says of those above that nothing was done', () => {
    const scene = new ClientScene();
    const [first, second, third] = [scene.ask(), scene.ask('POST', false), scene.ask()];
    const unsent = scene.host.open();
    scene.receive(goAway(3));
    assert.equal(first!.handler.fault, undefined);
    assert.deepEqual([third!.handler.fault?.code, third!.handler.fault?.processed], ['going-away', 'no']);
    assert.deepEqual([unsent.handler.fault?.code, unsent.handler.fault?.processed], ['going-away', 'no']);
    assert.equal(scene.host.codec.room, 0);
    second!.stream.sendData(Buffer.from('x'), true);
    scene.receive(headers(1, OK, END_STREAM), headers(3, OK, END_STREAM));
    assert.equal(second!.handler.head?.code, 200);
    assert.equal(scene.host.state, 'closed');
  });

  test('may come again with a lower last stream', () => {
    const scene = new ClientScene();
    const [first, second] = [scene.ask(), scene.ask()];
    scene.receive(goAway(0x7fff_ffff), goAway(1));
    assert.equal(first!.handler.fault, undefined);
    assert.equal(second!.handler.fault?.processed, 'no');
  });

  test('closes the connection when nothing is open', () => {
    const scene = new ClientScene();
    scene.receive(goAway(0));
    assert.equal(scene.host.state, 'closed');
  });

  test('is followed by DATA for streams that it gave up, which is no fault', () => {
    const scene = new ClientScene();
    scene.ask();
    scene.ask();
    scene.receive(goAway(1), headers(3, OK), data(3, 'x', END_STREAM), rstStream(3, 'CANCEL'), headers(1, OK));
    assert.equal(scene.host.state, 'open');
    assert.equal(scene.host.opened[0]!.handler.head?.code, 200);
  });
});

describe('goAway() of ours', () => {
  test('names the last request that is worked on, and passes over later ones', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, POST));
    scene.host.codec.goAway();
    assert.deepEqual(scene.sent(), ['GOAWAY 1 NO_ERROR']);
    scene.receive(headers(3, POST), data(3, 'x'), headers(3, [['a', 'b']], END_STREAM), rstStream(3, 'CANCEL'));
    assert.equal(scene.requests.length, 1);
    scene.receive(data(1, '', END_STREAM));
    scene.last.stream.sendHead(new LocalResponse(200), true);
    assert.deepEqual(scene.sent(), ['HEADERS 1 END_STREAM']);
    assert.equal(scene.host.state, 'closed');
  });

  test('said twice is said once, and takes no stream in that came between', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, POST));
    scene.host.codec.goAway();
    scene.receive(headers(3, POST));
    scene.host.codec.goAway();
    scene.receive(goAway(0), data(3, 'x', END_STREAM));
    assert.deepEqual(scene.sent(), ['GOAWAY 1 NO_ERROR']);
    scene.host.codec.terminate(why);
    assert.deepEqual(scene.sent(), ['GOAWAY 1 NO_ERROR']);
  });

  test('closes at once when nothing is open', () => {
    const scene = new ServerScene();
    scene.host.codec.goAway();
    assert.deepEqual(scene.sent(), ['GOAWAY 0 NO_ERROR']);
    assert.equal(scene.host.state, 'closed');
  });

  test('of a client lets its streams finish', () => {
    const scene = new ClientScene();
    const { handler } = scene.ask();
    scene.host.codec.goAway();
    assert.equal(scene.host.codec.room, 0);
    scene.receive(headers(1, OK, END_STREAM));
    assert.equal(handler.head?.code, 200);
    assert.equal(scene.host.state, 'closed');
    assert.deepEqual(scene.sent(), ['HEADERS 1 END_STREAM', 'GOAWAY 0 NO_ERROR']);
  });
});

test('GOAWAY of a client lets its requests be answered, and the connection closes after the last', () => {
  const scene = new ServerScene();
  scene.receive(headers(1, GET, END_STREAM), goAway(0));
  assert.equal(scene.host.state, 'open');
  scene.last.stream.sendHead(new LocalResponse(200), true);
  assert.equal(scene.host.state, 'closed');
});
