import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FieldList, type Outcome } from 'meshloom/protocol';
import { grpcMessage } from '../../../protocols/http2/grpc.ts';
import { END_STREAM, GET, headers, type Lines, POST } from './frames.ts';
import { ClientScene, ServerScene } from './scene.ts';

/** What the client gets when a request of this content type is replied to here. */
function replied(
  contentType: string | undefined,
  outcome: Outcome,
  message: string,
  method = POST,
): { frames: string[]; lines: Lines; body: string } {
  const scene = new ServerScene();
  scene.receive(headers(1, contentType === undefined ? method : [...method, ['content-type', contentType]], END_STREAM));
  scene.last.stream.reply(outcome, message, new FieldList([['x-added', 'yes']]));
  const frames = scene.written();
  const client = new ClientScene();
  const { handler } = client.ask(method[0]![1]);
  client.receive(frames);
  return {
    frames: [`${handler.endedByHead}`],
    lines: [[':status', String(handler.head!.status)], ...handler.head!.fields] as Lines,
    body: handler.body.toString(),
  };
}

describe('a reply to a gRPC request is Trailers-Only, with the status that says the outcome', () => {
  const statuses: Readonly<Record<Outcome, number>> = {
    ok: 0,
    'bad-request': 13,
    denied: 7,
    'not-found': 12,
    'too-large': 8,
    timeout: 4,
    overloaded: 14,
    unavailable: 14,
    failed: 14,
  };
  for (const [outcome, status] of Object.entries(statuses)) {
    test(`${outcome}: ${status}`, () => {
      const { frames, lines } = replied('application/grpc', outcome as Outcome, 'no such service');
      assert.deepEqual(frames, ['true']);
      assert.deepEqual(lines, [
        [':status', '200'],
        ['x-added', 'yes'],
        ['content-type', 'application/grpc'],
        ['grpc-status', String(status)],
        ['grpc-message', 'no such service'],
      ]);
    });
  }
});

test('what gRPC is says the content type', () => {
  for (const type of ['application/grpc', 'application/grpc+proto', 'application/grpc;x=y'])
    assert.equal(replied(type, 'denied', '').lines[0]?.[1], '200', type);
  for (const type of ['application/grpc-web', 'application/grpcish', 'application/json', undefined])
    assert.equal(replied(type, 'denied', '').lines[0]?.[1], '403', String(type));
});

test('a reply to any other request has a status and a text', () => {
  assert.deepEqual(replied(undefined, 'not-found', 'nichts hier: ☃'), {
    frames: ['false'],
    lines: [
      [':status', '404'],
      ['x-added', 'yes'],
      ['content-type', 'text/plain; charset=utf-8'],
      ['content-length', '17'],
    ],
    body: 'nichts hier: ☃\n',
  });
});

test('a reply to HEAD has the length of a text, and no text', () => {
  const { frames, lines } = replied(undefined, 'not-found', 'abc', [[':method', 'HEAD'], ...GET.slice(1)]);
  assert.deepEqual(frames, ['true']);
  assert.deepEqual(lines.at(-1), ['content-length', '4']);
});

test('grpc-message is percent-encoded UTF-8', () => {
  assert.equal(grpcMessage('100% of ☃\n'), '100%25 of %E2%98%83%0A');
});
