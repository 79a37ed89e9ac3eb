import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadDigest } from '../../../protocols/http1/digest.ts';
import { Http1Fields } from '../../../protocols/http1/fields.ts';
import { LONG_HEAD } from '../../../protocols/http1/refusal.ts';
import { HeadScanner } from '../../../protocols/http1/scanner.ts';

const MEBIBYTE = 1024 * 1024;

function scanned(scanner: HeadScanner, text: string): Buffer {
  const head = Buffer.from(text, 'latin1');
  scanner.begin('request', 8192, MEBIBYTE, 10_000);
  assert.equal(scanner.scan(head, 0, head.length), undefined);
  assert.ok(scanner.complete);
  return head;
}

test('what was found in a head stays found while other heads are scanned', () => {
  const scanner = new HeadScanner();
  const kept = Array.from({ length: 200 }, (_, index) => {
    const head = scanned(scanner, `GET /${index} HTTP/1.1\r\nHost: h${index}\r\nX-Index: ${index}\r\n\r\n`);
    return new Http1Fields(head, scanner);
  });
  kept.forEach((fields, index) => {
    assert.deepEqual(
      [...fields],
      [
        ['host', `h${index}`],
        ['x-index', `${index}`],
      ],
    );
  });
});

test('a head may have more fields than any array that was there before', () => {
  const scanner = new HeadScanner();
  scanned(scanner, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const lines = Array.from({ length: 3000 }, (_, index) => `x-${index}: ${index}\r\n`).join('');
  const fields = new Http1Fields(scanned(scanner, `GET / HTTP/1.1\r\n${lines}\r\n`), scanner);
  assert.equal([...fields].length, 3000);
  assert.equal(fields.get('x-0'), '0');
  assert.equal(fields.get('x-2999'), '2999');
});

test('a head that arrives byte by byte is looked at once', { timeout: 60_000 }, () => {
  // Were it scanned anew for each byte, this would be half a million times half a million steps.
  const head = Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(MEBIBYTE / 2)}\r\n\r\n`);
  const scanner = new HeadScanner();
  scanner.begin('request', 8192, MEBIBYTE, 100);
  for (let end = 1; end <= head.length; end++) assert.equal(scanner.scan(head, 0, end), undefined);
  assert.ok(scanner.complete);
  assert.equal(scanner.length, head.length);
});

test('the limit counts from the first byte of the head, wherever that stands', () => {
  const head = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const before = 1000;
  const bytes = Buffer.concat([Buffer.alloc(before, 'x'), head, Buffer.from('more')]);
  for (const [limit, verdict] of [
    [head.length, undefined],
    [head.length - 1, LONG_HEAD],
  ] as const) {
    const scanner = new HeadScanner();
    scanner.begin('request', 8192, limit, 100);
    assert.equal(scanner.scan(bytes, before, bytes.length), verdict);
    assert.equal(scanner.complete, verdict === undefined);
  }
});

test('the digest keeps nothing from one head for the next', () => {
  const scanner = new HeadScanner();
  const digest = new HeadDigest();
  const all = scanned(
    scanner,
    'POST / HTTP/1.1\r\nHost: a\r\nConnection: close, upgrade, x\r\nUpgrade: y\r\nTE: trailers\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  assert.equal(digest.readRequest(all, scanner), undefined);
  assert.ok(digest.close && digest.chunked && digest.teTrailers && digest.expectsContinue);
  const none = scanned(scanner, 'GET / HTTP/1.0\r\n\r\n');
  assert.equal(digest.readRequest(none, scanner), undefined);
  const { contentLength, chunked, close, keepAlive, teTrailers, expectsContinue, hosts, hostLine, hidden, chunkedLine, upgrade } = digest;
  assert.deepEqual(
    { contentLength, chunked, close, keepAlive, teTrailers, expectsContinue, hosts, hostLine, hidden, chunkedLine, upgrade },
    {
      contentLength: -1,
      chunked: false,
      close: false,
      keepAlive: false,
      teTrailers: false,
      expectsContinue: false,
      hosts: 0,
      hostLine: -1,
      hidden: 0,
      chunkedLine: -1,
      upgrade: [],
    },
  );
});
