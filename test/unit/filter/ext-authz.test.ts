import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytesAt, MessageWriter, numberAt, readMessage, textAt } from '../../../src/base/protobuf.ts';
import type { AnswerHandler, Ask, OwnRequest } from '../../../src/filter/ask.ts';
import { MAX_ANSWER_BYTES } from '../../../src/filter/builtin/ext-authz/decision.ts';
import { decisionOf } from '../../../src/filter/builtin/ext-authz/grpc-messages.ts';
import extAuthz from '../../../src/filter/builtin/ext-authz/index.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import { faultOf, took } from '../proxy/scripted.ts';
import { filterStage, problemsOf, type StageOptions, type StageRequest } from './filter-stage.ts';

type Fields = Readonly<Record<string, string>>;

/** A service that the test plays. */
function service(settings: object, options: StageOptions = {}) {
  const asked: { cluster: string; request: OwnRequest; handler: AnswerHandler; cancelled: boolean }[] = [];
  const ask: Ask = (cluster, request, handler) => {
    const entry = { cluster, request, handler, cancelled: false };
    asked.push(entry);
    return {
      cancel() {
        entry.cancelled = true;
      },
    };
  };
  const stage = filterStage(extAuthz, settings, { ...options, surroundings: { ask } });
  return { ...stage, asked };
}

const uri = { server_uri: { uri: 'http://auth/base/', cluster: 'auth' } };
const http = (more: object = {}, top: object = {}) => ({ http_service: { ...uri, ...more }, ...top });

/** A request, and the service's answer to the question about it. */
function decided(settings: object, status: number, fields: Fields = {}, body = '', request: StageRequest = {}) {
  const stage = service(settings);
  const scene = stage.request(request);
  const { handler } = stage.asked[0]!;
  handler.onHead(new LocalResponse(status, new FieldList(Object.entries(fields))), body === '');
  if (body !== '') handler.onData(Buffer.from(body), true);
  return { ...scene, asked: stage.asked };
}

test('the service is asked with method, path and host, and only the headers that it may see', () => {
  const settings = http({
    path_prefix: '/check',
    authorization_request: {
      allowed_headers: { patterns: [{ prefix: 'x-' }, { exact: 'connection' }] },
      headers_to_add: [{ key: 'X-Proxy', value: 'mesh' }],
    },
  });
  const { asked, request } = service(settings);
  const fields = { authorization: 'Basic a', 'x-user': 'me', cookie: 'secret', connection: 'x-user', 'content-length': '5' };
  const { journal } = request({ fields, head: { path: '/a?b', method: 'PUT', authority: 'shop' } });
  const { head, body, protocol, limitMs } = asked[0]!.request;
  assert.deepEqual([asked[0]!.cluster, protocol, limitMs, body.length], ['auth', 'http/1.1', 200, 0]);
  assert.deepEqual([head.method, head.path, head.authority], ['PUT', '/base/check/a?b', 'shop']);
  assert.deepEqual(
    [...head.fields],
    [
      ['content-length', '0'],
      ['authorization', 'Basic a'],
      ['x-user', 'me'],
      ['x-forwarded-for', '127.0.0.1'],
      ['x-proxy', 'mesh'],
    ],
  );
  assert.deepEqual(took(journal), []);
});

test('200 lets a request in, with what the service says about it', () => {
  const settings = http({
    authorization_response: {
      allowed_upstream_headers: { patterns: [{ exact: 'x-user' }] },
      allowed_upstream_headers_to_append: { patterns: [{ exact: 'x-role' }] },
      allowed_client_headers_on_success: { patterns: [{ exact: 'set-cookie' }] },
    },
  });
  const answer = { 'x-user': 'real', 'x-role': 'admin', 'set-cookie': 'a=b', 'x-other': 'no' };
  const { journal, exchange, upstream } = decided(settings, 200, answer, '', { fields: { 'x-user': 'forged', 'x-role': 'guest' } });
  assert.deepEqual(took(journal), ['a head GET / end']);
  assert.deepEqual([...exchange.request.fields].sort(), [
    ['x-role', 'admin'],
    ['x-role', 'guest'],
    ['x-user', 'real'],
  ]);
  upstream().answer(200, true);
  assert.deepEqual([...(exchange.response?.fields ?? [])], [['set-cookie', 'a=b']]);
});

test('another status is told to the client, with its body and headers', () => {
  const answer = { location: '/login', 'content-length': '99', connection: 'close' };
  const { journal, exchange } = decided(http(), 302, answer, 'go away');
  assert.deepEqual(took(journal), ['client head 302', 'client data "go away" end']);
  assert.deepEqual(
    [...(exchange.response?.fields ?? [])],
    [
      ['location', '/login'],
      ['content-length', '7'],
    ],
  );
  assert.deepEqual(exchange.flags, ['UAEX']);
  const chosen = http({ authorization_response: { allowed_client_headers: { patterns: [{ exact: 'x-why' }] } } });
  const fewer = decided(chosen, 401, { ...answer, 'x-why': 'b' });
  assert.deepEqual(
    [...(fewer.exchange.response?.fields ?? [])],
    [
      ['x-why', 'b'],
      ['content-length', '0'],
    ],
  );
});

test('without a decision nobody is let in, unless that is said', () => {
  const failing = (settings: object) => {
    const stage = service(settings);
    const scene = stage.request();
    stage.asked[0]!.handler.onFault(faultOf('timeout'));
    return took(scene.journal)[0];
  };
  assert.equal(failing(http()), 'client head 403');
  assert.equal(failing(http({}, { status_on_error: { code: 503 } })), 'client head 503');
  assert.equal(failing(http({}, { failure_mode_allow: true })), 'a head GET / end');
  assert.equal(took(decided(http(), 500).journal)[0], 'client head 403');
  assert.equal(took(decided(http(), 499).journal)[0], 'client head 499 end');
});

test('of a body that is too long what fits is told', () => {
  const stage = service(http());
  const { exchange } = stage.request();
  const { handler } = stage.asked[0]!;
  handler.onHead(new LocalResponse(403), false);
  handler.onData(Buffer.alloc(MAX_ANSWER_BYTES), false);
  handler.onData(Buffer.alloc(1), true);
  assert.equal(exchange.response?.fields.get('content-length'), String(MAX_ANSWER_BYTES));
});

test('a client that leaves takes its question with it', () => {
  const { asked, request } = service(http());
  const { exchange, journal } = request();
  exchange.onReset(faultOf('closed', 'maybe', 'downstream'));
  assert.equal(asked[0]!.cancelled, true);
  asked[0]!.handler.onHead(new LocalResponse(200), true);
  assert.deepEqual(took(journal), []);
});

test('a route may need no decision', () => {
  const { asked, request } = service(http(), { ofRoute: { disabled: true } });
  assert.deepEqual(took(request().journal), ['a head GET / end']);
  assert.equal(asked.length, 0);
});

test('a call of an RPC is asked about as POST to its service and method', () => {
  const { asked, request } = service(http());
  request({ head: { scheme: '', path: 'org.shop/Cart', method: 'add' } });
  const { method, path } = asked[0]!.request.head;
  assert.deepEqual([method, path], ['POST', '/base/org.shop%2FCart/add']);
});

const grpc = {
  grpc_service: { envoy_grpc: { cluster_name: 'auth' }, timeout: '1s' },
  check_settings: { context_extensions: { area: 'shop' } },
};

const frame = (message: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, message.length >> 8, message.length & 0xff]), message]);
const option = (key: string, value: string, append: boolean) => (inner: MessageWriter) =>
  inner.message(1, (header) => header.text(1, key).text(2, value)).message(2, (flag) => flag.number(1, append ? 1 : 0));

/** A request, and an answer by gRPC to the question about it. */
function decidedByGrpc(message: Buffer, status = '0') {
  const stage = service(grpc);
  const scene = stage.request({ fields: { 'x-a': '1' }, head: { path: '/p?q=1', method: 'PUT', authority: 'shop' } });
  const { handler } = stage.asked[0]!;
  handler.onHead(new LocalResponse(200), false);
  handler.onData(message, false);
  handler.onTrailers(new FieldList([['grpc-status', status]]));
  return { ...scene, asked: stage.asked };
}

test('by gRPC the service is told all about a request', () => {
  const { asked } = decidedByGrpc(frame(Buffer.alloc(0)));
  const { head, body, protocol, limitMs } = asked[0]!.request;
  assert.deepEqual([head.path, head.method, protocol, limitMs], ['/envoy.service.auth.v3.Authorization/Check', 'POST', 'h2', 1000]);
  assert.equal(body.readUInt32BE(1), body.length - 5);
  const inside = (fields: ReturnType<typeof readMessage>, field: number) =>
    readMessage(bytesAt(fields ?? [], field)[0] ?? Buffer.alloc(0)) ?? [];
  const attributes = inside(readMessage(body.subarray(5)), 1);
  const source = inside(inside(inside(attributes, 1), 1), 1);
  assert.deepEqual([textAt(source, 2), numberAt(source, 3)], ['127.0.0.1', 40000]);
  const asking = inside(inside(attributes, 4), 2);
  assert.deepEqual(
    [2, 4, 5, 6, 7, 10].map((field) => textAt(asking, field)),
    ['PUT', '/p?q=1', 'shop', 'http', 'q=1', 'script'],
  );
  const header = inside(asking, 3);
  assert.deepEqual([textAt(header, 1), textAt(header, 2)], ['x-a', '1']);
  const extension = inside(attributes, 10);
  assert.deepEqual([textAt(extension, 1), textAt(extension, 2)], ['area', 'shop']);
});

test('by gRPC an OK lets a request in, with changed headers', () => {
  const allowed = new MessageWriter().message(3, (ok) => {
    ok.message(2, option('X-A', '2', false))
      .message(2, option('x-b', '3', true))
      .text(5, 'Cookie');
    ok.message(6, option('x-c', '4', false))
      .message(2, option('bad name', '5', false))
      .message(2, option('x-d', 'a\r\nb', false));
  });
  const { journal, exchange } = decidedByGrpc(frame(allowed.finish()));
  assert.deepEqual(took(journal), ['a head PUT /p?q=1 end']);
  assert.deepEqual(
    [...exchange.request.fields],
    [
      ['x-a', '2'],
      ['x-b', '3'],
    ],
  );
});

test('by gRPC a refusal has a status, headers and a body of its own, or is 403', () => {
  const denied = new MessageWriter()
    .message(1, (status) => status.number(1, 7))
    .message(2, (answer) =>
      answer
        .message(1, (status) => status.number(1, 429))
        .message(2, option('retry-after', '1', false))
        .text(3, 'later'),
    );
  const told = decidedByGrpc(frame(denied.finish()));
  assert.deepEqual(took(told.journal), ['client head 429', 'client data "later" end']);
  assert.equal(told.exchange.response?.fields.get('retry-after'), '1');
  const plain = new MessageWriter().message(1, (status) => status.number(1, 16));
  assert.equal(took(decidedByGrpc(frame(plain.finish())).journal)[0], 'client head 403 end');
});

test('by gRPC what is no answer is no decision', () => {
  const good = frame(Buffer.alloc(0));
  for (const [message, status] of [
    [good, '14'],
    [Buffer.alloc(3), '0'],
    [Buffer.concat([good, good]), '0'],
    [frame(Buffer.from([0xff])), '0'],
  ] as const) {
    assert.equal(took(decidedByGrpc(message, status).journal)[0], 'client head 403');
  }
});

test('messages are read as they were written, and whatever else there is does no harm', () => {
  const fields = fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.oneof(fc.nat(2 ** 31), fc.string({ minLength: 1 }))));
  fc.assert(
    fc.property(fields, (written) => {
      const writer = new MessageWriter();
      for (const [field, value] of written) {
        if (typeof value === 'number') writer.number(field, value);
        else writer.text(field, value);
      }
      const read = readMessage(writer.finish())?.map(([field, value]) => [field, typeof value === 'number' ? value : value.toString()]);
      assert.deepEqual(
        read,
        written
          .filter(([, value]) => value !== 0)
          .map(([field, value]) => [field, typeof value === 'number' ? value : Buffer.from(value).toString()]),
      );
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      readMessage(Buffer.from(bytes));
      decisionOf(Buffer.from(bytes));
    }),
  );
});

test('there is one service to ask, and a decision hangs on no body', () => {
  const problem = (settings: object) => problemsOf(extAuthz.settings, settings)[0];
  for (const settings of [{}, { ...http(), ...grpc }])
    assert.match(problem(settings)!, /^error: : must have either `http_service` or `grpc_service`/);
  assert.equal(problem({ disabled: true }), undefined);
  assert.match(problem(http({}, { with_request_body: { max_request_bytes: 1 } }))!, /with_request_body|is not supported/);
  assert.match(problem({ http_service: { server_uri: { uri: 'auth', cluster: 'a' } } })!, /uri: is no URI: "auth"/);
});
