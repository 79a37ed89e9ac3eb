import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldList, fault, LocalResponse } from 'meshloom/protocol';
import { ScriptClient, ScriptServer } from 'meshloom/testing';
import http1 from '../../../protocols/http1/index.ts';

const GET = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');

test('requests that wait for an answer are held up to max_pipelined_bytes, and then reading stops', () => {
  const limit = 2 * GET.length;
  const server = new ScriptServer(http1.configure!({ max_pipelined_bytes: limit }));
  server.receive(Buffer.concat([GET, GET, GET]));
  assert.equal(server.pauses, 0, 'at the limit');
  server.receive(Buffer.from('G'));
  assert.equal(server.pauses, 1, 'one past it');
  server.served[0]!.stream.sendHead(new LocalResponse(200), true);
  assert.equal(server.pauses, 0, 'there is place again');
  assert.equal(server.served.length, 2);
});

test('a client that asks and does not read is not answered any further, and its requests are not read any further', () => {
  const server = new ScriptServer(http1.configure!({ max_pipelined_bytes: GET.length }));
  server.react = ({ stream }) => stream.reply('ok', 'x'.repeat(100));
  server.highWaterMark = 150;
  server.receive(Buffer.concat([GET, GET, GET]));
  assert.equal(server.served.length, 1);
  assert.equal(server.pauses, 1);
  server.flush();
  assert.equal(server.served.length, 2);
  assert.equal(server.pauses, 0);
  server.flush();
  assert.equal(server.served.length, 3);
});

test('informational heads that the client does not take are dropped', () => {
  const server = new ScriptServer(http1);
  server.receive(GET);
  const { stream } = server.served[0]!;
  server.highWaterMark = 40;
  for (let count = 0; count < 1000; count++) stream.sendInformational(new LocalResponse(103));
  assert.ok(server.unsentBytes < 100);
  stream.sendHead(new LocalResponse(204), true);
  assert.match(server.flush().toString(), /^(HTTP\/1\.1 103 Early Hints\r\n\r\n)+HTTP\/1\.1 204 No Content\r\n\r\n$/);
});

test('answers inside onRequest go out in order, however many requests came at once', () => {
  const server = new ScriptServer(http1);
  server.react = ({ stream }) => {
    stream.sendHead(new LocalResponse(200), false);
    stream.sendData(Buffer.from(`${server.served.length}`), true);
  };
  const requests = 5000;
  server.receive(Buffer.concat(Array.from({ length: requests }, () => GET)));
  assert.equal(server.served.length, requests);
  const bodies = [
    ...server
      .flush()
      .toString()
      .matchAll(/\r\n\r\n[0-9a-f]+\r\n(\d+)\r\n0\r\n\r\n/g),
  ].map(([, body]) => Number(body));
  assert.deepEqual(
    bodies,
    Array.from({ length: requests }, (_, index) => index + 1),
  );
});

test('a request that is answered later lets the held ones go on without deep recursion', () => {
  const server = new ScriptServer(http1);
  const requests = 2000;
  server.receive(Buffer.concat(Array.from({ length: requests }, () => GET)));
  const depths: number[] = [];
  server.react = ({ stream }) => {
    depths.push(new Error().stack!.split('\n').length);
    stream.reply('ok', '');
  };
  server.served[0]!.stream.reply('ok', '');
  assert.equal(server.served.length, requests);
  assert.equal(new Set(depths).size, 1);
});

test('an owner who loses the connection inside onRequest still hears of it', () => {
  const server = new ScriptServer(http1);
  const lost = fault('reset', 'downstream', 'maybe', 'gone');
  server.react = () => server.die(lost);
  server.receive(GET);
  assert.equal(server.served[0]!.handler.fault, lost);
  assert.equal(server.codec.activeStreams, 0);
});

test('an owner who resets inside onRequest hears nothing', () => {
  const server = new ScriptServer(http1);
  server.react = ({ stream }) => stream.reset(fault('cancelled', 'local', 'maybe', 'no'));
  server.receive(Buffer.concat([GET, GET]));
  assert.equal(server.served.length, 1);
  assert.equal(server.served[0]!.handler.fault, undefined);
  assert.equal(server.state, 'failed');
});

test('a reply takes fields of its owner, but not those that frame it', () => {
  const server = new ScriptServer(http1);
  server.receive(GET);
  const fields = new FieldList([
    ['retry-after', '1'],
    ['content-length', '5'],
    ['transfer-encoding', 'chunked'],
    ['content-type', 'text/html'],
  ]);
  server.served[0]!.stream.reply('unavailable', '<p>', fields);
  assert.equal(
    server.flush().toString(),
    'HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-type: text/html\r\ncontent-length: 4\r\n\r\n<p>\n',
  );
});

test('a status that is no final one is not sent', () => {
  for (const status of [100, 101, 199, 1000]) {
    const server = new ScriptServer(http1);
    server.receive(GET);
    server.served[0]!.stream.sendHead(new LocalResponse(status), true);
    assert.match(server.flush().toString(), /^HTTP\/1\.1 502 /, `${status}`);
  }
});

test('a response that came over HTTP/1.0 goes on as HTTP/1.1, and one in chunks loses them for an HTTP/1.0 client', () => {
  const respond = (request: string, response: string): string => {
    const client = new ScriptClient(http1);
    const server = new ScriptServer(http1);
    server.receive(Buffer.from(request));
    const { stream, handler } = client.open();
    stream.sendHead(server.served[0]!.head, true);
    client.receive(Buffer.from(response));
    server.served[0]!.stream.sendHead(handler.head!, false);
    server.served[0]!.stream.sendData(handler.body, true);
    return server.flush().toString();
  };
  assert.equal(
    respond('GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'HTTP/1.0 200 Fine\r\nConnection: close\r\nContent-LENGTH: 2\r\nX: y\r\n\r\nok'),
    'HTTP/1.1 200 Fine\r\nContent-LENGTH: 2\r\nX: y\r\n\r\nok',
  );
  assert.equal(
    respond('GET / HTTP/1.0\r\n\r\n', 'HTTP/1.1 200 Fine\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n2\r\nok\r\n0\r\n\r\n'),
    'HTTP/1.1 200 Fine\r\nX: y\r\nconnection: close\r\n\r\nok',
  );
});

test('partial is true from the first byte of a head to its last', () => {
  const server = new ScriptServer(http1);
  assert.equal(server.codec.partial, false);
  for (let at = 0; at < GET.length - 1; at++) {
    server.receive(GET.subarray(at, at + 1));
    assert.equal(server.codec.partial, true, `after ${at + 1} bytes`);
  }
  server.receive(GET.subarray(-1));
  assert.equal(server.codec.partial, false);
  server.receive(GET.subarray(0, 5));
  assert.equal(server.codec.partial, false, 'what waits for its turn has not begun');
});

test('a connection that is encrypted makes the scheme https', () => {
  const server = new ScriptServer(http1);
  Object.defineProperty(server, 'secure', { value: true });
  server.receive(GET);
  assert.equal(server.served[0]!.head.scheme, 'https');
});
