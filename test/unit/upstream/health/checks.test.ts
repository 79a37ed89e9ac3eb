import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bytes, EMPTY } from '../../../../src/base/bytes.ts';
import { type Fault, fault } from '../../../../src/base/fault.ts';
import { ManualTimers } from '../../../../src/base/manual-timers.ts';
import type { ClientCodec, ClientHost } from '../../../../src/protocol/codec.ts';
import { FieldList } from '../../../../src/protocol/fields.ts';
import type { HealthQuestion } from '../../../../src/protocol/health-question.ts';
import { LocalRequest } from '../../../../src/protocol/local-request.ts';
import { LocalResponse } from '../../../../src/protocol/local-response.ts';
import type { Protocol } from '../../../../src/protocol/protocol.ts';
import type { ResponseHandler } from '../../../../src/protocol/stream.ts';
import { connectCheck, MAX_RECEIVED_BYTES } from '../../../../src/upstream/health/connect-check.ts';
import type { CheckFailure, HostCheck } from '../../../../src/upstream/health/host-check.ts';
import { lifeCheck } from '../../../../src/upstream/health/life-check.ts';
import { MAX_ANSWER_BYTES, questionCheck } from '../../../../src/upstream/health/question-check.ts';
import { statusQuestion } from '../../../../src/upstream/health/status-question.ts';
import { ScriptedWire } from '../../stream/scripted.ts';
import { hostAt } from '../fixtures.ts';

const TIMEOUT = fault('timeout', 'upstream', 'maybe', 'no answer within 100 ms');

/** A codec of lines: `?` is the probe, `!` breaks the protocol, a line is a whole frame. Requests are noted and answered by the test. */
class LineCodec implements ClientCodec {
  readonly activeStreams = 0;
  room: number;
  partial = false;
  handler: ResponseHandler | undefined;
  readonly calls: string[] = [];
  private readonly host: ClientHost;
  probe?: () => void;

  constructor(host: ClientHost, { room = 1, probes = true } = {}) {
    this.host = host;
    this.room = room;
    if (probes) this.probe = () => host.write(Buffer.from('?'));
  }
  start(): void {
    this.host.write(Buffer.from('hello'));
  }
  read(chunk: Bytes): void {
    const line = chunk.toString();
    if (line === '!') this.host.fail(fault('malformed', 'upstream', 'maybe', 'not a line'));
    this.partial = !line.endsWith('\n');
  }
  open(handler: ResponseHandler) {
    this.handler = handler;
    const note = (what: string) => this.calls.push(what);
    return {
      writable: true,
      sendHead: (head: { method: string; path: string; authority: string }, end: boolean) =>
        note(`${head.method} ${head.authority} ${head.path}${end ? ' end' : ''}`),
      sendData: (bytes: Bytes, end: boolean) => note(`data ${bytes}${end ? ' end' : ''}`),
      sendTrailers() {},
      reset() {},
      pause() {},
      resume() {},
    };
  }
  /** The peer's settings came late. */
  makeRoom(): void {
    this.room = 1;
    this.host.onRoom();
  }
  leave(): void {
    this.room = 0;
    this.host.onGoAway();
  }
  readEnd(): void {}
  drained(): void {}
  goAway(): void {
    this.calls.push('goAway');
    this.host.close();
  }
  abort(why: Fault): void {
    this.handler?.onReset(why);
  }
  terminate(): void {}
}

interface Scene {
  readonly wire: ScriptedWire;
  readonly codec: LineCodec;
  readonly dialled: (string | number | undefined)[];
  /** 'passed', or the kind and detail of the failure; one entry each time that the listener was told. */
  readonly outcomes: string[];
  cancel(): void;
}

type Dial = Parameters<typeof connectCheck>[1];

function run(check: (dial: Dial, protocol: Protocol) => HostCheck, codecOptions = {}): Scene {
  const wire = new ScriptedWire(0);
  const codecs: LineCodec[] = [];
  const dialled: (string | number | undefined)[] = [];
  const outcomes: string[] = [];
  const protocol: Protocol = {
    name: 'line',
    sniff: () => 'no',
    server() {
      throw new Error('checks make no servers');
    },
    client(host) {
      const codec = new LineCodec(host, codecOptions);
      codecs.push(codec);
      return codec;
    },
  };
  const dial: Dial = (host, port, spoken) => {
    dialled.push(host.address, port, spoken?.name);
    return wire;
  };
  const running = check(dial, protocol).begin(hostAt('a:80'), {
    onChecked: (failure: CheckFailure | undefined) =>
      outcomes.push(failure === undefined ? 'passed' : `${failure.kind}: ${failure.detail}`),
  });
  return { wire, codec: codecs[0]!, dialled, outcomes, cancel: () => running.cancel(TIMEOUT) };
}

const connecting = (send = '', ...receive: string[]) =>
  run((dial) => connectCheck({ port: 81, send: Buffer.from(send), receive: receive.map((text) => Buffer.from(text)) }, dial));

test('to be connected is enough where nothing is expected', () => {
  const { wire, outcomes, dialled } = connecting();
  assert.deepEqual(dialled, ['a:80', 81, undefined]);
  assert.deepEqual(outcomes, []);
  wire.connect();
  assert.deepEqual(outcomes, ['passed']);
  assert.equal(wire.calls.at(-1), 'close');
});

test('a host that cannot be reached fails, once', () => {
  const { wire, outcomes } = connecting();
  wire.die('connect-failed');
  assert.deepEqual(outcomes, ['network: connect-failed']);
});

test('the expected bytes may come in pieces, with others between, but in their order', () => {
  const good = connecting('PING', '+PO', 'NG');
  good.wire.connect();
  assert.deepEqual(good.wire.calls, ['write PING']);
  good.wire.owner.onRead(Buffer.from('x+P'));
  good.wire.owner.onRead(Buffer.from('O..N'));
  assert.deepEqual(good.outcomes, []);
  good.wire.owner.onRead(Buffer.from('G'));
  assert.deepEqual(good.outcomes, ['passed']);
  const bad = connecting('', 'b', 'a');
  bad.wire.connect();
  bad.wire.owner.onRead(Buffer.from('ab'));
  bad.wire.owner.onReadEnd();
  assert.deepEqual(bad.outcomes, ['active: the expected bytes had not come when the host ended the connection']);
});

test('no more of an answer is looked through than the limit', () => {
  const { wire, outcomes } = connecting('', 'z');
  wire.connect();
  wire.owner.onRead(Buffer.alloc(MAX_RECEIVED_BYTES));
  assert.deepEqual(outcomes, []);
  wire.owner.onRead(Buffer.alloc(1));
  assert.deepEqual(outcomes, [`active: the expected bytes are not among the first ${MAX_RECEIVED_BYTES}`]);
});

test('a check that is cancelled ends its connection and says nothing any more', () => {
  for (const check of [connecting(), run((dial, protocol) => lifeCheck(protocol, dial)), asking()]) {
    check.wire.connect();
    check.outcomes.length = 0;
    check.cancel();
    check.wire.die();
    assert.equal(check.wire.calls.at(-1), 'destroy timeout');
    assert.deepEqual(check.outcomes, []);
  }
});

const living = (codecOptions = {}) => run((dial, protocol) => lifeCheck(protocol, dial), codecOptions);

test('a host is asked for a sign of life in the protocol, and a whole frame is one', () => {
  const { wire, codec, outcomes, dialled } = living();
  assert.deepEqual(dialled, ['a:80', undefined, 'line']);
  wire.connect();
  assert.deepEqual(wire.calls, ['write hello', 'write ?']);
  wire.owner.onRead(Buffer.from('half'));
  assert.deepEqual(outcomes, []);
  wire.owner.onRead(Buffer.from('whole\n'));
  assert.deepEqual(outcomes, ['passed']);
  assert.deepEqual(codec.calls, ['goAway']);
});

test('bytes that are not of the protocol are no sign of life, and neither is an end', () => {
  const garbage = living();
  garbage.wire.connect();
  garbage.wire.owner.onRead(Buffer.from('!'));
  assert.deepEqual(garbage.outcomes, ['active: not a line']);
  const ending = living();
  ending.wire.connect();
  ending.wire.owner.onReadEnd();
  assert.deepEqual(ending.outcomes, ['active: the host ended the connection without a sign of life']);
  const gone = living();
  gone.wire.connect();
  gone.wire.die('reset');
  assert.deepEqual(gone.outcomes, ['network: reset']);
});

test('of a protocol that has no signs of life it is enough to be connected', () => {
  const { wire, outcomes } = living({ probes: false });
  wire.connect();
  assert.deepEqual(outcomes, ['passed']);
});

function question(changes: Partial<HealthQuestion> = {}): HealthQuestion {
  return {
    request: new LocalRequest({ method: 'GET', path: '/health', authority: 'a:80' }),
    body: EMPTY,
    judge: ({ head, body, trailers }) => (head.status === 200 ? undefined : `${head.status} ${body.length} ${trailers?.get('t')}`),
    ...changes,
  };
}

function asking(changes: Partial<HealthQuestion> = {}, codecOptions = {}): Scene {
  return run(
    (dial, protocol) => questionCheck({ protocol, port: 8081, questionFor: () => question(changes) }, new ManualTimers(), dial),
    codecOptions,
  );
}

test('the question is sent once connected, and the answer judged when it is whole', () => {
  const { wire, codec, outcomes, dialled } = asking();
  assert.deepEqual(dialled, ['a:80', 8081, 'line']);
  wire.connect();
  assert.deepEqual(codec.calls, ['GET a:80 /health end']);
  codec.handler?.onHead(new LocalResponse(200), false);
  assert.deepEqual(outcomes, []);
  codec.handler?.onData(Buffer.from('ok'), true);
  assert.deepEqual(outcomes, ['passed']);
  assert.deepEqual(codec.calls.slice(1), ['goAway']);
});

test('a question with a body sends it', () => {
  const { wire, codec } = asking({ body: Buffer.from('who?') });
  wire.connect();
  assert.deepEqual(codec.calls, ['GET a:80 /health', 'data who? end']);
});

test('an answer is judged by head, body and trailers', () => {
  const { wire, codec, outcomes } = asking();
  wire.connect();
  codec.handler?.onHead(new LocalResponse(503), false);
  codec.handler?.onData(Buffer.from('sick'), false);
  codec.handler?.onTrailers(new FieldList([['t', 'x']]));
  assert.deepEqual(outcomes, ['active: 503 4 x']);
});

test('of a long answer the beginning is kept', () => {
  const { wire, codec, outcomes } = asking();
  wire.connect();
  codec.handler?.onHead(new LocalResponse(500), false);
  for (let piece = 0; piece < 3; piece++) codec.handler?.onData(Buffer.alloc(MAX_ANSWER_BYTES), piece === 2);
  assert.deepEqual(outcomes, [`active: 500 ${MAX_ANSWER_BYTES} undefined`]);
});

test('a connection that dies instead of answering is a failure, once', () => {
  const { wire, codec, outcomes } = asking();
  wire.connect();
  codec.handler?.onHead(new LocalResponse(200), false);
  wire.die('reset');
  assert.deepEqual(outcomes, ['network: reset']);
});

test('the question waits until the peer takes requests', () => {
  const { wire, codec, outcomes } = asking({}, { room: 0 });
  wire.connect();
  assert.deepEqual(codec.calls, []);
  codec.makeRoom();
  assert.deepEqual(codec.calls, ['GET a:80 /health end']);
  assert.deepEqual(outcomes, []);
});

test('a host that is leaving before it was asked is not healthy', () => {
  const { wire, codec, outcomes } = asking({}, { room: 0 });
  wire.connect();
  codec.leave();
  assert.deepEqual(outcomes, ['active: the host takes no requests on a new connection']);
});

test('a question by status is an ordinary request, and judges by ranges with both ends', () => {
  const settings = {
    method: 'HEAD',
    path: '/h?x',
    fields: [['x-check', '1']] as const,
    statuses: [
      { from: 200, to: 204 },
      { from: 401, to: 401 },
    ],
  };
  const { request, body, judge } = statusQuestion(settings, 'h:1', 'https');
  assert.deepEqual(
    [request.method, request.path, request.authority, request.scheme, [...request.fields], body.length],
    ['HEAD', '/h?x', 'h:1', 'https', [['x-check', '1']], 0],
  );
  const verdict = (status: number) => judge({ head: new LocalResponse(status), body: EMPTY, trailers: undefined });
  for (const status of [200, 204, 401]) assert.equal(verdict(status), undefined);
  for (const status of [199, 205, 400, 402]) assert.equal(verdict(status), `the status of the answer is ${status}`);
});
