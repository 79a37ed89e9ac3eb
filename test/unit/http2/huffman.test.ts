import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ALL_CLASSES, FIELD_NAME, FIELD_VALUE, TOKEN } from '../../../protocols/http2/hpack/characters.ts';
import { Decoded, decodedBound, decodeHuffman, encodeHuffman, huffmanBytes } from '../../../protocols/http2/hpack/huffman.ts';
import { CODE, CODE_LENGTH } from '../../../protocols/http2/hpack/huffman-code.ts';

const decoded = new Decoded();

function decode(bytes: Buffer): string | undefined {
  const out = Buffer.alloc(decodedBound(bytes.length));
  return decodeHuffman(bytes, 0, bytes.length, out, decoded) ? out.toString('latin1', 0, decoded.length) : undefined;
}

function encode(text: string): Buffer {
  const out = Buffer.alloc(huffmanBytes(text));
  assert.equal(encodeHuffman(text, out, 0), out.length);
  return out;
}

test('the code is complete: its codes leave no string of bits over, and none is the beginning of another', () => {
  const kraft = CODE_LENGTH.reduce((sum, length) => sum + 2 ** -length, 0);
  assert.equal(kraft, 1);
});

test('codes are those of RFC 7541 appendix B', () => {
  const some: readonly (readonly [symbol: number, code: number, length: number])[] = [
    [0, 0x1ff8, 13],
    [10, 0x3ffffffc, 30],
    [32, 0x14, 6],
    [48, 0x0, 5],
    [65, 0x21, 6],
    [92, 0x7fff0, 19],
    [97, 0x3, 5],
    [122, 0x7b, 7],
    [127, 0xffffffc, 28],
    [195, 0x7fff1, 19],
    [249, 0xffffffe, 28],
    [255, 0x3ffffee, 26],
    [256, 0x3fffffff, 30],
  ];
  for (const [symbol, code, length] of some) assert.deepEqual([CODE[symbol], CODE_LENGTH[symbol]], [code, length], `symbol ${symbol}`);
});

test('every byte, alone and among others, comes back', () => {
  for (let byte = 0; byte < 256; byte++) {
    const text = String.fromCharCode(byte);
    assert.equal(decode(encode(text)), text);
    assert.equal(decode(encode(`a${text}~${text}`)), `a${text}~${text}`);
  }
});

test('any text comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      assert.equal(decode(encode(text)), text);
    }),
  );
});

test('what decodes is what encodes to the same bytes: there is one form of each string', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const text = decode(Buffer.from(bytes));
      if (text !== undefined) assert.deepEqual(encode(text), Buffer.from(bytes));
    }),
  );
});

test('padding that is not ones is an error', () => {
  const one = encode('1'); // 00001 and three bits of padding
  assert.equal(one[0], 0b00001_111);
  assert.equal(decode(Buffer.from([0b00001_110])), undefined);
  assert.equal(decode(Buffer.from([0b00001_000])), undefined);
});

test('padding of a byte or more is an error', () => {
  assert.equal(decode(Buffer.from([0b00001_111])), '1');
  assert.equal(decode(Buffer.from([0b00001_111, 0xff])), undefined);
  assert.equal(decode(Buffer.from([0xff])), undefined);
});

test('EOS in a string is an error', () => {
  assert.equal(decode(Buffer.from([0xff, 0xff, 0xff, 0xff])), undefined);
  assert.equal(decode(Buffer.concat([encode('aaaaaaaa'), Buffer.from([0xff, 0xff, 0xff, 0xfc])])), undefined);
});

test('the classes are those that all bytes belong to', () => {
  const classesOf = (text: string): number => {
    decode(encode(text));
    return decoded.classes;
  };
  assert.equal(classesOf(''), ALL_CLASSES);
  assert.notEqual(classesOf('content-type') & FIELD_NAME, 0);
  assert.equal(classesOf('Content-Type') & FIELD_NAME, 0);
  assert.notEqual(classesOf('Content-Type') & TOKEN, 0);
  assert.notEqual(classesOf('a b') & FIELD_VALUE, 0);
  assert.equal(classesOf('a\nb') & FIELD_VALUE, 0);
});
