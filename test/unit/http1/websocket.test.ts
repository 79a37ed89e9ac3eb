import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { FieldList, LocalResponse, type ResponseHead } from 'meshloom/protocol';
import { neutralRequest, ScriptClient, ScriptServer } from 'meshloom/testing';
import http1 from '../../../protocols/http1/index.ts';
import { sha1 } from '../../../protocols/http1/sha1.ts';
import { websocketAccept, websocketKey } from '../../../protocols/http1/websocket.ts';

/** The example of RFC 6455 section 1.3. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

describe('SHA-1', () => {
  test('gives the digests of FIPS 180', () => {
    assert.equal(sha1(Buffer.from('')).toString('hex'), 'da39a3ee5e6b4b0d3255bfef95601890afd80709');
    assert.equal(sha1(Buffer.from('abc')).toString('hex'), 'a9993e364706816aba3e25717850c26c9cd0d89d');
  });

  test('agrees with OpenSSL around the edges of its blocks', () => {
    for (let length = 50; length <= 130; length++) {
      const message = Buffer.from(Array.from({ length }, (_, at) => (at * 37 + length) & 0xff));
      assert.equal(sha1(message).toString('hex'), createHash('sha1').update(message).digest('hex'), `${length} bytes`);
    }
  });
});

test('the accept of a key is the one of RFC 6455', () => {
  assert.equal(websocketAccept(KEY), ACCEPT);
});

test('a key is 16 random bytes', () => {
  assert.equal(Buffer.from(websocketKey(), 'base64').length, 16);
  assert.notEqual(websocketKey(), websocketKey());
});

describe('a WebSocket that another protocol accepted', () => {
  const accepted = (fields = new FieldList()): ResponseHead => Object.assign(new LocalResponse(101, fields), { upgraded: true });

  function answered(request: string, head: ResponseHead): string {
    const server = new ScriptServer(http1);
    server.receive(Buffer.from(request));
    server.served[0]!.stream.sendHead(head, false);
    return server.flush().toString('latin1');
  }

  const UPGRADE = `GET /chat HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`;

  test('is accepted by a 101 that proves to the client that its key was read', () => {
    assert.equal(
      answered(UPGRADE, accepted()),
      `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: ${ACCEPT}\r\n\r\n`,
    );
  });

  test('keeps the proof that it brings', () => {
    const answer = answered(UPGRADE, accepted(new FieldList([['sec-websocket-accept', 'given']])));
    assert.equal(answer.match(/sec-websocket-accept: .*/g)?.join(), 'sec-websocket-accept: given');
  });

  test('has no proof for a client that sent no key', () => {
    assert.doesNotMatch(answered(UPGRADE.replace(/Sec-WebSocket-Key.*\r\n/, ''), accepted()), /accept/);
  });

  test('is not proved where something else than a WebSocket was asked for', () => {
    assert.doesNotMatch(answered(UPGRADE.replace('Upgrade: WebSocket', 'Upgrade: other'), accepted()), /accept/);
  });
});

describe('a WebSocket that a client of another protocol asks for', () => {
  function asked(fields = new FieldList()) {
    const client = new ScriptClient(http1);
    const { stream, handler } = client.open();
    stream.sendHead(neutralRequest({ path: '/chat', upgrade: 'websocket', fields }), false);
    const key = /sec-websocket-key: (.*)\r\n/.exec(client.flush().toString('latin1'))?.[1] ?? '';
    const switched = (accept: string): void =>
      client.receive(
        Buffer.from(
          `HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
        ),
      );
    return { handler, key, switched };
  }

  test('is asked for with a key', () => {
    const { handler, key, switched } = asked();
    assert.equal(Buffer.from(key, 'base64').length, 16);
    switched(websocketAccept(key));
    assert.equal(handler.head?.upgraded, true);
  });

  test('is asked for with the key that the request has', () => {
    const { handler, key, switched } = asked(new FieldList([['sec-websocket-key', KEY]]));
    assert.equal(key, KEY);
    switched(ACCEPT);
    assert.equal(handler.head?.upgraded, true);
  });

  test('is none when the server has not read the key', () => {
    const { handler, switched } = asked();
    switched(ACCEPT);
    assert.equal(handler.head, undefined);
    assert.equal(handler.fault?.code, 'malformed');
  });
});
