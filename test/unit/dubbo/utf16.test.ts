import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeUnits, encodeUnits, endOfUnits } from '../../../protocols/dubbo/utf16.ts';

test('a text is written as Java writes it: each half of a surrogate pair in three bytes', () => {
  assert.equal(encodeUnits('aé漢🎉\0').toString('hex'), '61c3a9e6bca2eda0bcedbe8900');
});

test('what was written is read, and four bytes for a pair are read as well', () => {
  for (const text of ['', 'plain', 'aé漢🎉\0', '\ud83d', `${'漢🎉'.repeat(5000)}x`]) {
    const bytes = encodeUnits(text);
    assert.equal(endOfUnits(bytes, 0, text.length), bytes.length);
    assert.equal(decodeUnits(bytes, 0, bytes.length), text);
  }
  const modern = Buffer.from('x🎉y');
  assert.equal(endOfUnits(modern, 0, 4), modern.length);
  assert.equal(decodeUnits(modern, 0, modern.length), 'x🎉y');
});

test('bytes that are no text, or too few, have no end', () => {
  for (const [hex, units] of [
    ['80', 1],
    ['f8', 1],
    ['ff', 1],
    ['61', 2],
    ['e6bc', 1],
    ['61c3', 2],
    ['', 1],
  ] as const) {
    assert.equal(endOfUnits(Buffer.from(hex, 'hex'), 0, units), -1, hex);
  }
});
