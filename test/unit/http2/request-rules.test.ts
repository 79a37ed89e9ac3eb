import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { data, END_STREAM, GET, headers, type Lines, POST } from './frames.ts';
import { ServerScene } from './scene.ts';

const with_ = (lines: Lines, ...more: Lines): Lines => [...lines, ...more];
const without = (lines: Lines, name: string): Lines => lines.filter(([each]) => each !== name);
const replaced = (name: string, value: string): Lines => GET.map(([each, old]) => [each, each === name ? value : old]);

/** Everything here ends the stream with PROTOCOL_ERROR, is never heard of above, and leaves the connection as it was. */
const MALFORMED: readonly (readonly [why: string, lines: Lines])[] = [
  ['no :method', without(GET, ':method')],
  ['no :scheme', without(GET, ':scheme')],
  ['no :path', without(GET, ':path')],
  ['neither :authority nor Host', without(GET, ':authority')],
  ['two :method', with_(GET.slice(0, 1), ...GET)],
  ['two :path', [...GET, [':path', '/b']]],
  ['two :scheme', [...GET, [':scheme', 'http']]],
  ['two :authority', [...GET, [':authority', 'a.test']]],
  ['a pseudo-header field after a field', [...GET.slice(1), ['a', 'b'], GET[0]!]],
  ['an unknown pseudo-header field', [...GET, [':cookie', 'a=b']]],
  [':status in a request', [...GET, [':status', '200']]],
  [':status among the fields', with_(GET, ['a', 'b'], [':status', '200'])],
  ['an empty :path', replaced(':path', '')],
  ['a :path without a slash', replaced(':path', 'a')],
  ['a :path that is a URL', replaced(':path', 'http://b.test/')],
  ['a :path with a space', replaced(':path', '/a HTTP/1.1')],
  ['a :path with a line end', replaced(':path', '/\r\nhost: b.test')],
  ['a :path with a fragment', replaced(':path', '/#a')],
  ['a :path with a byte above ASCII', replaced(':path', '/\xe9')],
  ['an asterisk that is no OPTIONS', replaced(':path', '*')],
  ['an empty :method', replaced(':method', '')],
  ['a :method with a space', replaced(':method', 'GET /')],
  ['a :method with a line end', replaced(':method', 'GET\n')],
  ['an empty :authority', replaced(':authority', '')],
  ['an :authority with userinfo', replaced(':authority', 'user@a.test')],
  ['an :authority with a space', replaced(':authority', 'a.test b')],
  ['an :authority with a slash', replaced(':authority', 'a.test/b')],
  ['a :scheme with a colon', replaced(':scheme', 'http://')],
  ['a Host that is not :authority', with_(GET, ['host', 'b.test'])],
  ['two Host', with_(without(GET, ':authority'), ['host', 'a.test'], ['host', 'a.test'])],
  ['an upper-case name', with_(GET, ['Accept', 'a'])],
  ['a name with a space', with_(GET, ['a b', 'c'])],
  ['a name with a colon', with_(GET, ['a:b', 'c'])],
  ['a name with a line end', with_(GET, ['a\r\nb', 'c'])],
  ['an empty name', with_(GET, ['', 'c'])],
  ['a name with a byte above ASCII', with_(GET, ['\xe9', 'c'])],
  ['a value with CR', with_(GET, ['a', 'b\rc'])],
  ['a value with LF', with_(GET, ['a', 'b\nc: d'])],
  ['a value with NUL', with_(GET, ['a', 'b\0'])],
  ['a value with another control character', with_(GET, ['a', 'b\x7f'])],
  ['a value that begins with a space', with_(GET, ['a', ' b'])],
  ['a value that ends in a tab', with_(GET, ['a', 'b\t'])],
  ['connection', with_(GET, ['connection', 'close'])],
  ['proxy-connection', with_(GET, ['proxy-connection', 'close'])],
  ['keep-alive', with_(GET, ['keep-alive', '1'])],
  ['transfer-encoding', with_(POST, ['transfer-encoding', 'chunked'])],
  ['upgrade', with_(GET, ['upgrade', 'websocket'])],
  ['te with more than trailers', with_(GET, ['te', 'trailers, gzip'])],
  ['content-length that is no number', with_(POST, ['content-length', '+5'])],
  ['an empty content-length', with_(POST, ['content-length', ''])],
  ['content-length with a list', with_(POST, ['content-length', '5, 5'])],
  ['content-length that is too long', with_(POST, ['content-length', '99999999999999999999'])],
  ['two content-lengths that differ', with_(POST, ['content-length', '5'], ['content-length', '6'])],
  ['CONNECT with :path', with_(GET.slice(1), [':method', 'CONNECT'])],
  ['CONNECT without :authority', [[':method', 'CONNECT']]],
  [':protocol without CONNECT', [...GET, [':protocol', 'websocket']]],
  [
    'extended CONNECT without :path',
    [
      [':method', 'CONNECT'],
      [':protocol', 'websocket'],
      [':scheme', 'http'],
      [':authority', 'a.test'],
    ],
  ],
];

describe('a request that is malformed is refused before anybody hears of it', () => {
  for (const [why, lines] of MALFORMED) {
    test(why, () => {
      const scene = new ServerScene();
      scene.receive(headers(1, lines, END_STREAM));
      assert.deepEqual(scene.sent(), ['RST_STREAM 1 PROTOCOL_ERROR']);
      assert.deepEqual(scene.requests, []);
      scene.receive(headers(3, GET, END_STREAM));
      assert.deepEqual(scene.requests, ['GET /']);
    });
  }
});

const WELL_FORMED: readonly (readonly [what: string, lines: Lines, shown: string])[] = [
  ['OPTIONS of the whole server', [[':method', 'OPTIONS'], ...replaced(':path', '*').slice(1)], 'OPTIONS *'],
  ['a Host that says what :authority says', with_(GET, ['host', 'A.test']), 'GET /'],
  ['a Host in place of :authority', with_(without(GET, ':authority'), ['host', 'a.test']), 'GET /'],
  ['an empty value', with_(GET, ['a', '']), 'GET /'],
  ['a value with bytes above ASCII', with_(GET, ['a', '\xe9']), 'GET /'],
  ['a value with a tab inside', with_(GET, ['a', 'b\tc']), 'GET /'],
  ['te: trailers', with_(GET, ['te', 'trailers']), 'GET /'],
  ['content-length twice alike', with_(GET, ['content-length', '0'], ['content-length', '0']), 'GET /'],
  ['an authority with a port, and an IPv6 address', replaced(':authority', '[::1]:8080'), 'GET /'],
  ['any method that is a token', replaced(':method', 'm-search'), 'm-search /'],
  ['a query', replaced(':path', "/a?b=c&d='e'|f"), "GET /a?b=c&d='e'|f"],
];

describe('a request that is well-formed is heard of', () => {
  for (const [what, lines, shown] of WELL_FORMED) {
    test(what, () => {
      const scene = new ServerScene();
      scene.receive(headers(1, lines, END_STREAM));
      assert.deepEqual(scene.sent(), []);
      assert.deepEqual(scene.requests, [shown]);
      assert.equal(scene.last.head.fields.has('host'), false);
    });
  }
});

test('a body is exactly as long as content-length says', () => {
  const scene = new ServerScene();
  scene.receive(headers(1, with_(POST, ['content-length', '5'])), data(1, 'he'), data(1, 'llo', END_STREAM));
  assert.equal(scene.last.handler.body.toString(), 'hello');
  assert.equal(scene.last.handler.ended, true);
});

for (const [what, frames] of [
  ['longer', [data(1, 'hello'), data(1, '!')]],
  ['shorter', [data(1, 'hell', END_STREAM)]],
  ['shorter, and ends with trailers', [data(1, 'hell'), headers(1, [['a', 'b']], END_STREAM)]],
] as const) {
  test(`a body that is ${what} than content-length is not passed on to its end`, () => {
    const scene = new ServerScene();
    scene.receive(headers(1, with_(POST, ['content-length', '5'])), ...frames);
    assert.deepEqual(scene.sent(), ['RST_STREAM 1 PROTOCOL_ERROR']);
    assert.ok(scene.last.handler.received <= 5);
    assert.equal(scene.last.handler.ended, false);
    assert.equal(scene.last.handler.fault?.code, 'malformed');
    assert.equal(scene.host.codec.activeStreams, 0);
  });
}

test('END_STREAM on the head of a request that announces a body is malformed', () => {
  const scene = new ServerScene();
  scene.receive(headers(1, with_(POST, ['content-length', '5']), END_STREAM));
  assert.deepEqual(scene.sent(), ['RST_STREAM 1 PROTOCOL_ERROR']);
  assert.deepEqual(scene.requests, []);
});

describe('trailers', () => {
  for (const [why, lines, flags] of [
    ['without END_STREAM', [['a', 'b']], 0],
    ['with a pseudo-header field', [[':path', '/b']], END_STREAM],
    ['with content-length', [['content-length', '0']], END_STREAM],
    ['with Host', [['host', 'a.test']], END_STREAM],
    ['with transfer-encoding', [['transfer-encoding', 'chunked']], END_STREAM],
    ['with a line end in a value', [['a', 'b\nc']], END_STREAM],
  ] as const) {
    test(`${why} are malformed`, () => {
      const scene = new ServerScene();
      scene.receive(headers(1, POST), headers(1, lines, flags));
      assert.deepEqual(scene.sent(), ['RST_STREAM 1 PROTOCOL_ERROR']);
      assert.equal(scene.last.handler.trailers, undefined);
      assert.equal(scene.last.handler.fault?.code, 'malformed');
    });
  }

  test('end a request as END_STREAM on DATA does', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, POST), data(1, 'x'), headers(1, [['checksum', '1']], END_STREAM));
    assert.deepEqual([...scene.last.handler.trailers!], [['checksum', '1']]);
    assert.equal(scene.last.handler.ended, true);
  });
});

test('grpc-timeout is the time that the caller is going to wait, in milliseconds, rounded up', () => {
  const scene = new ServerScene();
  const timeouts = { '2H': 7_200_000, '3M': 180_000, '4S': 4000, '50m': 50, '1500u': 2, '1n': 1, '0m': 1, '99999999S': 99_999_999_000 };
  const wrong = ['123456789S', '5', 'S', '-1S', '5s', '1 S', '1.5S'];
  for (const [at, [timeout, milliseconds]] of Object.entries(timeouts).entries()) {
    scene.receive(headers(2 * at + 1, with_(POST, ['grpc-timeout', timeout]), END_STREAM));
    assert.equal(scene.last.head.timeoutMs, milliseconds, timeout);
  }
  for (const [at, timeout] of wrong.entries()) {
    scene.receive(headers(101 + 2 * at, with_(POST, ['grpc-timeout', timeout]), END_STREAM));
    assert.equal(scene.last.head.timeoutMs, undefined, timeout);
  }
  scene.receive(headers(201, GET, END_STREAM));
  assert.equal(scene.last.head.timeoutMs, undefined);
});

test('methods that are the same twice as once are idempotent', () => {
  const scene = new ServerScene();
  const methods = { GET: true, HEAD: true, PUT: true, DELETE: true, OPTIONS: true, TRACE: true, POST: false, PATCH: false };
  for (const [at, [method, idempotent]] of Object.entries(methods).entries()) {
    scene.receive(headers(2 * at + 1, replaced(':method', method), END_STREAM));
    assert.equal(scene.last.head.idempotent, idempotent, method);
  }
});

test('a shorter time is said in grpc-timeout, in at most eight digits, and only where one was said', () => {
  const scene = new ServerScene();
  scene.receive(headers(1, with_(POST, ['grpc-timeout', '2H']), END_STREAM));
  const { head } = scene.last;
  for (const [milliseconds, text] of [
    [250, '250m'],
    [99_999_999, '99999999m'],
    [100_000_999, '100000S'],
    [99_999_999_999, '99999999S'],
  ] as const) {
    head.shortenTimeout?.(milliseconds);
    assert.equal(head.fields.get('grpc-timeout'), text);
    assert.equal(head.timeoutMs, milliseconds - (text.endsWith('S') ? milliseconds % 1000 : 0));
  }
  scene.receive(headers(3, POST, END_STREAM));
  scene.last.head.shortenTimeout?.(250);
  assert.equal(scene.last.head.fields.has('grpc-timeout'), false);
});
