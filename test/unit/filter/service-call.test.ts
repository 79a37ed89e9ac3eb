import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnswerHandler, Ask, OwnRequest } from '../../../src/filter/ask.ts';
import { calling, type ServiceCall } from '../../../src/filter/service-call.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import { faultOf } from '../proxy/scripted.ts';

/** A call, and what was asked for it. `during`: what comes before the question has been put. */
function called(call: ServiceCall, during: (handler: AnswerHandler) => void = () => {}) {
  let request: OwnRequest | undefined;
  let handler: AnswerHandler | undefined;
  const seen = { cancelled: 0 };
  const ask: Ask = (cluster, own, hears) => {
    assert.equal(cluster, 'users');
    [request, handler] = [own, hears];
    during(hears);
    return { cancel: () => void seen.cancelled++ };
  };
  return { answer: calling(ask)('users', call), request: request!, handler: handler!, seen };
}

const body = (text: string) => Buffer.from(text);

test('a question is a GET to the cluster by HTTP, or a POST with its body', () => {
  const { head, body: empty, protocol, limitMs, retries } = called({ path: '/users?id=1' }).request;
  const { method, path, authority, idempotent, fields } = head;
  assert.deepEqual([method, path, authority, idempotent, [...fields]], ['GET', '/users?id=1', 'users', true, []]);
  assert.deepEqual([empty.length, protocol, limitMs, retries], [0, 'http/1.1', 5000, 0]);
  const posted = called({ path: '/', body: 'hällo', fields: { 'X-Who': 'me' } }).request;
  assert.deepEqual([posted.head.method, posted.head.idempotent, posted.body.toString()], ['POST', false, 'hällo']);
  assert.deepEqual(
    [...posted.head.fields],
    [
      ['x-who', 'me'],
      ['content-length', '6'],
    ],
  );
});

test('the answer is told when all of it is here, whatever its status', async () => {
  const { answer, handler } = called({ path: '/' });
  handler.onHead(new LocalResponse(500, new FieldList([['why', 'rain']])), false);
  handler.onData(body('not '), false);
  handler.onData(body('today'), true);
  const { status, fields, body: said } = await answer;
  assert.deepEqual([status, fields.get('why'), said.toString()], [500, 'rain', 'not today']);
});

test('an answer may end with its head, or with trailers, or before the question is put', async () => {
  const head = called({ path: '/' });
  head.handler.onHead(new LocalResponse(204), true);
  assert.equal((await head.answer).status, 204);
  const trailers = called({ path: '/' });
  trailers.handler.onHead(new LocalResponse(200), false);
  trailers.handler.onData(body('x'), false);
  trailers.handler.onTrailers(new FieldList());
  assert.equal((await trailers.answer).body.toString(), 'x');
  const early = called({ path: '/' }, (handler) => handler.onHead(new LocalResponse(200), true));
  assert.equal((await early.answer).status, 200);
});

test('without an answer it says why', async () => {
  const { answer, handler } = called({ path: '/' });
  handler.onFault(faultOf('timeout'));
  await assert.rejects(answer, Error);
  const early = called({ path: '/' }, (handler) => handler.onFault(faultOf('connect-failed')));
  await assert.rejects(early.answer, Error);
});

test('an answer of as many bytes as the limit is one, and of one more is none', async () => {
  const { answer, handler, seen } = called({ path: '/', maxBytes: 4 });
  handler.onHead(new LocalResponse(200), false);
  handler.onData(body('1234'), true);
  assert.equal((await answer).body.length, 4);
  const longer = called({ path: '/', maxBytes: 4 });
  longer.handler.onHead(new LocalResponse(200), false);
  longer.handler.onData(body('1234'), false);
  longer.handler.onData(body('5'), false);
  await assert.rejects(longer.answer, /^Error: the answer has more than 4 bytes$/);
  assert.deepEqual([seen.cancelled, longer.seen.cancelled], [0, 1]);
});
