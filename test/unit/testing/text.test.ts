import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHex, parseLines, quote, unescapeText } from '../../../src/testing/text.ts';

test('quoting shows what is not printable, and reading it back gives the same bytes', () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const shown = quote(bytes);
  assert.match(shown, /^"[\x20-\x7e]*"$/);
  assert.deepEqual(unescapeText(shown.slice(1, -1)), bytes);
  assert.equal(quote(Buffer.from('a"\\\r\n\t\0é')), '"a\\"\\\\\\r\\n\\t\\x00\\xc3\\xa9"');
});

test('an escape that is none is an error', () => {
  assert.throws(() => unescapeText('a\\q'), /no such escape: \\q/);
  assert.throws(() => unescapeText('a\\x1'), /no such escape/);
});

test('lines end in CRLF unless their last character is a lone backslash', () => {
  assert.equal(parseLines('GET / HTTP/1.1\nhost: a\n\nhello\\').toString(), 'GET / HTTP/1.1\r\nhost: a\r\n\r\nhello');
  assert.equal(parseLines('bare\\n\\').toString(), 'bare\n');
  assert.equal(parseLines('a\\\\').toString(), 'a\\\r\n');
});

test('hexadecimal takes spaces, comments, text and repetition', () => {
  assert.deepEqual(parseHex('dabb c2 # the head\n"hi\\n" 00*3 "ab"*2'), Buffer.from('dabbc268690a00000061626162', 'hex'));
  assert.throws(() => parseHex('da b'), /neither hexadecimal nor text: b/);
});
