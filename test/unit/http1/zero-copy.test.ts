import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bytes } from 'meshloom/protocol';
import { ScriptClient, ScriptServer } from 'meshloom/testing';
import http1 from '../../../protocols/http1/index.ts';

const KIBIBYTE = 1024;

/** Notes what is written, by identity and not by value. */
function watched(host: ScriptServer | ScriptClient): Bytes[] {
  const written: Bytes[] = [];
  host.journal.keeping = false;
  host.write = (bytes) => {
    written.push(bytes);
  };
  return written;
}

const sharesMemory = (view: Bytes, chunk: Bytes): boolean => view.buffer === chunk.buffer;

test('an untouched head leaves as a view of the chunk that it arrived in', () => {
  const chunk = Buffer.from(new Uint8Array(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next')).buffer);
  const server = new ScriptServer(http1);
  server.receive(chunk);
  const client = new ScriptClient(http1);
  const written = watched(client);
  client.open().stream.sendHead(server.served[0]!.head, true);
  assert.equal(written.length, 1);
  assert.ok(sharesMemory(written[0]!, chunk));
});

test('so does an untouched response head', () => {
  const client = new ScriptClient(http1);
  const server = new ScriptServer(http1);
  server.receive(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
  const { stream, handler } = client.open();
  stream.sendHead(server.served[0]!.head, true);
  const chunk = Buffer.from(new Uint8Array(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')).buffer);
  client.receive(chunk);
  const written = watched(server);
  server.served[0]!.stream.sendHead(handler.head!, false);
  assert.ok(sharesMemory(written[0]!, chunk));
});

test('Connection: keep-alive may stay where it says of the next connection what is true of that, too', () => {
  const server = new ScriptServer(http1);
  const request = Buffer.from(new Uint8Array(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n')).buffer);
  server.receive(request);
  const client = new ScriptClient(http1);
  const asked = watched(client);
  const { stream, handler } = client.open();
  stream.sendHead(server.served[0]!.head, true);
  assert.ok(sharesMemory(asked[0]!, request));
  const response = Buffer.from(new Uint8Array(Buffer.from('HTTP/1.1 204 No Content\r\nConnection: Keep-Alive\r\n\r\n')).buffer);
  client.receive(response);
  const answered = watched(server);
  server.served[0]!.stream.sendHead(handler.head!, true);
  assert.ok(sharesMemory(answered[0]!, response));
});

for (const [what, lines] of [
  ['anything beside it', 'Connection: keep-alive, x-hop\r\nX-Hop: 1\r\n'],
  ['Keep-Alive', 'Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n'],
] as const) {
  test(`${what} goes, and takes Connection: keep-alive with it`, () => {
    const server = new ScriptServer(http1);
    server.receive(Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`));
    const client = new ScriptClient(http1);
    const asked = watched(client);
    client.open().stream.sendHead(server.served[0]!.head, true);
    assert.equal(asked[0]!.toString(), 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  });
}

test('Connection: keep-alive of an upstream goes where the connection to the client does not stay', () => {
  const server = new ScriptServer(http1);
  server.receive(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'));
  const client = new ScriptClient(http1);
  const { stream, handler } = client.open();
  stream.sendHead(server.served[0]!.head, true);
  client.receive(Buffer.from('HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n'));
  const answered = watched(server);
  server.served[0]!.stream.sendHead(handler.head!, true);
  assert.equal(answered[0]!.toString(), 'HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n');
});

test('a chunked head leaves as it came, too', () => {
  const chunk = Buffer.from(new Uint8Array(Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')).buffer);
  const server = new ScriptServer(http1);
  server.receive(chunk);
  const client = new ScriptClient(http1);
  const written = watched(client);
  client.open().stream.sendHead(server.served[0]!.head, false);
  assert.ok(sharesMemory(written[0]!, chunk));
});

for (const framing of ['Content-Length: 1099511627776', 'Transfer-Encoding: chunked']) {
  test(`a body of any size goes through as views and in constant memory (${framing})`, () => {
    const piece = 64 * KIBIBYTE;
    const server = new ScriptServer(http1);
    server.journal.keeping = false;
    server.receive(Buffer.from(`POST / HTTP/1.1\r\nHost: a\r\n${framing}\r\n\r\n`));
    const client = new ScriptClient(http1);
    const written = watched(client);
    const { stream } = client.open();
    const { head, handler } = server.served[0]!;
    handler.onData = (bytes, end) => stream.sendData(bytes, end);
    stream.sendHead(head, false);
    const chunk = framing.startsWith('T')
      ? Buffer.concat([Buffer.from(`${(piece - 16).toString(16)}\r\n`), Buffer.alloc(piece - 16, 'x'), Buffer.from('\r\n')])
      : Buffer.alloc(piece, 'x');
    const before = process.memoryUsage().rss;
    let views = 0;
    // 10 GiB in all, the same memory again and again: whoever kept or copied it would show.
    for (let sent = 0; sent < 10 * KIBIBYTE ** 3; sent += piece) {
      written.length = 0;
      server.receive(chunk);
      if (written.some((bytes) => sharesMemory(bytes, chunk))) views++;
    }
    assert.equal(views, (10 * KIBIBYTE ** 3) / piece);
    assert.ok(process.memoryUsage().rss - before < 64 * KIBIBYTE ** 2);
  });
}

test('what is passed on in chunks has its framing written around it', () => {
  const client = new ScriptClient(http1);
  const written = watched(client);
  const server = new ScriptServer(http1);
  server.receive(Buffer.from('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'));
  const { stream } = client.open();
  stream.sendHead(server.served[0]!.head, false);
  const large = Buffer.alloc(64 * KIBIBYTE, 'x');
  stream.sendData(large, true);
  assert.deepEqual(written.slice(1).map(String), ['10000\r\n', String(large), '\r\n0\r\n\r\n']);
  assert.equal(written[2], large);
});
