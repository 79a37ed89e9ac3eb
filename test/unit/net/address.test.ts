import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress, formatHostAndPort, parseAddress } from '../../../src/net/address.ts';

test('addresses are read, and written as they were', () => {
  for (const [text, expected] of [
    ['127.0.0.1:2045', { host: '127.0.0.1', port: 2045 }],
    ['backend.local:80', { host: 'backend.local', port: 80 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['[fe80::1%eth0]:80', { host: 'fe80::1%eth0', port: 80 }],
    [':8080', { host: '', port: 8080 }],
    ['0.0.0.0:0', { host: '0.0.0.0', port: 0 }],
    ['127.0.0.1:65535', { host: '127.0.0.1', port: 65_535 }],
    ['/run/meshloom.sock', { path: '/run/meshloom.sock' }],
    ['unix:relative.sock', { path: 'relative.sock' }],
  ] as const) {
    const address = parseAddress(text);
    assert.deepEqual(address, expected, text);
    assert.equal(typeof address === 'string' ? address : formatAddress(address), text);
  }
  assert.deepEqual(parseAddress('unix:/run/a.sock'), { path: '/run/a.sock' });
});

test('what is no address is answered with what is wrong', () => {
  for (const [text, problem] of [
    ['localhost', /"localhost" has no port: write host:port, or the path/],
    ['', /has no port/],
    ['127.0.0.1:', /no port from 0 to 65535/],
    ['127.0.0.1:http', /no port from 0 to 65535/],
    ['127.0.0.1:65536', /no port from 0 to 65535/],
    ['127.0.0.1:-1', /no port from 0 to 65535/],
    ['127.0.0.1: 80', /no port from 0 to 65535/],
    ['::1:80', /"::1:80" is ambiguous: write an IPv6 address in brackets/],
    ['unix:', /is empty/],
    ['/a\0b', /NUL/],
  ] as const) {
    const address = parseAddress(text);
    assert.equal(typeof address, 'string', text);
    assert.match(String(address), problem);
  }
});

test('the path of a Unix socket may have 107 bytes, and not 108', () => {
  assert.deepEqual(parseAddress(`/${'é'.repeat(53)}`), { path: `/${'é'.repeat(53)}` });
  assert.match(String(parseAddress(`/${'é'.repeat(53)}x`)), /at most 107 bytes, .* has 108/);
});

test('an IPv4 address that came through an IPv6 socket is shown as IPv4', () => {
  assert.equal(formatHostAndPort('::ffff:10.0.0.1', 80), '10.0.0.1:80');
  assert.equal(formatHostAndPort('::ffff:0:1', 80), '[::ffff:0:1]:80');
});
