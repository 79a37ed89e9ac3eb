import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastjson2 } from '../../../protocols/dubbo/fastjson2.ts';
import { JsonbReader } from '../../../protocols/dubbo/jsonb-reader.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

const skips = (bytes: Buffer, values = 1): number => {
  const reader = new JsonbReader(bytes, 0, bytes.length);
  return reader.skip(values) ? reader.at : -1;
};

test('a value of every kind is passed over to its last byte', () => {
  for (const [kind, bytes] of [
    ['null', 'af'],
    ['false', 'b0'],
    ['true', 'b1'],
    ['int in one byte', 'f0'],
    ['int in two bytes', '38 64'],
    ['int in three bytes', '44 00 64'],
    ['int in five bytes', '48 00 04 93 e0'],
    ['byte', 'bd 04'],
    ['short', 'bc 75 30'],
    ['long in one byte', 'd8'],
    ['long in two bytes', 'd0 01'],
    ['long in three bytes', 'c4 00 01'],
    ['long in five bytes', 'bf 00 00 00 01'],
    ['long in nine bytes', 'be 00 00 00 00 00 00 00 01'],
    ['double 0 and 1', 'b2'],
    ['double of a whole number', 'b4 d8'],
    ['double', 'b5 40 09 21 f9 f0 1b 86 6e'],
    ['float of a whole number', 'b6 00'],
    ['float', 'b7 00 00 00 00'],
    ['decimal of a whole number', 'b8 d8'],
    ['decimal', 'b9 fd 01'],
    ['decimal of many digits', 'b9 09 bb 03 01 02 03'],
    ['big whole number that is a long', 'ba d8'],
    ['big whole number', 'bb 02 01 02'],
    ['character', '90 44 4e 2d'],
    ['bytes', '91 02 01 02'],
    ['short text', '4b 68 69'],
    ['text of ASCII', '79 38 30'.concat(' 61'.repeat(48))],
    ['text in UTF-8', '7a 03 e5 80 bc'],
    ['text in UTF-16, little-endian', '7c 02 3c 50'],
    ['text in UTF-16, big-endian', '7d 02 50 3c'],
    ['text in GB 18030', '7e 02 d6 b5'],
    ['timestamp in milliseconds', 'ab 00 00 01 8b cf e5 68 7b'],
    ['timestamp in seconds', 'ac 00 00 00 01'],
    ['date', 'a9 07 e8 01 02'],
    ['time of day', 'a7 01 02 03 00'],
    ['date and time', 'a8 07 e8 01 02 03 04 05 00'],
    ['date and time with a zone', 'aa 07 e8 01 02 03 04 05 00 4c 55 54 43'],
    ['instant', 'ae d8 00'],
    ['empty array', '94'],
    ['short array', '96 4a 61 01'],
    ['array', 'a4 10'.concat(' 01'.repeat(16))],
    ['object', 'a6 4a 61 01 4a 62 96 01 02 a5'],
    ['object of a named type', '92 4c 61 2e 42 00 a6 7f 4a 78 01 05 7f 01 06 a5'],
    ['object of a type named before', '92 00 a6 a5'],
    ['reference', '93 4b 24 2e'],
    ['array of a named type', '92 4b 5b 4f 00 95 4b 67 67'],
  ] as const) {
    const encoded = hex(bytes);
    assert.equal(skips(encoded), encoded.length, kind);
    const twice = Buffer.concat([encoded, hex('01')]);
    assert.equal(skips(twice, 2), twice.length, `${kind}, and what follows`);
    for (let length = 0; length < encoded.length; length++) assert.equal(skips(encoded.subarray(0, length)), -1, `${kind}, cut off`);
  }
});

test('what is no value is not passed over', () => {
  for (const bytes of ['a5', '95 a5', '79 ff', '79 4b 68 69', 'a4 ff', '92 af a6 a5', '7f af']) {
    assert.equal(skips(hex(bytes)), -1, bytes);
  }
});

test('containers may be 10,000 deep and no deeper', () => {
  const nested = (depth: number): Buffer => Buffer.concat([Buffer.alloc(depth, 0x95), hex('af')]);
  assert.equal(skips(nested(10_000)), 10_001);
  assert.equal(skips(nested(10_001)), -1);
});

test('texts are read in each encoding, but for those that are not known here', () => {
  const read = (bytes: string): string | undefined => new JsonbReader(hex(bytes), 0, hex(bytes).length).readText();
  assert.equal(read('4b 68 69'), 'hi');
  assert.equal(read('79 02 68 69'), 'hi');
  assert.equal(read('7a 03 e5 80 bc'), '值');
  assert.equal(read('7c 02 3c 50'), '值');
  assert.equal(read('7d 02 50 3c'), '值');
  assert.equal(read('7d 03 50 3c 00'), '值', 'an odd byte at the end');
  assert.equal(read('7e 02 d6 b5'), undefined);
  assert.equal(read('01'), undefined);
});

test('numbers are read in all their lengths', () => {
  const read = (bytes: string): number | undefined => new JsonbReader(hex(bytes), 0, hex(bytes).length).readNumber();
  for (const [bytes, number] of [
    ['f0', -16],
    ['ff', -1],
    ['00', 0],
    ['2f', 47],
    ['30 00', -2048],
    ['38 30', 48],
    ['3f ff', 2047],
    ['40 00 00', -262144],
    ['47 ff ff', 262143],
    ['48 80 00 00 00', -2147483648],
    ['bd 05', 5],
    ['bd ff', -1],
    ['bc 75 30', 30000],
    ['af', undefined],
    ['a6', undefined],
    ['38', undefined],
    ['', undefined],
  ] as const) {
    assert.equal(read(bytes), number, bytes);
  }
});

test('texts of all lengths are written so that they are read', () => {
  for (const text of [
    '',
    'x',
    'x'.repeat(47),
    'x'.repeat(48),
    'x'.repeat(2047),
    'x'.repeat(2048),
    'x'.repeat(262_143),
    'x'.repeat(262_144),
    '值',
    '🎉'.repeat(30),
  ]) {
    const written = fastjson2.text(text);
    const reader = new JsonbReader(written, 0, written.length);
    assert.equal(reader.readText(), text);
    assert.ok(reader.done);
  }
});

test('an item does not reach beyond the body, nor a value beyond its item', () => {
  const reader = fastjson2.reader(hex('00 00 00 02 4a 61 00 00 00 02 4b 61'));
  assert.equal(reader.readText(), 'a');
  assert.equal(reader.readText(), undefined);
  assert.equal(fastjson2.reader(hex('00 00 00 03 4a 61')).readText(), undefined);
  assert.equal(fastjson2.reader(hex('00 00 00')).skip(1), false);
  assert.equal(fastjson2.reader(hex('ff ff ff ff 61')).skip(1), false);
});
