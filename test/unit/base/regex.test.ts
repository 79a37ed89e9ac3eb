import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Regex, regex } from '../../../src/base/regex.ts';
import { literalPrefix } from '../../../src/base/regex-prefix.ts';
import { substitution } from '../../../src/base/substitution.ts';

function compiled(pattern: string): Regex {
  const result = regex(pattern);
  assert.ok(result instanceof Regex, `${pattern}: ${String(result)}`);
  return result;
}

const finds = (pattern: string, text: string): boolean => compiled(pattern).test(text);

function refusal(pattern: string): string {
  const result = regex(pattern);
  assert.ok(typeof result === 'string', `${pattern} was taken`);
  return result;
}

test('an expression is found anywhere in a text', () => {
  assert.ok(finds('\\d+', '/users/42'));
  assert.ok(finds('^/users/(\\d+|me)/?$', '/users/me'));
  assert.ok(!finds('^/users/(\\d+|me)/?$', '/users/you'));
});

test("RE2's own syntax is understood", () => {
  assert.ok(finds('(?i)^ABC$', 'abc'));
  assert.ok(finds('a(?i:b)c', 'aBc'));
  assert.ok(finds('(?si)a.b', 'A\nB'));
  assert.ok(finds('^(?P<year>\\d{4})$', '2024'));
  assert.ok(finds('^(?<year>\\d{4})$', '2024'));
  assert.ok(finds('\\Aabc\\z', 'abc'));
  assert.ok(!finds('(?m)\\Ab', 'a\nb'));
  assert.ok(finds('^\\Qa.b(\\E+$', 'a.b(('));
  assert.ok(finds('^[[:alpha:]_-]+$', 'Ab_-'));
  assert.ok(finds('^\\pL\\p{Greek}\\PL$', 'aλ1'));
  assert.ok(finds('^.$', '\u{1f600}'));
});

test('what RE2 refuses is refused, with the reason', () => {
  assert.match(refusal('(a)\\1'), /invalid escape sequence: `\\1`/);
  for (const pattern of ['a(?=b)', 'a(?!b)', '(?<=a)b', '(?<!a)b']) assert.match(refusal(pattern), /invalid/);
  for (const pattern of ['(', ')', '[a', 'a**', '*a', '[b-a]', 'a{3,2}', '\\y', 'a\\', '[[:nope:]]']) refusal(pattern);
});

test('a count may be as large as RE2 allows, and no larger, groups within groups counted too', () => {
  assert.ok(finds('^a{1000}$', 'a'.repeat(1000)));
  refusal('a{1001}');
  refusal('(a{100}){11}');
});

test('a repetition of a repetition takes no longer than the text is long', () => {
  const began = performance.now();
  for (const [pattern, found] of [
    ['^(a+)+$', false],
    ['(a|aa)+$', false],
    ['(.*)*(.*)*x', false],
    ['(a*)*!', true],
  ] as const) {
    assert.equal(finds(pattern, `${'a'.repeat(100_000)}!`), found, pattern);
  }
  // An engine that backtracks would not be done before the sun is out.
  assert.ok(performance.now() - began < 20_000);
});

test('all that is found gives way, an empty match next to another one not counted', () => {
  assert.equal(compiled('a(\\d)').replaceAll('/a1/a2', ['b', 1, '!']), '/b1!/b2!');
  assert.equal(compiled('(a)|(b)').replaceAll('abc', ['[', 1, 2, ']']), '[a][b]c');
  assert.equal(compiled('a*').replaceAll('baac', ['x']), 'xbxcx');
  assert.equal(compiled('q').replaceAll('abc', ['x']), 'abc');
});

test('a substitution names groups as Envoy and as MOSN do', () => {
  const pattern = compiled('/(\\w+)/(?P<last>\\w+)');
  const rewritten = (written: string): string => {
    const pieces = substitution(pattern, written);
    assert.ok(typeof pieces !== 'string', String(pieces));
    return pattern.replaceAll('/one/two', pieces);
  };
  assert.equal(rewritten('/\\2/\\1'), '/two/one');
  assert.equal(rewritten('/$2/$1'), '/two/one');
  assert.equal(rewritten(`/\${2}x/\${last}/$last`), '/twox/two/two');
  assert.equal(rewritten('\\0?'), '/one/two?');
  assert.equal(rewritten('\\10'), 'one0', 'one digit, as in Envoy');
  assert.equal(rewritten('$$1\\\\1'), '$1\\1');
  assert.equal(rewritten('$&$-\\x$'), '$&$-\\x$');
});

test('a substitution that names no group of the expression is refused', () => {
  const pattern = compiled('(?P<name>a)');
  assert.equal(substitution(pattern, '\\2'), 'there is no group 2 for \\2');
  assert.equal(substitution(pattern, `\${other}`), `there is no group other for \${other}`);
  assert.equal(substitution(pattern, '$1x'), 'there is no group 1x for $1x');
});

test('what every match begins with is known of an expression that says so plainly', () => {
  for (const [pattern, prefix] of [
    ['^/api/v[0-9]+', '/api/v'],
    ['^/api/v1\\.2/', '/api/v1.2/'],
    ['^/ab*', '/a'],
    ['^/ab?c', '/a'],
    ['^/ab{0,1}', '/a'],
    ['^/ab+', '/ab'],
    ['^/a(b|c)', '/a'],
    ['^/a[(|]b', '/a'],
    ['^/a$', '/a'],
    ['^/\u{1f600}*', '/'],
    ['^/a(?i)?', ''],
    ['^/a+(?i)*', ''],
    ['^/a|b', ''],
    ['^/a\\(|b', ''],
    ['^/a[[:alpha:](]|b', ''],
    ['^/a[](]|b', ''],
    ['^/a\\Q(\\E|b', ''],
    ['^(?i)/a', ''],
    ['/a', ''],
    ['', ''],
  ] as const) {
    assert.equal(literalPrefix(pattern), prefix, pattern);
  }
});

test('no text without that beginning is matched', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '/',
    '(',
    ')',
    '|',
    '[',
    ']',
    '*',
    '+',
    '?',
    '{1}',
    '.',
    '\\.',
    '\\(',
    '\\Q',
    '\\E',
    '$',
    '(?i)',
    '(?:',
  );
  const text = fc.array(fc.constantFrom('a', 'b', '/', '(', 'A'), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), text, (pieces, characters) => {
      const result = regex(`^${pieces.join('')}`);
      const written = characters.join('');
      return typeof result === 'string' || !result.test(written) || written.startsWith(result.prefix);
    }),
    { numRuns: 10_000 },
  );
});
