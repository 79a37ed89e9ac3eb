import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestHead } from 'meshloom/protocol';
import { ScriptClient, ScriptServer } from 'meshloom/testing';
import http1 from '../../../protocols/http1/index.ts';

/** The head that a server codec makes of this. */
function received(...lines: readonly string[]): RequestHead {
  const server = new ScriptServer(http1);
  server.receive(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
  const [served] = server.served;
  assert.ok(served !== undefined, 'the request was not taken');
  return served.head;
}

/** What a client codec sends for it. */
function sent(head: RequestHead): string {
  const client = new ScriptClient(http1);
  client.open().stream.sendHead(head, true);
  return client.flush().toString('latin1');
}

test('a field is found by its name in lower case, and lines of one name are joined', () => {
  const { fields } = received('GET / HTTP/1.1', 'HOST: a', 'Accept: text/html', 'X-Empty:', 'ACCEPT: text/plain');
  assert.equal(fields.get('accept'), 'text/html, text/plain');
  assert.equal(fields.get('x-empty'), '');
  assert.equal(fields.get('x-none'), undefined);
  assert.equal(fields.get('acceptx'), undefined);
  assert.ok(fields.has('host') && fields.has('x-empty') && !fields.has('x-none'));
});

test('a name is not found by another that differs in one bit only', () => {
  const { fields } = received('GET / HTTP/1.1', 'Host: a', 'X^A: 1', 'X_A: 2');
  assert.equal(fields.get('x~a'), undefined);
  assert.equal(fields.get('x^a'), '1');
  assert.equal(fields.get('x_a'), '2');
});

test('fields of the connection are neither found nor deleted, and can be added by nobody', () => {
  const head = received('GET / HTTP/1.1', 'Host: a', 'Connection: x-secret', 'X-Secret: 1');
  for (const name of ['connection', 'x-secret', 'transfer-encoding']) {
    assert.equal(head.fields.get(name), undefined);
    assert.equal(head.fields.has(name), false);
  }
  head.fields.set('transfer-encoding', 'chunked');
  head.fields.append('connection', 'close');
  head.fields.set('x-secret', '2');
  assert.equal(sent(head), 'GET / HTTP/1.1\r\nHost: a\r\nx-secret: 2\r\n\r\n');
});

test('set replaces the first line where it stands, keeps the case of its name, and removes the others', () => {
  const head = received('GET / HTTP/1.1', 'Host: a', 'X-One: 1', 'Accept: */*', 'x-one: 2', 'Via: x');
  head.fields.set('x-one', '3');
  assert.equal(head.fields.get('x-one'), '3');
  assert.deepEqual(
    [...head.fields],
    [
      ['host', 'a'],
      ['x-one', '3'],
      ['accept', '*/*'],
      ['via', 'x'],
    ],
  );
  assert.equal(sent(head), 'GET / HTTP/1.1\r\nHost: a\r\nX-One: 3\r\nAccept: */*\r\nVia: x\r\n\r\n');
});

test('a field that is set twice has the later value, also when it was added', () => {
  const head = received('GET / HTTP/1.1', 'Host: a');
  head.fields.set('x-new', '1');
  head.fields.set('x-new', '2');
  assert.equal(head.fields.get('x-new'), '2');
  assert.equal(sent(head), 'GET / HTTP/1.1\r\nHost: a\r\nx-new: 2\r\n\r\n');
});

test('append keeps the lines of that name', () => {
  const head = received('GET / HTTP/1.1', 'Host: a', 'X-One: 1');
  head.fields.append('x-one', '2');
  head.fields.append('x-two', '3');
  assert.equal(head.fields.get('x-one'), '1, 2');
  assert.ok(head.fields.has('x-two'));
  assert.equal(sent(head), 'GET / HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nx-one: 2\r\nx-two: 3\r\n\r\n');
});

test('delete removes every line of that name, those that were added, too', () => {
  const head = received('GET / HTTP/1.1', 'Host: a', 'X-One: 1', 'Accept: */*', 'x-ONE: 2');
  head.fields.append('x-one', '3');
  head.fields.delete('x-one');
  head.fields.delete('x-none');
  assert.equal(head.fields.has('x-one'), false);
  assert.equal(sent(head), 'GET / HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n');
});

test('what a filter sets cannot end a line or a head', () => {
  const head = received('GET / HTTP/1.1', 'Host: a', 'X-One: 1');
  head.fields.set('x-one', 'a\r\nEvil: 1\0');
  head.fields.append('x-two', 'Ċ\r\n\r\nGET /evil');
  head.fields.append('bad name\r\n', 'x');
  assert.equal(sent(head), `GET / HTTP/1.1\r\nHost: a\r\nX-One: a  Evil: 1 \r\nx-two: \xc4\x8a    GET /evil\r\n\r\n`);
});

test('method, path and authority can be changed, and are the only things that change', () => {
  const head = received('GET /old?q HTTP/1.1', 'Accept: */*', 'HOST: old', 'Via: x');
  head.method = 'PUT';
  head.path = '/new path/ü?q';
  head.authority = 'new:81';
  assert.equal(head.authority, 'new:81');
  assert.equal(head.fields.get('host'), 'new:81');
  assert.equal(head.idempotent, true);
  assert.equal(sent(head), 'PUT /new%20path/%C3%BC?q HTTP/1.1\r\nAccept: */*\r\nHOST: new:81\r\nVia: x\r\ncontent-length: 0\r\n\r\n');
});

test('Host and authority are one thing', () => {
  const head = received('GET / HTTP/1.1', 'Host: old');
  head.fields.set('host', 'new');
  assert.equal(head.authority, 'new');
  head.fields.delete('host');
  assert.equal(head.authority, '');
  assert.equal(sent(head), 'GET / HTTP/1.1\r\nhost: \r\n\r\n');
});

test('another authority for CONNECT is asked for in the request line, too', () => {
  const head = received('CONNECT old:1 HTTP/1.1', 'Host: old:1');
  head.authority = 'new:2';
  const client = new ScriptClient(http1);
  client.open().stream.sendHead(head, false);
  assert.equal(client.flush().toString('latin1'), 'CONNECT new:2 HTTP/1.1\r\nHost: new:2\r\n\r\n');
});

test('an authority that is none cannot be connected to', () => {
  const head = received('CONNECT old:1 HTTP/1.1', 'Host: old:1');
  head.authority = 'new HTTP/1.1\r\nEvil: 1';
  const client = new ScriptClient(http1);
  const { stream, handler } = client.open();
  stream.sendHead(head, false);
  assert.equal(handler.fault?.code, 'unsupported');
  assert.equal(client.flush().length, 0);
});

test('a head can be sent again, as for a retry, and is the same', () => {
  const untouched = received('GET / HTTP/1.1', 'Host: a', 'Connection: close', 'X: y');
  assert.equal(sent(untouched), sent(untouched));
  untouched.fields.set('x', 'z');
  assert.equal(sent(untouched), 'GET / HTTP/1.1\r\nHost: a\r\nX: z\r\n\r\n');
  assert.equal(sent(untouched), sent(untouched));
});

test('which requests may be repeated', () => {
  const idempotent = (method: string) => received(`${method} / HTTP/1.1`, 'Host: a').idempotent;
  assert.deepEqual(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'POST', 'PATCH', 'get', 'BREW'].map(idempotent), [
    true,
    true,
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('a filter that takes away the length makes the body chunked', () => {
  const server = new ScriptServer(http1);
  server.receive(Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'));
  const { head, handler } = server.served[0]!;
  head.fields.delete('content-length');
  const client = new ScriptClient(http1);
  const { stream } = client.open();
  stream.sendHead(head, false);
  stream.sendData(Buffer.concat([handler.body, Buffer.from('!')]), true);
  assert.equal(
    client.flush().toString('latin1'),
    'POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: chunked\r\n\r\n6\r\nhello!\r\n0\r\n\r\n',
  );
});
