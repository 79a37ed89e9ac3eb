import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Report } from '../../../src/base/schema/report.ts';
import { positionOf, readJson } from '../../../src/config/document/json.ts';

const read = (text: string) => readJson(text, new Report());

test('what JSON.parse reads is read the same', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
      const pretty = JSON.stringify(JSON.parse(text), undefined, indent);
      assert.deepEqual(read(pretty), { value: JSON.parse(pretty) });
    }),
  );
});

test('what JSON.parse refuses is refused, and nothing else', () => {
  const signs = fc.constantFrom(...'{}[]",:\\/ \n\t\r-+.0123456789eEtrufalsn', '\u0000', '\u2028', '\uFEFF', 'é');
  fc.assert(
    fc.property(fc.string({ unit: signs, maxLength: 12 }), (text) => {
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        assert.ok(!('value' in read(text)), text);
        return;
      }
      assert.deepEqual(read(text), { value }, text);
    }),
    { numRuns: 3000 },
  );
});

test('a sign put into, taken from or changed in good JSON is judged as JSON.parse judges it', () => {
  fc.assert(
    fc.property(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', ...'{}[]",:\\0.e-n '),
      fc.integer({ min: 0, max: 1 }),
      (text, where, sign, cut) => {
        const at = where % (text.length + 1);
        const broken = text.slice(0, at) + sign + text.slice(at + cut);
        let good = true;
        try {
          JSON.parse(broken);
        } catch {
          good = false;
        }
        assert.equal('value' in read(broken), good, broken);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a fault is told with its line and column, with what was expected, and with what is there', () => {
  const faults: readonly (readonly [text: string, line: number, column: number, message: string])[] = [
    ['', 1, 1, 'expected a value, but found the end of the file'],
    ['{', 1, 2, 'expected a key in double quotes, but found the end of the file'],
    ['{\n  "a": 1,\n}', 3, 1, 'expected a key in double quotes, but found "}"'],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, `expected ',' or '}' after a value, but found "\\""`],
    ['{"a" 1}', 1, 6, `expected ':' after a key, but found "1"`],
    ['{"a": }', 1, 7, 'expected a value, but found "}"'],
    ['{a: 1}', 1, 2, 'expected a key in double quotes, but found "a"'],
    ["{'a': 1}", 1, 2, `expected a key in double quotes, but found "'"`],
    ['[1, 2', 1, 6, `expected ',' or ']' after a value, but found the end of the file`],
    ['[1,]', 1, 4, 'expected a value, but found "]"'],
    ['[1] 2', 1, 5, 'expected the end of the file, but found "2"'],
    ['[01]', 1, 3, 'expected a number as JSON writes it, but found "1"'],
    ['[1.]', 1, 3, 'expected a number as JSON writes it, but found "."'],
    ['[+1]', 1, 2, 'expected a value, but found "+1"'],
    ['[True]', 1, 2, 'expected a value, but found "True"'],
    ['[nul]', 1, 2, 'expected a value, but found "nul"'],
    ['{\r\n"a": "b\r\n"}', 2, 6, 'expected a string that ends on its line, but found no end'],
    ['["\t"]', 1, 3, 'expected no control characters in a string, but found "\\t"'],
    ['["\\x"]', 1, 3, 'expected one of " \\ / b f n r t u after a backslash, but found "\\\\"'],
    ['["\\u12"]', 1, 3, 'expected four hexadecimal digits after \\u, but found "\\\\"'],
    ['{} // done', 1, 4, 'expected the end of the file, but found a comment, which JSON does not have'],
    ['# c\n{}', 1, 1, 'expected a value, but found a comment, which JSON does not have'],
  ];
  for (const [text, line, column, message] of faults) assert.deepEqual(read(text), { message, position: { line, column } }, text);
});

test('a key that is written twice is warned of, with its path and line, and the later one counts', () => {
  const report = new Report();
  const result = readJson('{"servers": [{"listeners": [1],\n "x": 0, "listeners": [2]}]}', report);
  assert.deepEqual(result, { value: { servers: [{ listeners: [2], x: 0 }] } });
  assert.deepEqual(report.problems, [
    { severity: 'warning', path: 'servers[0].listeners', message: 'is written twice: the later one counts', remedy: 'look at line 2' },
  ]);
});

test('200 objects and lists in one another are read, and one more is refused', () => {
  assert.ok('value' in read('['.repeat(200) + ']'.repeat(200)));
  assert.deepEqual(read('['.repeat(201) + ']'.repeat(201)), {
    message: 'expected no more than 200 objects and lists in one another, but found "["',
    position: { line: 1, column: 201 },
  });
  assert.ok(!('value' in read('['.repeat(1_000_000))));
});

test('__proto__ is a key like any other', () => {
  const result = read('{"__proto__": {"polluted": true}}');
  assert.ok('value' in result);
  assert.deepEqual(Object.keys(result.value as object), ['__proto__']);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test('lines end as on any system', () => {
  assert.deepEqual(positionOf('a\nb\r\nc\rd', 0), { line: 1, column: 1 });
  assert.deepEqual(positionOf('a\nb\r\nc\rd', 7), { line: 4, column: 1 });
});
