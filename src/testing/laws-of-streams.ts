import assert from 'node:assert/strict';
import { EMPTY } from '../base/bytes.ts';
import { fault } from '../base/fault.ts';
import type { Codec } from '../protocol/codec.ts';
import { LocalResponse } from '../protocol/local-response.ts';
import type { Stream } from '../protocol/stream.ts';
import { Asker, answerInTurn, converse, record, replayClient, replayServer, violationsOf, whenWhole } from './conversation.ts';
import { pair } from './pair.ts';
import type { HandlerCall, Recorder } from './recorder.ts';
import { type Subject, sampleAnswers } from './samples.ts';
import { ScriptClient, ScriptServer, type Served } from './script-transport.ts';
import { byteByByte, randomSplit } from './split.ts';

/** Enough streams that every request of the samples meets every answer. */
const roundsOf = (subject: Subject): number => Math.min(Math.max(subject.asks.length, sampleAnswers.length) * 4, 60);

const cancelled = fault('cancelled', 'local', 'maybe', 'by the contract');

export function endsOnce(subject: Subject): void {
  const conversation = converse(subject.protocol, subject.asks, sampleAnswers, roundsOf(subject));
  conversation.run();
  const { client, server } = conversation;
  assert.ok(client.opened.length > 0);
  assert.deepEqual(violationsOf(client, server), []);
  for (const { handler } of client.opened) assert.ok(handler.ended, 'a response has not come to its end');
  for (const { handler } of server.served) assert.ok(handler.ended, 'a request has not come to its end');
  assert.equal(server.served.length, client.opened.length);
}

export function resetIsSilent(subject: Subject): void {
  const recording = record(subject.protocol, subject.asks, sampleAnswers, 6);
  for (const call of ['head', 'data'] as const) {
    const client = new ScriptClient(subject.protocol);
    const asker = new Asker(client, subject.asks, 6);
    asker.prepare = ({ stream, handler }) => resetAt(handler, stream, call);
    replayClient(asker, client, recording.toClient, byteByByte);
    client.die(cancelled);
    assert.deepEqual(violationsOf(client), [], `client, reset in on${call}`);

    const server = new ScriptServer(subject.protocol);
    server.react = ({ stream, handler, end }) => {
      if (call === 'data') resetAt(handler, stream, call);
      else if (!end) resetNow(handler, stream);
    };
    replayServer(server, recording.toServer, byteByByte);
    server.die(cancelled);
    assert.deepEqual(violationsOf(server), [], `server, reset in on${call}`);
    assert.equal(server.codec.activeStreams, 0);
  }
}

function resetAt(handler: Recorder, stream: Stream, at: HandlerCall): void {
  handler.react = (call) => {
    if (call === at) resetNow(handler, stream);
  };
}

function resetNow(handler: Recorder, stream: Stream): void {
  handler.silent = true;
  stream.reset(cancelled);
  stream.reset(cancelled);
}

export function pauseHoldsData(subject: Subject): void {
  for (const split of [byteByByte, randomSplit(1)]) {
    const free = converse(subject.protocol, subject.asks, sampleAnswers, 10, split);
    free.run();
    const { client, server, run } = pair(subject.protocol, split);
    const asker = new Asker(client, subject.asks, 10);
    const paused: { stream: Stream; handler: Recorder }[] = [];
    const hold = (stream: Stream, handler: Recorder): void => {
      // Twice, for pauses are counted.
      stream.pause();
      stream.pause();
      handler.paused = true;
      paused.push({ stream, handler });
    };
    answerInTurn(server, sampleAnswers);
    const { react } = server;
    server.react = (served) => {
      if (!served.end) hold(served.stream, served.handler);
      react(served);
    };
    asker.prepare = ({ stream, handler }) => {
      handler.react = (call, end) => {
        if (call === 'head' && !end) hold(stream, handler);
      };
    };
    for (let turn = 0; turn < 100 && (asker.asked < 10 || paused.length > 0); turn++) {
      asker.askWhatFits();
      run();
      for (const { stream, handler } of paused.splice(0)) {
        stream.resume();
        run();
        handler.paused = false;
        stream.resume();
        run();
      }
    }
    assert.deepEqual(violationsOf(client, server), []);
    assert.deepEqual(bodies(server.served), bodies(free.server.served), 'request bodies');
    assert.deepEqual(bodies(client.opened), bodies(free.client.opened), 'response bodies');
    assert.equal(client.pauses + server.pauses, 0, 'pauses of the connection that nobody resumed');
  }
}

const bodies = (streams: readonly { handler: Recorder }[]): readonly unknown[] =>
  streams.map(({ handler }) => ({ body: handler.body.toString('latin1'), ended: handler.ended }));

export function fullIsFollowedByDrain(subject: Subject): void {
  const piece = 16 * 1024;
  const pieces = 64;
  const conversation = converse(subject.protocol, subject.asks, [], 1);
  const { client, server } = conversation;
  server.highWaterMark = 2 * piece;
  server.react = (served) => whenWhole(served, () => pour(served, pieces, piece));
  conversation.run();
  const { handler } = client.opened[0]!;
  assert.ok(handler.ended, 'the response stopped for want of onDrain');
  assert.ok(handler.body.length >= piece * pieces, `${handler.body.length} bytes of ${piece * pieces} arrived`);
  assert.deepEqual(violationsOf(client, server), []);
}

/** Sends while `writable` is true, and again after each onDrain. */
function pour({ stream, handler }: Served, pieces: number, piece: number): void {
  let left = pieces;
  const more = (): void => {
    while (left > 0 && stream.writable) {
      left--;
      stream.sendData(Buffer.alloc(piece, 'x'), left === 0);
    }
  };
  handler.react = (call) => {
    if (call === 'drain') more();
  };
  stream.sendHead(new LocalResponse(200), false);
  more();
}

export function roomComesBack(subject: Subject): void {
  const rounds = roundsOf(subject);
  const conversation = converse(subject.protocol, subject.asks, sampleAnswers, rounds);
  const { client, server, asker } = conversation;
  const room = (): number => client.codec.room;
  asker.askOnly(1);
  conversation.run();
  const before = room();
  asker.askOnly(rounds);
  conversation.run();
  assert.equal(client.codec.activeStreams, 0);
  assert.equal(server.codec.activeStreams, 0);
  // A protocol whose connection is one stream ends with it, and an ended connection has no room.
  if (client.alive) assert.equal(room(), before);
  else assert.equal(room(), 0);

  while (client.alive && room() > 0 && asker.asked < rounds + 5) {
    asker.askOnly(asker.asked + 1);
    const { stream, handler } = asker.ask();
    resetNow(handler, stream);
    conversation.run();
  }
  assert.equal(client.codec.activeStreams, 0);
  if (client.alive) assert.equal(room(), before);
  assert.deepEqual(violationsOf(client, server), []);
}

type Deed = (stream: Stream, handler: Recorder, codec: Codec) => void;

const DEEDS: Readonly<Record<string, Deed>> = {
  reset: (stream, handler) => resetNow(handler, stream),
  pause: (stream) => {
    stream.pause();
    stream.resume();
  },
  'send and end': (stream) => {
    stream.sendData(Buffer.from('more'), false);
    stream.sendData(EMPTY, true);
  },
  'go away': (_stream, _handler, codec) => codec.goAway(),
  terminate: (_stream, _handler, codec) => codec.terminate(cancelled),
};

export function callbacksMayDoAnything(subject: Subject): void {
  for (const call of ['head', 'data', 'trailers', 'reset'] as const) {
    for (const [name, deed] of Object.entries(DEEDS)) {
      inCallbacks(subject, `${name} in the client's ${call}`, call, deed, undefined);
      inCallbacks(subject, `${name} in the server's ${call}`, call, undefined, deed);
    }
    inCallbacks(subject, `open in the client's ${call}`, call, 'open', undefined);
    inCallbacks(subject, `reply in the server's ${call}`, call, undefined, 'reply');
  }
}

function inCallbacks(
  subject: Subject,
  what: string,
  on: HandlerCall,
  ofClient: Deed | 'open' | undefined,
  ofServer: Deed | 'reply' | undefined,
): void {
  const { client, server, run } = pair(subject.protocol, randomSplit(on.length));
  const asker = new Asker(client, subject.asks, 8);
  if (ofServer === undefined) answerInTurn(server, sampleAnswers);
  else {
    server.react = (served) => {
      const { stream, handler } = served;
      const act = (): void => (ofServer === 'reply' ? stream.reply('denied', 'no') : ofServer(stream, handler, server.codec));
      if (on === 'head') act();
      else whenCalled(handler, on, act);
    };
  }
  asker.prepare = ({ stream, handler }) => {
    if (ofClient === undefined) return;
    whenCalled(handler, on, () => {
      if (ofClient === 'open') asker.askWhatFits();
      else ofClient(stream, handler, client.codec);
    });
  };
  for (let turn = 0; turn < 8; turn++) {
    asker.askWhatFits();
    run();
  }
  client.die(cancelled);
  server.die(cancelled);
  assert.deepEqual(violationsOf(client, server), [], what);
  assert.equal(client.codec.activeStreams + server.codec.activeStreams, 0, what);
}

function whenCalled(handler: Recorder, on: HandlerCall, act: () => void): void {
  handler.react = (call) => {
    if (call === on) act();
  };
}
