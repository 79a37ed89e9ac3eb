/** Requests that ask for another protocol on the same connection (RFC 9110 section 7.8), and what becomes of it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HandOver } from 'meshloom/protocol';
import { ScriptServer } from 'meshloom/testing';
import http1 from '../../../protocols/http1/index.ts';

/** A server on a listener that serves the protocols of those names, too. */
function serving(...names: readonly string[]) {
  const asked: string[] = [];
  const taken: HandOver[] = [];
  const server = new ScriptServer(http1);
  Object.assign(server, {
    handOver(offer: HandOver): boolean {
      asked.push(offer.name);
      if (!names.includes(offer.name)) return false;
      taken.push(offer);
      return true;
    },
  });
  return { server, asked, taken };
}

function request(lines: string, rest = ''): Buffer {
  return Buffer.from(`GET /a HTTP/1.1\r\nHost: b\r\n${lines}\r\n${rest}`);
}

const ASKS = 'Connection: Upgrade, X-Settings\r\nUpgrade: other\r\nX-Settings: 7\r\nAccept: */*\r\n';

describe('a connection that is handed on', () => {
  test('brings the request, what it said to the connection, how the client is told, and what came behind it', () => {
    const { server, taken } = serving('other');
    server.receive(request(ASKS, 'more'));
    const [offer] = taken;
    assert.ok(offer !== undefined);
    assert.equal(`${offer.head.method} ${offer.head.authority}${offer.head.path}`, 'GET b/a');
    assert.deepEqual(
      [...offer.head.fields].map(([name]) => name),
      ['host', 'upgrade', 'accept'],
    );
    assert.equal(offer.connectionFields.get('x-settings'), '7');
    assert.equal(offer.connectionFields.get('connection'), 'Upgrade, X-Settings');
    assert.equal(offer.accepted.toString(), 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n');
    assert.equal(offer.rest.toString(), 'more');
  });

  test('is touched no more, whatever comes', () => {
    const { server, taken } = serving('other');
    server.receive(request(ASKS));
    server.receive(request(ASKS));
    server.codec.goAway();
    server.codec.terminate({ code: 'timeout', origin: 'downstream', processed: 'no', detail: 'late' });
    assert.equal(taken.length, 1);
    assert.equal(server.served.length, 0);
    assert.equal(server.flush().length, 0);
    assert.equal(server.state, 'open');
  });

  test('goes to the first of those asked for that is served', () => {
    const { server, asked, taken } = serving('second', 'third');
    server.receive(request('Connection: upgrade\r\nUpgrade: first, SECOND\r\nUpgrade: third\r\n'));
    assert.deepEqual(asked, ['first', 'second']);
    assert.equal(taken[0]!.name, 'second');
  });

  test('may have answered requests before', () => {
    const { server, taken } = serving('other');
    server.react = ({ stream }) => stream.reply('ok', '');
    server.receive(Buffer.concat([request(''), request(ASKS)]));
    assert.equal(server.served.length, 1);
    assert.equal(taken.length, 1);
  });
});

describe('it stays in HTTP/1.1, and the request is answered there', () => {
  const stays: Record<string, readonly [bytes: Buffer, asked: readonly string[]]> = {
    'nobody here speaks it': [request('Connection: upgrade\r\nUpgrade: unknown\r\n'), ['unknown']],
    'Connection does not say so': [request('Upgrade: other\r\n'), []],
    'the request has a body': [request(`${ASKS}Content-Length: 1\r\n`, 'x'), []],
    'the request has a chunked body': [request(`${ASKS}Transfer-Encoding: chunked\r\n`, '0\r\n\r\n'), []],
    'the client speaks HTTP/1.0': [Buffer.from(`GET / HTTP/1.0\r\nHost: b\r\n${ASKS}\r\n`), []],
    'the request opens a tunnel': [Buffer.from(`CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n${ASKS}\r\n`), []],
  };
  for (const [why, [bytes, names]] of Object.entries(stays)) {
    test(why, () => {
      const { server, asked, taken } = serving('other');
      server.receive(bytes);
      assert.deepEqual(asked, names);
      assert.equal(taken.length, 0);
      assert.equal(server.served.length, 1);
    });
  }

  test('the connection has nobody to be handed to', () => {
    const server = new ScriptServer(http1);
    server.receive(request(ASKS));
    assert.equal(server.served.length, 1);
  });
});
