import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FieldList } from '../../../src/protocol/fields.ts';
import { data, END_STREAM, headers, type Lines, OK } from './frames.ts';
import { ClientScene } from './scene.ts';

const MALFORMED: readonly (readonly [why: string, lines: Lines])[] = [
  ['no :status', [['a', 'b']]],
  ['nothing at all', []],
  [':status after a field', [['a', 'b'], ...OK]],
  ['two :status', [...OK, ...OK]],
  [':status of four digits', [[':status', '2000']]],
  [':status of two digits', [[':status', '99']]],
  [':status that is no number', [[':status', '2x0']]],
  ['101', [[':status', '101']]],
  ['a pseudo-header field of requests', [...OK, [':path', '/']]],
  ['an upper-case name', [...OK, ['Server', 'a']]],
  ['connection', [...OK, ['connection', 'close']]],
  ['transfer-encoding', [...OK, ['transfer-encoding', 'chunked']]],
  ['a line end in a value', [...OK, ['a', 'b\r\nset-cookie: c']]],
  ['content-length that is no number', [...OK, ['content-length', '0x5']]],
  ['two content-lengths that differ', [...OK, ['content-length', '5'], ['content-length', '6']]],
];

describe('a response that is malformed reaches nobody', () => {
  for (const [why, lines] of MALFORMED) {
    test(why, () => {
      const scene = new ClientScene();
      const { handler } = scene.ask();
      scene.receive(headers(1, lines));
      assert.equal(handler.head, undefined);
      assert.deepEqual([handler.fault?.code, handler.fault?.origin, handler.fault?.processed], ['malformed', 'upstream', 'maybe']);
      assert.deepEqual(scene.sent(), ['HEADERS 1 END_STREAM', 'RST_STREAM 1 PROTOCOL_ERROR']);
      assert.equal(scene.host.codec.activeStreams, 0);
    });
  }
});

test('an informational head with END_STREAM is malformed', () => {
  const scene = new ClientScene();
  const { handler } = scene.ask();
  scene.receive(headers(1, [[':status', '103']], END_STREAM));
  assert.equal(handler.fault?.code, 'malformed');
});

test('DATA before the head is malformed', () => {
  const scene = new ClientScene();
  const { handler } = scene.ask();
  scene.receive(headers(1, [[':status', '103']]), data(1, 'x'));
  assert.equal(handler.fault?.code, 'malformed');
  assert.equal(handler.received, 0);
});

test('informational heads come before the head, any number of them', () => {
  const scene = new ClientScene();
  const { handler } = scene.ask();
  const informational: number[] = [];
  handler.onInformational = ({ code }) => informational.push(code);
  scene.receive(headers(1, [[':status', '100']]), headers(1, [[':status', '103']]), headers(1, OK, END_STREAM));
  assert.deepEqual(informational, [100, 103]);
  assert.equal(handler.head?.code, 200);
});

describe('content-length', () => {
  for (const [what, method, status, frames, fault] of [
    ['is what comes', 'GET', '200', [data(1, 'hello', END_STREAM)], undefined],
    ['is less than what comes', 'GET', '200', [data(1, 'hello!', END_STREAM)], 'malformed'],
    ['is more than what comes', 'GET', '200', [data(1, 'hell', END_STREAM)], 'malformed'],
    ['says what GET would have brought, in an answer to HEAD', 'HEAD', '200', [data(1, '', END_STREAM)], undefined],
    ['says nothing of a body that 304 has not', 'GET', '304', [data(1, '', END_STREAM)], undefined],
    ['does not let a body through where HEAD has none', 'HEAD', '200', [data(1, 'hello', END_STREAM)], 'malformed'],
    ['does not let a body through where 304 has none', 'GET', '304', [data(1, 'hello', END_STREAM)], 'malformed'],
  ] as const) {
    test(what, () => {
      const scene = new ClientScene();
      const { handler } = scene.ask(method);
      scene.receive(
        headers(1, [
          [':status', status],
          ['content-length', '5'],
        ]),
        ...frames,
      );
      assert.equal(handler.fault?.code, fault);
      assert.equal(handler.ended, fault === undefined);
    });
  }

  test('and END_STREAM on the head go together for HEAD only', () => {
    const scene = new ClientScene();
    const get = scene.ask('GET');
    const head = scene.ask('HEAD');
    const lines: Lines = [...OK, ['content-length', '5']];
    scene.receive(headers(1, lines, END_STREAM), headers(3, lines, END_STREAM));
    assert.equal(get.handler.fault?.code, 'malformed');
    assert.equal(head.handler.fault, undefined);
    assert.equal(head.handler.ended, true);
  });
});

test('a second head of a response is its trailers, and must end it', () => {
  const scene = new ClientScene();
  const good = scene.ask();
  const bad = scene.ask();
  scene.receive(headers(1, OK), headers(1, [['grpc-status', '0']], END_STREAM));
  scene.receive(headers(3, OK), headers(3, [['grpc-status', '0']]));
  assert.deepEqual([...good.handler.trailers!], [['grpc-status', '0']]);
  assert.equal(bad.handler.fault?.code, 'malformed');
});

test('the outcome is what the status says, and what a Trailers-Only gRPC response says', () => {
  const scene = new ClientScene();
  const outcomes = (lines: Lines): string | undefined => {
    const { handler } = scene.ask();
    scene.receive(headers(2 * scene.host.opened.length - 1, lines, END_STREAM));
    return handler.head?.outcome;
  };
  assert.equal(outcomes(OK), 'ok');
  assert.equal(outcomes([[':status', '404']]), 'not-found');
  assert.equal(outcomes([...OK, ['grpc-status', '0']]), 'ok');
  assert.equal(outcomes([...OK, ['grpc-status', '14']]), 'unavailable');
  assert.equal(outcomes([...OK, ['grpc-status', '4']]), 'timeout');
  assert.equal(outcomes([...OK, ['grpc-status', '99']]), 'failed');
  assert.equal(
    outcomes([
      [':status', '503'],
      ['grpc-status', '0'],
    ]),
    'unavailable',
  );
});

test('a response head past the limit ends its stream, and the table goes on', () => {
  const scene = new ClientScene({ max_head_bytes: 1024 });
  const first = scene.ask();
  const second = scene.ask();
  scene.receive(headers(1, [...OK, ['a', 'b'.repeat(1000)]], END_STREAM), headers(3, OK, END_STREAM));
  assert.equal(first.handler.fault?.code, 'too-large');
  assert.equal(second.handler.head?.code, 200);
});

test('a stream of gRPC says in its trailers what the outcome is', () => {
  const scene = new ClientScene();
  const outcomes = (head: Lines, trailers: Lines = []): string | undefined => {
    const { handler } = scene.ask();
    scene.receive(headers(2 * scene.host.opened.length - 1, head));
    return handler.head?.outcomeOfTrailers?.(new FieldList(trailers));
  };
  const grpc: Lines = [...OK, ['content-type', 'application/grpc']];
  assert.equal(outcomes(grpc, [['grpc-status', '0']]), 'ok');
  assert.equal(outcomes(grpc, [['grpc-status', '14']]), 'unavailable');
  assert.equal(outcomes(grpc), 'failed');
  assert.equal(outcomes([...grpc, ['grpc-status', '0']]), undefined);
  assert.equal(outcomes(OK), undefined);
  assert.equal(
    outcomes([
      [':status', '503'],
      ['content-type', 'application/grpc'],
    ]),
    undefined,
  );
});
