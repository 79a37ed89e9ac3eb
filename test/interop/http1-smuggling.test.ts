/** What could mean one thing to Meshloom and another to the server behind it is refused and never forwarded. */
import { strict as assert } from 'node:assert';
import { beforeEach, describe, test } from 'node:test';
import { parseMessage } from '../support/http1-message.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { rawStage } from '../support/raw-stage.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
/** The end of a head, and a second request that must not come through. */
const REST = `\r\n\r\n${SMUGGLED}`;
const CHUNKED_BODY = `\r\n\r\n0\r\n\r\n${SMUGGLED}`;
const POST = 'POST / HTTP/1.1\r\nHost: a\r\n';
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n';

/** Attacks whose head gives them away. */
const BAD_HEADS: Readonly<Record<string, string>> = {
  'Content-Length and Transfer-Encoding': `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked${CHUNKED_BODY}`,
  'Transfer-Encoding and Content-Length': `${POST}Transfer-Encoding: chunked\r\nContent-Length: 5${CHUNKED_BODY}`,
  'two Content-Length that differ': `${POST}Content-Length: 0\r\nContent-Length: 36${REST}`,
  'a list of Content-Length that differ': `${POST}Content-Length: 0, 36${REST}`,
  'a Content-Length with a sign': `${POST}Content-Length: +5${REST}`,
  'a negative Content-Length': `${POST}Content-Length: -1${REST}`,
  'a hexadecimal Content-Length': `${POST}Content-Length: 0x5${REST}`,
  'a Content-Length with a blank inside': `${POST}Content-Length: 3 6${REST}`,
  'an empty Content-Length': `${POST}Content-Length:${REST}`,
  'a Content-Length with a fraction': `${POST}Content-Length: 5.0${REST}`,
  'a Content-Length beyond all numbers': `${POST}Content-Length: 99999999999999999999999999${REST}`,
  'Transfer-Encoding: xchunked': `${POST}Transfer-Encoding: xchunked${CHUNKED_BODY}`,
  'Transfer-Encoding: identity': `${POST}Transfer-Encoding: identity${CHUNKED_BODY}`,
  'Transfer-Encoding: chunked, identity': `${POST}Transfer-Encoding: chunked, identity${CHUNKED_BODY}`,
  'Transfer-Encoding: chunked, chunked': `${POST}Transfer-Encoding: chunked, chunked${CHUNKED_BODY}`,
  'two lines of Transfer-Encoding': `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity${CHUNKED_BODY}`,
  'two lines of Transfer-Encoding: chunked': `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked${CHUNKED_BODY}`,
  'Transfer-Encoding with a vertical tab': `${POST}Transfer-Encoding: \x0bchunked${CHUNKED_BODY}`,
  'Transfer-Encoding in quotes': `${POST}Transfer-Encoding: "chunked"${CHUNKED_BODY}`,
  'Transfer-Encoding with a parameter': `${POST}Transfer-Encoding: chunked;q=1${CHUNKED_BODY}`,
  'an empty Transfer-Encoding': `${POST}Transfer-Encoding:${CHUNKED_BODY}`,
  'Transfer-Encoding in HTTP/1.0': `POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked${CHUNKED_BODY}`,
  'a bare LF after the request line': `GET / HTTP/1.1\nHost: a\r\nX: 1${REST}`,
  'a bare LF between fields': `${GET}X: 1\nTransfer-Encoding: chunked${REST}`,
  'a bare LF as the end of the head': `${GET}X: 1\n\n${SMUGGLED}`,
  'CR LF LF as the end of the head': `${GET}X: 1\r\n\n${SMUGGLED}`,
  'a bare CR in a value': `${GET}X: 1\rTransfer-Encoding: chunked${REST}`,
  'a bare CR in the request line': `GET /\r HTTP/1.1\r\nHost: a${REST}`,
  'CR CR LF at the end of a line': `${GET}X: 1\r\r\nY: 1${REST}`,
  'a NUL in a value': `${GET}X: a\0b${REST}`,
  'a NUL in a name': `${GET}X\0Y: 1${REST}`,
  'a NUL in the target': `GET /a\0b HTTP/1.1\r\nHost: a${REST}`,
  'a control character in a value': `${GET}X: a\x01b${REST}`,
  'DEL in a value': `${GET}X: a\x7fb${REST}`,
  'a folded line': `${GET}X: 1\r\n folded${REST}`,
  'a folded line with a tab': `${GET}X: 1\r\n\tTransfer-Encoding: chunked${REST}`,
  'a blank before the first name': `GET / HTTP/1.1\r\n Host: a\r\nHost: a${REST}`,
  'a blank before the colon': `${POST}Content-Length : 5${REST}`,
  'a tab before the colon': `${POST}Transfer-Encoding\t: chunked${CHUNKED_BODY}`,
  'a line without colon': `${GET}no colon here${REST}`,
  'an empty name': `${GET}: 1${REST}`,
  'a name with a blank': `${GET}Two Words: 1${REST}`,
  'a name with a parenthesis': `${GET}X(1): 1${REST}`,
  'a name beyond ASCII': `${GET}X\xe9: 1${REST}`,
  'a method that is no token': `GE(T / HTTP/1.1\r\nHost: a${REST}`,
  'an empty method': ` / HTTP/1.1\r\nHost: a${REST}`,
  'two blanks in the request line': `GET  / HTTP/1.1\r\nHost: a${REST}`,
  'a tab in the request line': `GET\t/\tHTTP/1.1\r\nHost: a${REST}`,
  'a blank in the target': `GET /a b HTTP/1.1\r\nHost: a${REST}`,
  'a blank after the version': `GET / HTTP/1.1 \r\nHost: a${REST}`,
  'a version in lower case': `GET / http/1.1\r\nHost: a${REST}`,
  'a version with two digits': `GET / HTTP/1.10\r\nHost: a${REST}`,
  'no version': `GET /\r\nHost: a${REST}`,
  'no Host': `GET / HTTP/1.1\r\nX: 1${REST}`,
  'two Hosts': `${GET}Host: b${REST}`,
  'two Hosts that are the same': `${GET}Host: a${REST}`,
  'a Host with a blank': `GET / HTTP/1.1\r\nHost: a b${REST}`,
  'a Host with a path': `GET / HTTP/1.1\r\nHost: a/b${REST}`,
  'a Host with user information': `GET / HTTP/1.1\r\nHost: user@a${REST}`,
  'a Host that is a list': `GET / HTTP/1.1\r\nHost: a, b${REST}`,
};

const CHUNKED = `${POST}Transfer-Encoding: chunked\r\n\r\n`;

/** Attacks that show only in the body. Their head may have gone on by then; the upstream must never take the request for whole. */
const BAD_BODIES: Readonly<Record<string, string>> = {
  'a chunk size beyond 64 bits': `${CHUNKED}10000000000000005\r\nhello\r\n0\r\n\r\n${SMUGGLED}`,
  'a chunk size beyond 32 bits that would come out as 5': `${CHUNKED}100000000000000000005\r\nhello\r\n0\r\n\r\n${SMUGGLED}`,
  'a chunk size with a sign': `${CHUNKED}+5\r\nhello\r\n0\r\n\r\n${SMUGGLED}`,
  'a negative chunk size': `${CHUNKED}-5\r\nhello\r\n0\r\n\r\n${SMUGGLED}`,
  'a chunk size with 0x': `${CHUNKED}0x5\r\nhello\r\n0\r\n\r\n${SMUGGLED}`,
  'an empty chunk size': `${CHUNKED}\r\nhello\r\n0\r\n\r\n${SMUGGLED}`,
  'a blank before the chunk size': `${CHUNKED} 5\r\nhello\r\n0\r\n\r\n${SMUGGLED}`,
  'a chunk size that is no number': `${CHUNKED}five\r\nhello\r\n0\r\n\r\n${SMUGGLED}`,
  'a bare LF after the chunk size': `${CHUNKED}5\nhello\r\n0\r\n\r\n${SMUGGLED}`,
  'a bare LF in a chunk extension': `${CHUNKED}5;a\nb\r\nhello\r\n0\r\n\r\n${SMUGGLED}`,
  'a bare CR after the chunk size': `${CHUNKED}5\rXhello\r\n0\r\n\r\n${SMUGGLED}`,
  'junk after the data of a chunk': `${CHUNKED}5\r\nhelloXX\r\n0\r\n\r\n${SMUGGLED}`,
  'no line end after the data of a chunk': `${CHUNKED}5\r\nhello0\r\n\r\n${SMUGGLED}`,
  'a bare LF after the data of a chunk': `${CHUNKED}5\r\nhello\n0\r\n\r\n${SMUGGLED}`,
  'a bare LF after the last chunk': `${CHUNKED}0\n\n${SMUGGLED}`,
  'a bad name in the trailers': `${CHUNKED}0\r\nBad Name: 1\r\n\r\n${SMUGGLED}`,
  'a bare LF in the trailers': `${CHUNKED}0\r\nX: 1\nY: 2\r\n\r\n${SMUGGLED}`,
};

describe('Requests that smuggle', () => {
  const stage = rawStage();

  /** What the client gets until its connection is closed: one answer, with 400. */
  async function isRefused(attack: string): Promise<void> {
    const client = await RawConnection.open(stage.proxy.port);
    const said = await client.send(attack).untilEnd();
    const parsed = parseMessage(Buffer.from(said, 'latin1'), { ended: true });
    assert.match(said, /^HTTP\/1\.1 400 /);
    assert.equal(parsed?.length, said.length, 'one answer and no more');
    client.destroy();
  }

  /** A request that is good gets through, and it is the first thing that the upstream hears. */
  async function nothingElseArrives(): Promise<void> {
    await stage.upstream.endConnections();
    const client = await RawConnection.open(stage.proxy.port);
    client.send('GET /honest HTTP/1.1\r\nHost: a\r\n\r\n');
    const server = await stage.upstream.accept();
    assert.match(await server.readUntil('\r\n\r\n'), /^GET \/honest HTTP\/1\.1\r\n/);
    server.send(OK);
    assert.equal((await client.message()).body.toString(), 'ok');
    client.destroy();
  }

  beforeEach(() => stage.upstream.endConnections());

  describe('in the head: 400, the connection closed, and nothing forwarded', () => {
    for (const [name, attack] of Object.entries(BAD_HEADS)) {
      test(name, async () => {
        const accepted = stage.upstream.accepted;
        await isRefused(attack);
        assert.equal(stage.upstream.accepted, accepted, 'no connection to the upstream was opened');
        await nothingElseArrives();
      });
    }

    test('on a connection that has been used for good requests', async () => {
      const client = await RawConnection.open(stage.proxy.port);
      client.send(GET).send('\r\n');
      const server = await stage.upstream.accept();
      await server.message();
      server.send(OK);
      await client.message();
      client.send(`${POST}Content-Length: 5\r\nTransfer-Encoding: chunked${CHUNKED_BODY}`);
      assert.match(await client.untilEnd(), /^HTTP\/1\.1 400 /);
      assert.equal(server.unread.length, 0);
    });
  });

  describe('in the body: 400, the connection closed, and no request completed', () => {
    for (const [name, attack] of Object.entries(BAD_BODIES)) {
      test(name, async () => {
        const before = stage.upstream.connections.length;
        await isRefused(attack);
        for (const server of stage.upstream.connections.slice(before)) {
          // A connection that nothing was sent on may be kept for later.
          const heard = await server.end().untilEnd();
          assert.equal(parseMessage(Buffer.from(heard, 'latin1')), undefined, `the upstream heard ${JSON.stringify(heard)}`);
          assert.doesNotMatch(heard, /smuggled/);
        }
        await nothingElseArrives();
      });
    }
  });
});

const HEAD = 'HTTP/1.1 200 OK\r\n';
const BAD_ANSWERS: Readonly<Record<string, string>> = {
  'Content-Length and Transfer-Encoding': `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
  'two Content-Length that differ': `${HEAD}Content-Length: 2\r\nContent-Length: 30\r\n\r\nok`,
  'a Content-Length that is no number': `${HEAD}Content-Length: two\r\n\r\nok`,
  'Transfer-Encoding: xchunked': `${HEAD}Transfer-Encoding: xchunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
  'Transfer-Encoding: chunked, identity': `${HEAD}Transfer-Encoding: chunked, identity\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
  'a bare LF between fields': `${HEAD}X: 1\nContent-Length: 2\r\n\r\nok`,
  'a bare CR in a value': `${HEAD}X: 1\rSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nok`,
  'a NUL in a value': `${HEAD}X: a\0b\r\nContent-Length: 2\r\n\r\nok`,
  'a folded line': `${HEAD}X: 1\r\n folded\r\nContent-Length: 2\r\n\r\nok`,
  'a blank before the colon': `${HEAD}Content-Length : 2\r\n\r\nok`,
  'a bad name': `${HEAD}X(1): 1\r\nContent-Length: 2\r\n\r\nok`,
  'a status of two digits': `HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nok`,
  'a status of four digits': `HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok`,
  'no status': `HTTP/1.1 OK\r\nContent-Length: 2\r\n\r\nok`,
  'a version that is not HTTP/1': `HTTP/3.0 200 OK\r\nContent-Length: 2\r\n\r\nok`,
  'no HTTP at all': 'SSH-2.0-OpenSSH_9.2\r\n\r\n',
  'a bare LF after the status line': 'HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\nok',
};

describe('Responses that split', () => {
  const stage = rawStage();
  let client: RawConnection;

  beforeEach(async () => {
    client?.destroy();
    await stage.upstream.endConnections();
    client = await RawConnection.open(stage.proxy.port);
  });

  async function asked(): Promise<RawConnection> {
    // A POST, which is never asked twice.
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi');
    const server = await stage.upstream.accept();
    await server.message();
    return server;
  }

  /** Another client gets the answer to its own request, and over a new connection. */
  async function nobodyElseIsHarmed(): Promise<void> {
    const other = await RawConnection.open(stage.proxy.port);
    other.send('GET /other HTTP/1.1\r\nHost: a\r\n\r\n');
    const server = await stage.upstream.accept();
    assert.equal((await server.message()).startLine, 'GET /other HTTP/1.1');
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown');
    assert.equal((await other.message()).body.toString(), 'own');
    other.destroy();
  }

  describe('in the head: 502, and that connection closed', () => {
    for (const [name, answer] of Object.entries(BAD_ANSWERS)) {
      test(name, async () => {
        const server = await asked();
        server.send(answer);
        const refusal = await client.message();
        assert.match(refusal.startLine, /^HTTP\/1\.1 502 /);
        assert.doesNotMatch(refusal.head, /set-cookie/i);
        await server.untilEnd();
        await nobodyElseIsHarmed();
      });
    }
  });

  describe('in the body: broken off, and that connection closed', () => {
    for (const [name, body] of [
      ['a chunk size that is no number', '2\r\nok\r\nxx\r\n'],
      ['junk after the data of a chunk', '2\r\nokXX\r\n0\r\n\r\n'],
      ['a bare LF after the chunk size', '2\r\nok\r\n2\nok\r\n0\r\n\r\n'],
      ['a chunk size beyond 64 bits', '2\r\nok\r\n10000000000000005\r\nhello\r\n0\r\n\r\n'],
    ] as const) {
      test(name, async () => {
        const server = await asked();
        // The head alone first, so that it is on its way when the body shows what it is.
        server.send(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
        assert.match(await client.readUntil('\r\n\r\n'), / 200 /);
        server.send(body);
        assert.doesNotMatch(await client.untilEnd(), /0\r\n\r\n/);
        await server.untilEnd();
        await nobodyElseIsHarmed();
      });
    }
  });

  test('a second answer that nobody asked for reaches nobody, and that connection is closed', async () => {
    const server = await asked();
    server.send(`${OK}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nplant!`);
    assert.equal((await client.message()).body.toString(), 'ok');
    await server.untilEnd();
    await nobodyElseIsHarmed();
  });

  test('bytes on a connection that is idle reach nobody, and it is closed', async () => {
    const server = await asked();
    server.send(OK);
    await client.message();
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nplant!');
    await server.untilEnd();
    await nobodyElseIsHarmed();
  });

  test('a body where none can be, after HEAD, reaches nobody', async () => {
    client.send('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n');
    const server = await stage.upstream.accept();
    await server.message();
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nplant!');
    assert.equal((await client.message({ bodiless: true })).fields.get('content-length'), '6');
    await server.untilEnd();
    await nobodyElseIsHarmed();
  });

  test('a body where none can be, after 204 and 304, reaches nobody', async () => {
    for (const status of ['204 No Content', '304 Not Modified']) {
      client = await RawConnection.open(stage.proxy.port);
      const server = await asked();
      server.send(`HTTP/1.1 ${status}\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nplant!`);
      assert.match((await client.message()).startLine, new RegExp(` ${status}$`));
      await server.untilEnd();
      await nobodyElseIsHarmed();
      await stage.upstream.endConnections();
    }
  });

  test('a head without end is an error of the upstream', async () => {
    const server = await asked();
    server.send(`${HEAD}X-Long: ${'x'.repeat(1_000_000)}`);
    assert.match((await client.message()).startLine, / 502 /);
    await server.untilEnd();
  });
});
