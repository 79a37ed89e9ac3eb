import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { duration, parseDuration } from '../../../../src/base/schema/duration.ts';
import { Report } from '../../../../src/base/schema/report.ts';

const read = (value: unknown) => {
  const report = new Report('timeout');
  return { value: duration().read(value, report), problems: report.problems };
};

test('durations are written as in Go, and are milliseconds once they are read', () => {
  const written: readonly (readonly [string, number])[] = [
    ['0', 0],
    ['0s', 0],
    ['1s', 1000],
    ['500ms', 500],
    ['1.5s', 1500],
    ['.5s', 500],
    ['5.s', 5000],
    ['1h2m3.5s', 3_723_500],
    ['1m30s', 90_000],
    ['100us', 0.1],
    ['100µs', 0.1],
    ['100μs', 0.1],
    ['1ns', 0.000001],
    ['1s1s', 2000],
    ['1ms1h', 3_600_001],
  ];
  for (const [text, milliseconds] of written) assert.equal(parseDuration(text), milliseconds, text);
});

test('what Go does not read is no duration, and no duration is negative', () => {
  for (const text of ['', '1', 's', '.s', '1x', '1 s', ' 1s', '1s ', '1S', '1,5s', '1e3s', '-1s', '+1s', '1d', 'one second', '00']) {
    assert.equal(parseDuration(text), undefined, text);
  }
});

test("a duration ends where Go's ends: at 2^63 nanoseconds", () => {
  assert.ok(parseDuration('2562047h47m'));
  assert.equal(parseDuration('2562048h'), undefined);
});

test('an integer is a number of nanoseconds', () => {
  assert.deepEqual(read(1_500_000_000), { value: 1500, problems: [] });
  assert.deepEqual(read(0), { value: 0, problems: [] });
});

test('an integer too small to be meant is read, and warned of', () => {
  const { value, problems } = read(30);
  assert.equal(value, 0.00003);
  assert.deepEqual(problems, [
    { severity: 'warning', path: 'timeout', message: 'is 30 nanoseconds', remedy: 'write the unit, such as "30s" or "30ms"' },
  ]);
  assert.equal(read(999_999).problems.length, 1);
  assert.equal(read(1_000_000).problems.length, 0);
});

test('what is no duration is an error that shows how one is written', () => {
  const takes = 'must be a duration such as "1s", "500ms" or "1h30m" (or an integer of nanoseconds)';
  const cases: readonly (readonly [unknown, string, string | undefined])[] = [
    ['30', 'the string "30"', 'write the unit, such as "30s" or "30ms"'],
    ['-1s', 'the string "-1s"', 'no duration is negative; "0s" means none'],
    ['soon', 'the string "soon"', undefined],
    [1.5, 'the number 1.5', undefined],
    [-1, 'the number -1', undefined],
    [Number.NaN, 'the number NaN', undefined],
    [2 ** 53, 'the number 9007199254740992', undefined],
    [true, 'true', undefined],
    [['1s'], 'a list', undefined],
    [{ seconds: 1 }, 'an object', undefined],
  ];
  for (const [value, found, remedy] of cases) {
    const result = read(value);
    assert.equal(result.value, undefined);
    assert.deepEqual(result.problems, [
      { severity: 'error', path: 'timeout', message: `${takes}, but is ${found}`, ...(remedy === undefined ? {} : { remedy }) },
    ]);
  }
});

const UNITS: readonly (readonly [unit: string, nanoseconds: bigint])[] = [
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
];

test('any sum of units is what a count in whole nanoseconds says', () => {
  const part = fc.record({ amount: fc.integer({ min: 0, max: 9999 }), unit: fc.constantFrom(...UNITS) });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const text = parts.map(({ amount, unit }) => `${amount}${unit[0]}`).join('');
      const model = parts.reduce((sum, { amount, unit }) => sum + BigInt(amount) * unit[1], 0n);
      const milliseconds = parseDuration(text);
      assert.ok(milliseconds !== undefined);
      // Up to 2^50 nanoseconds, 13 days, not one of them is lost.
      const nanoseconds = milliseconds * 1e6;
      if (model < 2n ** 50n) assert.equal(BigInt(Math.round(nanoseconds)), model);
      else assert.ok(Math.abs(nanoseconds - Number(model)) <= Number(model) * 1e-15);
    }),
  );
});

test('a fraction is what its digits say, and any text is a duration or none, without an exception', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 999_999 }), (whole, millionths) => {
      const text = `${whole}.${String(millionths).padStart(6, '0')}s`;
      assert.equal(parseDuration(text), (whole * 1e9 + millionths * 1e3) / 1e6, text);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.hmsnuµ-+ e') }), (text) => {
      const milliseconds = parseDuration(text);
      assert.ok(milliseconds === undefined || milliseconds >= 0);
    }),
  );
});
