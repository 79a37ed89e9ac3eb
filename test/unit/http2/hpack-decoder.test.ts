import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HpackDecoder } from '../../../protocols/http2/hpack/decoder.ts';
import { HpackEncoder } from '../../../protocols/http2/hpack/encoder.ts';
import { writeInteger } from '../../../protocols/http2/hpack/integer.ts';
import { block, type Lines } from './frames.ts';

const LIMITS = { maxHeadBytes: 65_536, maxHeadFields: 256 };

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** The lines of a block; undefined when it is no block. */
function decode(decoder: HpackDecoder, bytes: Buffer): Lines | undefined {
  if (!decoder.decode(bytes, 0, bytes.length)) return undefined;
  return decoder.lines.slice(0, decoder.count).map(({ name, value }) => [name, value] as const);
}

const fresh = (limits = LIMITS): HpackDecoder => new HpackDecoder(limits);

test('integers are written as in RFC 7541 appendix C.1', () => {
  const written = (prefixBits: number, value: number): string => {
    const bytes = Buffer.alloc(8);
    return bytes.toString('hex', 0, writeInteger(bytes, 0, 0, prefixBits, value));
  };
  assert.equal(written(5, 10), '0a');
  assert.equal(written(5, 1337), '1f9a0a');
  assert.equal(written(8, 42), '2a');
  assert.equal(written(5, 30), '1e');
  assert.equal(written(5, 31), '1f00');
});

test('the single lines of RFC 7541 appendix C.2', () => {
  assert.deepEqual(decode(fresh(), hex('400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572')), [
    ['custom-key', 'custom-header'],
  ]);
  assert.deepEqual(decode(fresh(), hex('040c 2f73 616d 706c 652f 7061 7468')), [[':path', '/sample/path']]);
  const decoder = fresh();
  assert.deepEqual(decode(decoder, hex('1008 7061 7373 776f 7264 0673 6563 7265 74')), [['password', 'secret']]);
  assert.equal(decoder.lines[0]?.neverIndexed, true);
  assert.deepEqual(decode(fresh(), hex('82')), [[':method', 'GET']]);
});

test('an integer that fits its prefix, and ones that go on', () => {
  // Literal without indexing with a new name; the name's length in the second byte.
  for (const length of [1, 126, 127, 128, 254, 255, 16_000]) {
    const name = 'n'.repeat(length);
    assert.deepEqual(decode(fresh(), block([[name, 'v']])), [[name, 'v']]);
  }
});

test('an integer that does not end, or that no length can be, is an error', () => {
  assert.equal(decode(fresh(), hex('00 7f')), undefined);
  assert.equal(decode(fresh(), hex('00 7f ff ff')), undefined);
  assert.equal(decode(fresh(), hex('00 7f ff ff ff ff ff ff 7f')), undefined);
  assert.equal(decode(fresh(), hex('ff ff ff ff ff ff 7f')), undefined);
});

test('a string that is longer than its block is an error', () => {
  assert.equal(decode(fresh(), hex('00 01 61 02 62')), undefined);
  assert.equal(decode(fresh(), hex('00 01')), undefined);
  assert.equal(decode(fresh(), hex('00')), undefined);
});

test('index 0, and an index past the tables, are errors', () => {
  assert.equal(decode(fresh(), hex('80')), undefined);
  assert.equal(decode(fresh(), hex('be')), undefined);
  assert.equal(decode(fresh(), hex('7e 01 61')), undefined);
  const decoder = fresh();
  assert.deepEqual(decode(decoder, hex('40 01 61 01 62')), [['a', 'b']]);
  assert.deepEqual(decode(decoder, hex('be')), [['a', 'b']]);
  assert.equal(decode(decoder, hex('bf')), undefined);
});

test('a size update stands at the beginning of a block, and nowhere else', () => {
  assert.deepEqual(decode(fresh(), hex('20 82')), [[':method', 'GET']]);
  assert.equal(decode(fresh(), hex('82 20')), undefined);
});

test('two size updates are what a block may have; a third is an error', () => {
  assert.deepEqual(decode(fresh(), hex('20 3f e1 1f 82')), [[':method', 'GET']]);
  assert.equal(decode(fresh(), hex('20 20 20 82')), undefined);
});

test('a size update up to 4096 is taken, one past it is an error', () => {
  assert.deepEqual(decode(fresh(), hex('3f e1 1f')), []);
  assert.equal(decode(fresh(), hex('3f e2 1f')), undefined);
});

test('a smaller table forgets its oldest entries', () => {
  const decoder = fresh();
  decode(decoder, hex('40 01 61 01 31 40 01 62 01 32')); // a: 1, b: 2, of 34 bytes each
  assert.deepEqual(decode(decoder, hex('3f 03 be')), [['b', '2']]); // 34
  assert.equal(decode(decoder, hex('bf')), undefined);
});

test('an entry larger than the table empties it, and is no error', () => {
  const decoder = fresh();
  decode(decoder, hex('40 01 61 01 31'));
  const large = Buffer.concat([hex('40 01 62 7f e1 1f'), Buffer.alloc(0x7f + 0x61 + (0x1f << 7), 'x')]);
  assert.equal(decode(decoder, large)?.length, 1);
  assert.equal(decode(decoder, hex('be')), undefined);
});

test('lines past max_head_fields are read, for the table, and not kept', () => {
  const decoder = fresh({ ...LIMITS, maxHeadFields: 2 });
  assert.deepEqual(decode(decoder, hex('82 84')), [
    [':method', 'GET'],
    [':path', '/'],
  ]);
  assert.equal(decoder.tooLarge, false);
  assert.equal(decode(decoder, hex('82 84 40 01 61 01 62'))?.length, 2);
  assert.equal(decoder.tooLarge, true);
  assert.deepEqual(decode(decoder, hex('be')), [['a', 'b']]);
  assert.equal(decoder.tooLarge, false);
});

test('a head of max_head_bytes is kept, one byte more is too large', () => {
  const limits = { ...LIMITS, maxHeadBytes: 100 };
  const ofBytes = (bytes: number): Buffer => block([['n', 'v'.repeat(bytes - 33)]]);
  const decoder = fresh(limits);
  decode(decoder, ofBytes(100));
  assert.equal(decoder.tooLarge, false);
  decode(decoder, ofBytes(101));
  assert.equal(decoder.tooLarge, true);
});

test('an entry named a thousand times by one byte each is as large as its lines are', () => {
  const decoder = fresh();
  decode(decoder, Buffer.concat([hex('40 01 61 7f 81 1e'), Buffer.alloc(4000, 'x')]));
  assert.equal(decoder.count, 1);
  decode(decoder, Buffer.alloc(1000, 0xbe));
  assert.equal(decoder.tooLarge, true);
  assert.ok(decoder.count < 17);
});

test('a name that is no name spoils later lines that take it from the table', () => {
  const decoder = fresh();
  decode(decoder, hex('40 03 61 20 62 01 31')); // "a b": 1
  const first = decoder.lines[0]?.kind;
  decode(decoder, hex('7e 01 32'));
  assert.equal(decoder.lines[0]?.kind, first);
});

test('what any encoder of ours encodes comes back, however tables fill and shrink', () => {
  const name = fc.constantFrom(':path', 'x-a', 'x-b', 'cookie', 'content-type', 'etag');
  const value = fc.oneof(fc.constantFrom('a', 'b', '/', 'text/plain', 'x'.repeat(300)), fc.string({ maxLength: 40 }));
  const heads = fc.array(
    fc.record({ lines: fc.array(fc.tuple(name, value), { maxLength: 12 }), limit: fc.option(fc.nat({ max: 5000 }), { nil: undefined }) }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(heads, (sent) => {
      const encoder = new HpackEncoder();
      const decoder = fresh();
      for (const { lines, limit } of sent) {
        if (limit !== undefined) encoder.limitTable(limit);
        encoder.begin(0);
        for (const [n, v] of lines) encoder.field(n, v, false);
        const { bytes, at } = encoder.writer;
        // What a field cannot carry is mended on the way; what it can is not touched.
        const mended = lines.map(([n, v]) => [
          n,
          /[^\t\x20-\x7e\x80-\xff]/.test(v) ? v.replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ').trim() : v,
        ]);
        assert.deepEqual(decode(decoder, Buffer.from(bytes.subarray(0, at))), mended);
      }
    }),
  );
});

test('random blocks are decoded or refused, never more', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 6 }), (blocks) => {
      const decoder = fresh();
      for (const bytes of blocks) if (decode(decoder, Buffer.from(bytes)) === undefined) return;
    }),
    { numRuns: 2000 },
  );
});
