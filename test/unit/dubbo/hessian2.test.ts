import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DecoderV2, EncoderV2 } from 'hessian.js';
import { hessian2 } from '../../../protocols/dubbo/hessian2.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

const skips = (bytes: Buffer, values = 1): number => {
  const reader = hessian2.reader(bytes);
  return reader.skip(values) ? reader.at : -1;
};

test('a value of every kind is passed over to its last byte', () => {
  for (const [kind, bytes] of [
    ['null', '4e'],
    ['true', '54'],
    ['false', '46'],
    ['int in one byte', '80'],
    ['int in two bytes', 'c0 00'],
    ['int in three bytes', 'd7 ff ff'],
    ['int in five bytes', '49 00 00 00 01'],
    ['long in one byte', 'd8'],
    ['long in two bytes', 'f0 00'],
    ['long in three bytes', '38 00 00'],
    ['long in five bytes', '59 00 00 00 00'],
    ['long in nine bytes', '4c 00 00 00 00 00 00 00 01'],
    ['double 0', '5b'],
    ['double 1', '5c'],
    ['double of a byte', '5d 01'],
    ['double of a short', '5e 01 00'],
    ['double of thousandths', '5f 00 00 05 dc'],
    ['double in nine bytes', '44 40 24 00 00 00 00 00 00'],
    ['date in milliseconds', '4a 00 00 00 d0 4b 92 84 b8'],
    ['date in minutes', '4b 00 e3 83 8f'],
    ['empty text', '00'],
    ['short text', '02 68 69'],
    ['text of up to 1023 units', '30 02 68 69'],
    ['long text', '53 00 02 68 69'],
    ['text in chunks', '52 00 01 68 52 00 01 69 01 21'],
    ['text in chunks, the last one empty', '52 00 01 68 00'],
    ['empty binary', '20'],
    ['short binary', '22 01 02'],
    ['binary of up to 1023 bytes', '34 02 01 02'],
    ['long binary', '42 00 02 01 02'],
    ['binary in chunks', '41 00 01 01 41 00 01 02 21 03'],
    ['untyped list of known length', '58 92 90 91'],
    ['short untyped list', '7a 90 91'],
    ['typed list of known length', '56 04 5b 69 6e 74 92 90 91'],
    ['short typed list', '72 04 5b 69 6e 74 90 91'],
    ['untyped list to the end mark', '57 90 91 5a'],
    ['typed list to the end mark', '55 04 5b 69 6e 74 90 91 5a'],
    ['list of a type named before', '72 90 90 91'],
    ['untyped map', '48 91 01 61 92 01 62 5a'],
    ['typed map', '4d 03 61 2e 42 91 01 61 5a'],
    ['empty map', '48 5a'],
    ['reference', '51 90'],
    ['object with its class', '43 03 61 2e 42 92 01 78 01 79 60 91 92'],
    ['object of a class by a longer number', '43 03 61 2e 42 91 01 78 4f 90 91'],
    ['object without fields', '43 03 61 2e 42 90 60'],
    ['lists in lists', '79 79 79 78'],
    ['object in a map in a list', '79 48 01 6b 43 01 63 91 01 66 60 78 5a'],
  ] as const) {
    const encoded = hex(bytes);
    assert.equal(skips(encoded), encoded.length, kind);
    const twice = Buffer.concat([encoded, hex('91')]);
    assert.equal(skips(twice, 2), twice.length, `${kind}, and what follows`);
    for (let length = 0; length < encoded.length; length++) assert.equal(skips(encoded.subarray(0, length)), -1, `${kind}, cut off`);
  }
});

test('what is no value is not passed over', () => {
  for (const [why, bytes] of [
    ['an end mark alone', '5a'],
    ['tags that mean nothing', '40'],
    ['tags that mean nothing', '45'],
    ['tags that mean nothing', '47'],
    ['tags that mean nothing', '50'],
    ['a class that was not defined', '60'],
    ['a class that was not defined', '4f 95'],
    ['a negative length', '58 8f'],
    ['a negative count of fields', '43 01 61 8f 60'],
    ['a length that is no number', '58 4e'],
    ['a type that is neither name nor number', '72 4e 90 91'],
    ['a reference to no number', '51 4e'],
    ['a chunk of text that is none', '52 00 01 68 4e'],
    ['a chunk of binary that is none', '41 00 01 01 4e'],
    ['text that is not UTF-8', '01 80'],
  ] as const) {
    assert.equal(skips(hex(bytes)), -1, `${why}: ${bytes}`);
  }
});

test('containers may be 10,000 deep and no deeper', () => {
  const nested = (depth: number): Buffer => Buffer.concat([Buffer.alloc(depth, 0x79), hex('4e')]);
  assert.equal(skips(nested(10_000)), 10_001);
  assert.equal(skips(nested(10_001)), -1);
});

test('a length beyond the body costs no time', () => {
  const endless = hex('58 49 7f ff ff ff');
  assert.equal(skips(endless), -1);
});

test('numbers are read in all their lengths', () => {
  for (const number of [0, -16, 47, -17, 48, -2048, 2047, -2049, 2048, -262144, 262143, -262145, 262144, 2147483647, -2147483648]) {
    assert.equal(hessian2.reader(Buffer.from(new EncoderV2().write(number).get())).readNumber(), number);
  }
  assert.equal(hessian2.reader(hex('4e')).readNumber(), undefined);
  assert.equal(hessian2.reader(hex('c8')).readNumber(), undefined);
  assert.equal(hessian2.reader(hex('')).readNumber(), undefined);
});

test('texts of all lengths are written so that hessian.js and we read them', () => {
  for (const length of [0, 1, 31, 32, 1023, 1024, 32_767, 32_768, 32_769, 65_536, 100_000]) {
    for (const unit of ['x', '漢', '🎉']) {
      const text = unit.repeat(length);
      const written = hessian2.text(text);
      assert.equal(new DecoderV2(Buffer.from(written)).readString(), text, `${length} times ${unit}`);
      const reader = hessian2.reader(written);
      assert.equal(reader.readText(), text);
      assert.equal(reader.at, written.length);
    }
  }
});

test('texts that hessian.js writes are read', () => {
  for (const text of ['', 'ascii', 'é', '漢字🎉', 'x'.repeat(40_000), '漢字🎉'.repeat(20_000)]) {
    assert.equal(hessian2.reader(Buffer.from(new EncoderV2({ size: 1 << 20 }).writeString(text).get())).readText(), text);
  }
});

test('null is read as an empty text, other values as none', () => {
  assert.equal(hessian2.reader(hex('4e')).readText(), '');
  assert.equal(hessian2.reader(hex('91')).readText(), undefined);
});

const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true }),
    fc.string(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.date({ noInvalidDate: true }),
    fc.array(tie('any'), { maxLength: 10 }),
    fc.dictionary(fc.string(), tie('any'), { maxKeys: 6 }),
    fc.record({ name: fc.constantFrom('a.B', 'c.D', 'e.F'), fields: fc.dictionary(fc.constantFrom('x', 'y', 'z'), tie('any')) }).map(
      // hessian.js takes the fields of a class from its first object: make them the same in all.
      ({ name, fields }) => ({ $class: name, $: { x: null, y: null, z: null, ...fields } }),
    ),
  ),
})).any;

test('whatever hessian.js writes is passed over to its last byte', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 5 }), (values) => {
      const encoder = new EncoderV2();
      for (const each of values) encoder.write(each);
      const bytes = Buffer.concat([Buffer.from(encoder.get()), hex('91')]);
      const reader = hessian2.reader(bytes);
      assert.ok(reader.skip(values.length));
      assert.equal(reader.at, bytes.length - 1);
    }),
    { seed: 20240501, numRuns: 500 },
  );
});
