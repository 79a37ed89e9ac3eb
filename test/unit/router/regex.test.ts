import assert from 'node:assert/strict';
import { test } from 'node:test';
import { regex } from '../../../src/router/regex.ts';
import { MAX_REPETITION } from '../../../src/router/regex-syntax.ts';

function finds(pattern: string, text: string): boolean {
  const compiled = regex(pattern);
  assert.ok(typeof compiled !== 'string', `${pattern}: ${String(compiled)}`);
  return compiled.test(text);
}

function refusal(pattern: string): string {
  const compiled = regex(pattern);
  assert.ok(typeof compiled === 'string', `${pattern} was taken`);
  return compiled;
}

test('what both syntaxes share means the same', () => {
  assert.ok(finds('^/users/(\\d+|me)/?$', '/users/42'));
  assert.ok(!finds('^/users/(\\d+|me)/?$', '/users/you'));
  assert.ok(finds('^a{2,3}?b+[^c-e]$', 'aabbf'));
  assert.ok(finds('^(?:x|y)*\\.html$', 'xyx.html'));
});

test('syntax that only RE2 has is understood', () => {
  assert.ok(finds('(?i)^ABC$', 'abc'));
  assert.ok(finds('(?si)a.b', 'A\nB'));
  assert.ok(finds('^(?P<year>\\d{4})$', '2024'));
  assert.ok(finds('^(?<year>\\d{4})$', '2024'));
  assert.ok(finds('\\Aabc\\z', 'abc'));
  assert.ok(!finds('(?m)\\Ab', 'a\nb'));
  assert.ok(finds('^\\Qa.b(\\E+$', 'a.b(('));
  assert.ok(!finds('^\\Qa.b\\E$', 'axb'));
  assert.ok(finds('^[[:alpha:]_-]+$', 'Ab_-'));
  assert.ok(!finds('^[[:alpha:]]+$', 'a1'));
  assert.ok(finds('^[]a]+$', ']a'));
  assert.ok(finds('^[^]a]$', 'b'));
  assert.ok(finds('^[[a]+$', '[a'));
  assert.ok(finds('^\\pL\\p{Greek}\\PL$', 'aλ1'));
  assert.ok(finds('^\\x{1F600}\\x41\\a\\012$', '\u{1f600}A\x07\n'));
});

test('what JavaScript in Unicode mode would not take literally is escaped for it', () => {
  assert.ok(finds('^a\\-b\\_c\\:d\\/e\\@$', 'a-b_c:d/e@'));
  assert.ok(finds('^[\\w-.]+$', 'a-b.c'));
  assert.ok(finds('^{x}]$', '{x}]'));
  assert.ok(finds('^a{,2}$', 'a{,2}'));
  assert.ok(finds('^.$', '\u{1f600}'));
});

test('what RE2 refuses is refused, with the reason', () => {
  for (const pattern of ['(a)\\1', '(?P<n>a)\\k<n>']) assert.match(refusal(pattern), /backreferences/);
  for (const pattern of ['a(?=b)', 'a(?!b)', '(?<=a)b', '(?<!a)b']) assert.match(refusal(pattern), /look-around/);
  for (const pattern of ['a(?i)b', '(?i:a)', '(?U)a']) assert.match(refusal(pattern), /flags/);
  assert.match(refusal('\\y'), /no escape \\y/);
  assert.match(refusal('a\\'), /backslash/);
  assert.match(refusal('[[:nope:]]'), /\[:nope:\]/);
  for (const pattern of ['(', ')', '[a', 'a**', '*a', '[b-a]', 'a{3,2}']) refusal(pattern);
});

test('a count may be as large as RE2 allows, and no larger', () => {
  assert.ok(finds(`^a{${MAX_REPETITION}}$`, 'a'.repeat(MAX_REPETITION)));
  assert.match(refusal(`a{${MAX_REPETITION + 1}}`), /repeats more than 1000 times/);
  assert.match(refusal(`a{1,${MAX_REPETITION + 1}}`), /repeats more than 1000 times/);
});
