/** Persistent connections, pipelining, and heads on the way, byte for byte against a scripted upstream. */
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import { Meshloom } from '../support/meshloom.ts';
import { RawConnection, RawServer } from '../support/raw-connection.ts';
import { rawStage } from '../support/raw-stage.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('HTTP/1.1 connections', () => {
  const stage = rawStage();
  let client: RawConnection;

  /** A new downstream connection whose first request is on an upstream connection that no earlier test has used. */
  async function ask(request: string): Promise<RawConnection> {
    await stage.upstream.endConnections();
    client = await RawConnection.open(stage.proxy.port);
    client.send(request);
    return stage.upstream.accept();
  }

  test('pipelined requests are answered in their order', async () => {
    const first = await ask(`GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n`);
    assert.equal((await first.message()).startLine, 'GET /1 HTTP/1.1');
    first.send('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none');
    assert.equal((await client.message()).body.toString(), 'one');
    assert.equal((await first.message()).startLine, 'GET /2 HTTP/1.1');
    first.send('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo');
    assert.equal((await client.message()).body.toString(), 'two');
    client.destroy();
  });

  test('Connection: close of the client is obeyed after the answer', async () => {
    const server = await ask('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await server.message();
    server.send(OK);
    const { fields } = await client.message();
    assert.equal(fields.get('connection'), 'close');
    await client.expectEnd();
  });

  test('Connection: close of the upstream is between the two of them: the client’s connection stays', async () => {
    const server = await ask(GET);
    await server.message();
    server.send('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok').end();
    assert.equal((await client.message()).fields.get('connection'), undefined);
    client.send(GET);
    const next = await stage.upstream.accept();
    await next.message();
    next.send(OK);
    assert.equal((await client.message()).body.toString(), 'ok');
    client.destroy();
  });

  test('103 Early Hints goes to the client at once, the final answer later', async () => {
    const server = await ask(GET);
    await server.message();
    server.send('HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n');
    const hints = await client.message();
    assert.match(hints.startLine, /^HTTP\/1\.1 103 /);
    assert.equal(hints.fields.get('link'), '</style.css>; rel=preload');
    server.send(OK);
    assert.match((await client.message()).startLine, /^HTTP\/1\.1 200 /);
    client.destroy();
  });

  test('fields that Connection names, and hop-by-hop fields, go no further in either direction', async () => {
    const server = await ask(
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: X-Private, keep-alive\r\nX-Private: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nTE: gzip\r\nX-Public: 1\r\n\r\n',
    );
    const request = await server.message();
    for (const name of ['x-private', 'keep-alive', 'proxy-connection', 'te']) assert.equal(request.fields.get(name), undefined, name);
    assert.equal(request.fields.get('x-public'), '1');
    server.send(
      'HTTP/1.1 200 OK\r\nConnection: X-Secret\r\nX-Secret: 1\r\nKeep-Alive: timeout=5\r\nX-Open: 1\r\nContent-Length: 2\r\n\r\nok',
    );
    const response = await client.message();
    for (const name of ['x-secret', 'keep-alive']) assert.equal(response.fields.get(name), undefined, name);
    assert.equal(response.fields.get('x-open'), '1');
    client.destroy();
  });

  test('trailers of a request and of a response are passed on', async () => {
    const server = await ask('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n');
    const request = await server.message();
    assert.equal(request.body.toString(), 'abc');
    assert.equal(request.trailers.get('x-sum'), '1');
    server.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Total: 2\r\n\r\n');
    const response = await client.message();
    assert.equal(response.body.toString(), 'ok');
    assert.equal(response.trailers.get('x-total'), '2');
    client.destroy();
  });

  test('chunk extensions are understood and go no further', async () => {
    const server = await ask('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;name="va;lue"\r\nabc\r\n0;last\r\n\r\n');
    assert.equal((await server.message()).body.toString(), 'abc');
    server.send(OK);
    await client.message();
    client.destroy();
  });

  test('a body that lasts until the upstream closes reaches the client whole', async () => {
    const server = await ask(GET);
    await server.message();
    server.send('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n').send('part one, ').send('part two').end();
    assert.equal((await client.message()).body.toString(), 'part one, part two');
    client.destroy();
  });

  test('an HTTP/1.0 client gets such a body too, and the end of the connection as its end', async () => {
    const server = await ask('GET / HTTP/1.0\r\nHost: a\r\n\r\n');
    await server.message();
    server.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n');
    const answer = await client.untilEnd();
    assert.doesNotMatch(answer, /transfer-encoding/i);
    assert.match(answer, /\r\n\r\nok$/);
  });

  test('a body goes on while it arrives: the upstream hears the first half before the second is sent', async () => {
    const server = await ask('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n');
    client.send('first');
    assert.match(await server.readUntil('first'), /^POST \/ HTTP\/1\.1\r\n/);
    client.send('-half');
    await server.expect('-half');
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst');
    assert.match(await client.readUntil('first'), /^HTTP\/1\.1 200 /);
    server.send('-half');
    await client.expect('-half');
    client.destroy();
  });

  test('an answer that comes before the request is over reaches the client', async () => {
    const server = await ask('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nstart');
    await server.readUntil('start');
    server.send('HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno').end();
    const { startLine, body } = await client.message();
    assert.match(startLine, / 413 /);
    assert.equal(body.toString(), 'no');
    client.destroy();
  });

  test('a client that leaves early takes its upstream request with it', async () => {
    const server = await ask(GET);
    await server.message();
    client.destroy();
    await server.untilEnd();
  });

  test('an upstream that dies before its answer gives 502 and leaves the client’s connection usable', async () => {
    const server = await ask('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi');
    await server.message();
    server.reset();
    assert.match((await client.message()).startLine, /^HTTP\/1\.1 502 /);
    client.send(GET);
    const next = await stage.upstream.accept();
    await next.message();
    next.send(OK);
    assert.equal((await client.message()).body.toString(), 'ok');
    client.destroy();
  });

  test('an upstream that dies in the middle of its answer ends the client’s connection, so that nobody takes the part for the whole', async () => {
    const server = await ask(GET);
    await server.message();
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
    await client.readUntil('half');
    server.reset();
    await client.expectEnd();
  });

  test('a chunked answer that breaks off has no last chunk', async () => {
    const server = await ask(GET);
    await server.message();
    server.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n');
    await client.readUntil('half');
    server.end();
    assert.doesNotMatch(await client.untilEnd(), /0\r\n\r\n/);
  });

  test('a GET that met a connection at its end is asked again on another, and a POST is not', async () => {
    const server = await ask(GET);
    await server.message();
    server.send(OK);
    await client.message();
    // The pooled connection dies under the next request, which may have arrived.
    client.send(GET);
    await server.message();
    server.reset();
    const second = await stage.upstream.accept();
    await second.message();
    second.send(OK);
    assert.match((await client.message()).startLine, / 200 /);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi');
    await second.message();
    const accepted = stage.upstream.accepted;
    second.reset();
    assert.match((await client.message()).startLine, / 502 /);
    assert.equal(stage.upstream.accepted, accepted, 'the POST was not sent again');
    client.destroy();
  });
});

describe('Errors that are made here', () => {
  test('no upstream to connect to gives 502 or 503', async () => {
    const gone = await RawServer.listen();
    await gone.close();
    const proxy = await Meshloom.start({ hosts: [gone.address] });
    const client = await RawConnection.open(proxy.port);
    assert.match((await client.send(GET).message()).startLine, /^HTTP\/1\.1 50[23] /);
    client.destroy();
    await proxy.stop();
  });

  test('a head without end is refused by 431 or 414, long before memory is at stake', async () => {
    const upstream = await RawServer.listen();
    const proxy = await Meshloom.start({ hosts: [upstream.address] });
    for (const [start, piece, status] of [
      ['GET / HTTP/1.1\r\nHost: a\r\nX-Long: ', 'x', / 431 /],
      ['GET / HTTP/1.1\r\nHost: a\r\n', 'X-Many: 1\r\n', / 431 /],
      ['GET /', 'x', / 414 /],
    ] as const) {
      const client = await RawConnection.open(proxy.port);
      client.send(start).send(piece.repeat(1_000_000 / piece.length));
      assert.match(await client.untilEnd(), status);
      client.destroy();
    }
    assert.equal(upstream.accepted, 0);
    await upstream.close();
    await proxy.stop();
  });
});
