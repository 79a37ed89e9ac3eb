import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_V2_BYTES, type ProxyHeader, readProxyHeader, V2_SIGNATURE } from '../../../src/net/proxy-protocol/header.ts';
import { writeProxyHeader } from '../../../src/net/proxy-protocol/write-header.ts';

const line = (text: string) => readProxyHeader(Buffer.from(text, 'latin1'));

/** Version 2 with these fixed bytes and this body. */
function binary(versionAndCommand: number, family: number, body: Buffer, size = body.length): Buffer {
  const fixed = Buffer.from([versionAndCommand, family, size >> 8, size & 0xff]);
  return Buffer.concat([V2_SIGNATURE, fixed, body]);
}

const IPV4 = Buffer.from([192, 0, 2, 1, 198, 51, 100, 7, 0x30, 0x39, 0x01, 0xbb]);
const ENDS = { remoteAddress: '192.0.2.1:12345', localAddress: '198.51.100.7:443' };

function isHeader(result: ReturnType<typeof readProxyHeader>): result is ProxyHeader {
  return typeof result === 'object' && 'length' in result;
}

test('version 1 says the ends of IPv4 and of IPv6 in a line, and what follows is not part of it', () => {
  const ipv4 = 'PROXY TCP4 192.0.2.1 198.51.100.7 12345 443\r\n';
  assert.deepEqual(line(`${ipv4}GET / HTTP/1.1\r\n`), { version: 1, length: ipv4.length, ends: ENDS });
  const ipv6 = 'PROXY TCP6 2001:DB8:0:0::1 ::1 1 65535\r\n';
  assert.deepEqual(line(ipv6), {
    version: 1,
    length: ipv6.length,
    ends: { remoteAddress: '[2001:db8::1]:1', localAddress: '[::1]:65535' },
  });
});

test('version 1 may say that nobody knows the ends, with anything behind it', () => {
  for (const text of ['PROXY UNKNOWN\r\n', 'PROXY UNKNOWN ffff:: 1 2 garbage\r\n']) {
    assert.deepEqual(line(text), { version: 1, length: text.length, ends: undefined });
  }
});

test('a line of version 1 that is not as it should be is refused', () => {
  const lines = [
    'PROXY TCP4 192.0.2.1 198.51.100.7 12345\r\n',
    'PROXY TCP4 192.0.2.1 198.51.100.7 12345 443 1\r\n',
    'PROXY TCP4 192.0.2.1  198.51.100.7 12345 443\r\n',
    'PROXY TCP4 ::1 ::1 1 1\r\n',
    'PROXY TCP6 192.0.2.1 198.51.100.7 1 1\r\n',
    'PROXY TCP4 192.0.2.256 198.51.100.7 1 1\r\n',
    'PROXY TCP4 192.0.2.1 198.51.100.7 65536 1\r\n',
    'PROXY TCP4 192.0.2.1 198.51.100.7 01 1\r\n',
    'PROXY TCP4 192.0.2.1 198.51.100.7 -1 1\r\n',
    'PROXY UDP4 192.0.2.1 198.51.100.7 1 1\r\n',
    'PROXY \r\n',
  ];
  for (const text of lines) assert.ok(typeof line(text) === 'object' && !isHeader(line(text)), text);
});

test('a line of version 1 has 107 bytes at most', () => {
  const filler = (length: number) => `PROXY UNKNOWN ${'x'.repeat(length - 16)}\r\n`;
  assert.equal(filler(107).length, 107);
  assert.ok(isHeader(line(filler(107))));
  assert.deepEqual(line(filler(108)), { wrong: 'its line does not end within 107 bytes' });
  assert.equal(line(filler(107).slice(0, 106)), 'more');
});

test('version 2 says the ends in bytes, and additions to them are passed over', () => {
  assert.deepEqual(readProxyHeader(Buffer.concat([binary(0x21, 0x11, IPV4), Buffer.from('GET /')])), {
    version: 2,
    length: 28,
    ends: ENDS,
  });
  const additions = Buffer.from([0x04, 0x00, 0x02, 0xab, 0xcd]);
  const added = binary(0x21, 0x11, Buffer.concat([IPV4, additions]));
  assert.deepEqual(readProxyHeader(added), { version: 2, length: 33, ends: ENDS });
});

test('version 2 may be of the proxy itself (LOCAL), of a Unix socket, or of nobody: the ends stay those of the socket', () => {
  for (const [command, family] of [
    [0x20, 0x00],
    [0x20, 0x11],
    [0x21, 0x00],
    [0x21, 0x12],
  ] as const) {
    assert.deepEqual(readProxyHeader(binary(command, family, IPV4)), { version: 2, length: 28, ends: undefined });
  }
  assert.deepEqual(readProxyHeader(binary(0x21, 0x31, Buffer.alloc(216))), { version: 2, length: 232, ends: undefined });
});

test('a header of version 2 that is not as it should be is refused', () => {
  const wrong: readonly Buffer[] = [
    binary(0x11, 0x11, IPV4),
    binary(0x22, 0x11, IPV4),
    binary(0x21, 0x41, IPV4),
    binary(0x21, 0x13, IPV4),
    binary(0x21, 0x11, IPV4.subarray(0, 11)),
    binary(0x21, 0x21, IPV4),
  ];
  for (const bytes of wrong)
    assert.ok(typeof readProxyHeader(bytes) === 'object' && !isHeader(readProxyHeader(bytes)), bytes.toString('hex'));
});

test('version 2 has a bounded number of bytes, and is refused before they have come', () => {
  assert.equal(readProxyHeader(binary(0x21, 0x11, IPV4, MAX_V2_BYTES)), 'more');
  assert.ok(isHeader(readProxyHeader(binary(0x21, 0x11, Buffer.concat([IPV4, Buffer.alloc(MAX_V2_BYTES - 12)])))));
  assert.deepEqual(readProxyHeader(binary(0x21, 0x11, IPV4, MAX_V2_BYTES + 1)), {
    wrong: `it has ${MAX_V2_BYTES + 1} bytes, of ${MAX_V2_BYTES} at most`,
  });
});

test('what begins otherwise has no header', () => {
  for (const text of ['GET / HTTP/1.1\r\n', '\x16\x03\x01', 'PROXX', 'PROXYING', '\r\n\r\n\r\n']) assert.equal(line(text), 'none', text);
  for (const text of ['', 'P', 'PROXY', '\r\n\r\n\0\r\nQUI']) assert.equal(line(text), 'more', text);
});

const ipv4 = fc.ipV4();
const ipv6 = fc
  .tuple(...Array.from({ length: 8 }, () => fc.nat(0xffff)))
  .map((groups) => groups.map((each) => each.toString(16)).join(':'));
const port = fc.nat(65_535);
const ends = fc
  .oneof(fc.tuple(ipv4, port, ipv4, port), fc.tuple(ipv6, port, ipv6, port))
  .map(([from, fromPort, to, toPort]) =>
    from.includes(':') ? [`[${from}]:${fromPort}`, `[${to}]:${toPort}`] : [`${from}:${fromPort}`, `${to}:${toPort}`],
  );

test('whatever is written is read again, of however many pieces, and not before all of it is there', () => {
  fc.assert(
    fc.property(fc.constantFrom('v1', 'v2'), ends, (version, [remoteAddress = '', localAddress = '']) => {
      const bytes = writeProxyHeader(version, { remoteAddress, localAddress });
      for (let length = 0; length < bytes.length; length++) assert.equal(readProxyHeader(bytes.subarray(0, length)), 'more');
      const header = readProxyHeader(Buffer.concat([bytes, Buffer.from('PROXY ')]));
      assert.ok(isHeader(header));
      assert.equal(header.length, bytes.length);
      // Both are written once more, in the one way that there is.
      assert.deepEqual(writeProxyHeader('v2', header.ends), writeProxyHeader('v2', { remoteAddress, localAddress }));
    }),
  );
});

test('no bytes make the reader throw', () => {
  const prefixes = fc.constantFrom(Buffer.alloc(0), Buffer.from('PROXY '), Buffer.from('PROXY TCP6 '), V2_SIGNATURE);
  fc.assert(
    fc.property(prefixes, fc.uint8Array({ maxLength: 300 }), (prefix, bytes) => {
      readProxyHeader(Buffer.concat([prefix, bytes]));
    }),
  );
});

test('a connection of our own, or of which nobody knows the ends, is said to be that', () => {
  for (const unknown of [
    undefined,
    { remoteAddress: '/run/a.sock', localAddress: '/run/a.sock' },
    { remoteAddress: '1.2.3.4:5', localAddress: '' },
  ]) {
    assert.equal(writeProxyHeader('v1', unknown).toString(), 'PROXY UNKNOWN\r\n');
    assert.deepEqual(writeProxyHeader('v2', unknown), binary(0x20, 0x00, Buffer.alloc(0)));
  }
  assert.equal(writeProxyHeader('v1', { remoteAddress: '1.2.3.4:5', localAddress: '[::1]:6' }).toString(), 'PROXY UNKNOWN\r\n');
});

test('addresses of IPv6 are written as sixteen bytes, however short their text is', () => {
  const header = writeProxyHeader('v2', { remoteAddress: '[::1]:1', localAddress: '[2001:db8::192.0.2.1]:2' });
  assert.equal(header.subarray(16).toString('hex'), `${'0'.repeat(31)}1${'20010db8'.padEnd(24, '0')}c000020100010002`);
});
