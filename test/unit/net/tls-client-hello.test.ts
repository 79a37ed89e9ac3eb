import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { type ConnectionOptions, connect } from 'node:tls';
import { type ClientHello, readClientHello } from '../../../src/net/tls/client-hello.ts';

/** What node:tls says first. */
function helloOf(options: ConnectionOptions): Promise<Buffer> {
  return new Promise((resolve) => {
    const peer = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        done();
        resolve(chunk);
      },
    });
    connect({ ...options, socket: peer });
  });
}

/** A record with a ClientHello that has these extensions, as hexadecimal digits. */
function record(extensions: string): Buffer {
  const counted = (hex: string, bytes: number): string => (hex.length / 2).toString(16).padStart(bytes * 2, '0') + hex;
  const body = `0303${'00'.repeat(32)}${counted('', 1)}${counted('1301', 2)}${counted('00', 1)}${counted(extensions, 2)}`;
  return Buffer.from(`160301${counted(`01${counted(body, 3)}`, 2)}`, 'hex');
}

const NOTHING: ClientHello = { serverName: '', protocols: [] };

test('name and protocols are found in what node:tls says, in all versions', async () => {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const hello = await helloOf({ maxVersion, servername: 'Www.Example.ORG', ALPNProtocols: ['h2', 'http/1.1'] });
    assert.deepEqual(readClientHello(hello), { serverName: 'www.example.org', protocols: ['h2', 'http/1.1'] });
    assert.deepEqual(readClientHello(await helloOf({ maxVersion })), NOTHING);
  }
});

test('whatever is not there yet is waited for, and what follows does no harm', async () => {
  const hello = await helloOf({ servername: 'a.example' });
  for (let length = 0; length < hello.length; length++) {
    assert.equal(readClientHello(hello.subarray(0, length)), 'more', String(length));
  }
  assert.deepEqual(readClientHello(Buffer.concat([hello, hello.subarray(0, 3)])), { serverName: 'a.example', protocols: [] });
});

test('a hello may be spread over records (RFC 8446 section 5.1)', async () => {
  const hello = await helloOf({ servername: 'a.example' });
  const message = hello.subarray(5);
  for (const at of [1, 3, 4, 50, message.length - 1]) {
    const pieces = [message.subarray(0, at), message.subarray(at)].map((piece) => {
      const head = Buffer.from(hello.subarray(0, 5));
      head.writeUInt16BE(piece.length, 3);
      return Buffer.concat([head, piece]);
    });
    assert.deepEqual(readClientHello(Buffer.concat(pieces)), { serverName: 'a.example', protocols: [] });
    assert.equal(readClientHello(pieces[0]!), 'more');
  }
});

test('what is no hello, or broken, names nothing, and nobody waits for more', () => {
  for (const bytes of [
    Buffer.from('GET / HTTP/1.1\r\n'),
    Buffer.from('1603010000', 'hex'),
    Buffer.from('160301ffff', 'hex'),
    Buffer.from('160301000402000000', 'hex'),
    Buffer.from('160301000401ffffff', 'hex'),
    record(''),
    record('0000'),
    record('0000ffff'),
    record('00000004ffff0000'),
    record('0010000200ff'),
  ]) {
    assert.deepEqual(readClientHello(bytes), NOTHING, bytes.toString('hex'));
  }
});

test('a length that points past the end takes what there is', () => {
  assert.deepEqual(readClientHello(record('00000009ffff000005612e62ff')), { serverName: 'a.b\u00ff', protocols: [] });
});

test('any change of a byte gives an answer', async () => {
  const hello = await helloOf({ servername: 'a.example', ALPNProtocols: ['h2'] });
  for (let at = 0; at < hello.length; at++) {
    for (const value of [0, 1, 0x7f, 0xff]) {
      const changed = Buffer.from(hello);
      changed[at] = value;
      assert.ok(readClientHello(changed));
    }
  }
});
