import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converted, dictionary, either, list, onlyOne } from '../../../../src/base/schema/collections.ts';
import { defaulted, ignored, optional, refused, required } from '../../../../src/base/schema/fields.ts';
import { object } from '../../../../src/base/schema/object.ts';
import { Report } from '../../../../src/base/schema/report.ts';
import { anything, boolean, enumeration, integer, number, secretText, text } from '../../../../src/base/schema/scalars.ts';
import { variants } from '../../../../src/base/schema/variants.ts';
import { formatProblem, type Schema } from '../../../../src/config/index.ts';

function read<T>(schema: Schema<T>, value: unknown): { value: T | undefined; problems: readonly string[] } {
  const report = new Report();
  const finished = schema.read(value, report.at('here'));
  return { value: finished, problems: report.problems.map((problem) => formatProblem(problem)) };
}

const good = (value: unknown) => ({ value, problems: [] });
const bad = (...problems: readonly string[]) => ({ value: undefined, problems });

test('a string is a string, and one that must say something is not empty', () => {
  assert.deepEqual(read(text(), ''), good(''));
  assert.deepEqual(read(text({ atLeast: 1 }), 'a'), good('a'));
  assert.deepEqual(read(text({ atLeast: 1 }), ''), bad('error: here: must be a string that is not empty, but is an empty string'));
  assert.deepEqual(read(text(), 1), bad('error: here: must be a string, but is the number 1'));
});

test('a long string is quoted in part', () => {
  const [problem] = read(integer(), 'x'.repeat(1000)).problems;
  assert.equal(problem, `error: here: must be an integer of at least 0, but is the string "${'x'.repeat(60)}…"`);
});

test('an integer lies in its range, both ends included', () => {
  const schema = integer(1, 3);
  for (const value of [1, 3]) assert.deepEqual(read(schema, value), good(value));
  for (const value of [0, 4, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.deepEqual(read(schema, value), bad(`error: here: must be an integer from 1 to 3, but is the number ${value}`));
  }
});

test('an integer in quotes is read, and warned of', () => {
  assert.deepEqual(read(integer(), '15000'), { value: 15000, problems: ['warning: here: is a number in quotes (write 15000)'] });
  assert.deepEqual(read(integer(), '1e3'), bad('error: here: must be an integer of at least 0, but is the string "1e3"'));
  assert.deepEqual(read(integer(0, 9), '10'), bad('error: here: must be an integer from 0 to 9, but is the string "10"'));
});

test('a number lies in its range, both ends included', () => {
  for (const value of [0, 0.5, 1]) assert.deepEqual(read(number(0, 1), value), good(value));
  for (const value of [-0.1, 1.1, Number.NaN])
    assert.deepEqual(read(number(0, 1), value), bad(`error: here: must be a number from 0 to 1, but is the number ${value}`));
});

test('a boolean is true or false, and not a word for it', () => {
  assert.deepEqual(read(boolean(), false), good(false));
  assert.deepEqual(read(boolean(), 'true'), bad('error: here: must be true or false, but is the string "true"'));
});

test('a word of a list is read whatever its case, and a slip of the keyboard is told', () => {
  const schema = enumeration('tcp', 'unix');
  assert.deepEqual(read(schema, 'UNIX'), good('unix'));
  assert.deepEqual(read(schema, 'unxi'), bad('error: here: must be one of "tcp", "unix", but is the string "unxi" (did you mean "unix"?)'));
  assert.deepEqual(read(schema, 'sctp2'), bad('error: here: must be one of "tcp", "unix", but is the string "sctp2"'));
});

test('a secret is not shown in a message', () => {
  assert.deepEqual(read(secretText(), 'hush'), good('hush'));
  assert.deepEqual(read(secretText(), 12345), bad('error: here: must be a string'));
});

test('items of a list that cannot be used are left out, each with its index', () => {
  assert.deepEqual(read(list(integer()), [1, 'a', 2, null]), {
    value: [1, 2],
    problems: [
      'error: here[1]: must be an integer of at least 0, but is the string "a"',
      'error: here[3]: must be an integer of at least 0, but is null',
    ],
  });
  assert.deepEqual(read(list(integer()), {}), bad('error: here: must be a list, but is an object (put it in [ ])'));
  assert.deepEqual(read(list(integer(), 1), []), {
    value: [],
    problems: ['error: here: must be a list with at least one item, but has none'],
  });
});

test('a list of exactly one is read as that one', () => {
  assert.deepEqual(read(onlyOne(integer()), [5]), good(5));
  assert.deepEqual(read(onlyOne(integer()), []), bad('error: here: must be a list with exactly one item, but has none'));
  assert.deepEqual(read(onlyOne(integer()), [5, 6]), bad('error: here: must be a list with exactly one item, but has 2'));
  assert.deepEqual(read(onlyOne(integer()), 5), bad('error: here: must be a list with exactly one item, but is the number 5'));
});

test('a dictionary keeps its keys as they are, in their order', () => {
  assert.deepEqual(read(dictionary(integer()), { b: 1, A: 2, 'x y': 'z' }), {
    value: new Map([
      ['b', 1],
      ['A', 2],
    ]),
    problems: ['error: here["x y"]: must be an integer of at least 0, but is the string "z"'],
  });
  assert.deepEqual(read(dictionary(integer()), []), bad('error: here: must be an object, but is a list'));
});

test('of two ways to write the same the value decides', () => {
  const schema = either((value) => typeof value === 'string', text(), integer());
  assert.deepEqual(read(schema, 'a'), good('a'));
  assert.deepEqual(read(schema, 1), good(1));
  assert.deepEqual(read(schema, true), bad('error: here: must be an integer of at least 0, but is true'));
});

const person = object('Person', 'Somebody.', {
  name: required(text(), 'The name.'),
  shoeSize: optional(integer(), 'The size.'),
  language: defaulted(enumeration('de', 'en'), 'en', 'The language.', { key: 'lang', aliases: ['speaks'] }),
  horoscope: ignored(anything(), 'nobody believes in it', 'The sign.', (value) => value === 'none'),
  poison: refused(anything(), 'it would do harm', 'A poison.'),
});

test('an object has a place for each key that is acted upon, and for no other', () => {
  assert.deepEqual(read(person, { name: 'Ada', shoe_size: 38, lang: 'de' }), good({ name: 'Ada', shoeSize: 38, language: 'de' }));
  assert.deepEqual(read(person, { name: 'Ada', speaks: 'de' }), good({ name: 'Ada', shoeSize: undefined, language: 'de' }));
  assert.deepEqual(read(person, 'Ada'), bad('error: here: must be an object, but is the string "Ada"'));
});

test('a key is found by its exact spelling, or else without regard to case', () => {
  assert.deepEqual(read(person, { NAME: 'Ada', Shoe_Size: 38 }).value, { name: 'Ada', shoeSize: 38, language: 'en' });
});

test('of two spellings of a key the exact one counts, and without one the later, with a warning', () => {
  const warning = (at: string, counts: string) => `warning: here.${at}: is written twice, in different ways: "${counts}" counts`;
  const exactFirst = read(person, { name: 'Ada', Name: 'Bob' });
  assert.equal(exactFirst.value?.name, 'Ada');
  assert.deepEqual(exactFirst.problems, [warning('Name', 'name')]);
  const exactLast = read(person, { Name: 'Bob', name: 'Ada' });
  assert.equal(exactLast.value?.name, 'Ada');
  assert.deepEqual(exactLast.problems, [warning('Name', 'name')]);
  const neither = read(person, { Name: 'Bob', NAME: 'Ada' });
  assert.equal(neither.value?.name, 'Ada');
  assert.deepEqual(neither.problems, [warning('Name', 'NAME')]);
});

test('null is the same as an absent key', () => {
  assert.deepEqual(read(person, { name: 'Ada', shoe_size: null, lang: null, poison: null }).problems, []);
  assert.deepEqual(read(person, { name: null }).problems, ['error: here.name: is missing']);
  assert.equal(read(person, { name: null, Name: 'Ada' }).value?.name, 'Ada');
});

test('a key that nobody knows is warned of, with the one that was probably meant', () => {
  assert.deepEqual(read(person, { name: 'Ada', shoo_size: 38, zzz: 1 }).problems, [
    'warning: here.shoo_size: is a key that nobody knows (did you mean "shoe_size"?)',
    'warning: here.zzz: is a key that nobody knows',
  ]);
  // What is there already was not meant once more.
  assert.deepEqual(read(person, { name: 'Ada', nmae: 'Ada' }).problems, ['warning: here.nmae: is a key that nobody knows']);
});

test('an ignored key gives one warning with the reason, and a refused one an error', () => {
  assert.deepEqual(read(person, { name: 'Ada', horoscope: { sign: 'lion', more: 'x' }, Poison: 1 }).problems, [
    'warning: here.horoscope: is not acted upon by Meshloom: nobody believes in it',
    'error: here.Poison: is not supported by Meshloom: it would do harm',
  ]);
});

test('an ignored or refused key that asks for nothing gives none', () => {
  for (const nothing of [false, 0, '', [], {}, null, 'none']) {
    assert.deepEqual(read(person, { name: 'Ada', horoscope: nothing }).problems, []);
  }
  for (const nothing of [false, 0, '', [], {}, null]) assert.deepEqual(read(person, { name: 'Ada', poison: nothing }).problems, []);
});

test('every problem of an object is reported, and not the first only', () => {
  assert.deepEqual(read(person, { shoe_size: -1, lang: 'fr', poison: true }).problems, [
    'error: here.name: is missing',
    'error: here.shoe_size: must be an integer of at least 0, but is the number -1',
    'error: here.lang: must be one of "de", "en", but is the string "fr"',
    'error: here.poison: is not supported by Meshloom: it would do harm',
  ]);
});

test('what an object has been made of is remembered, for rules that come later', () => {
  const report = new Report();
  const people = list(converted(person, ({ name }) => ({ name }))).read([{}, { name: 'Ada' }], report.at('people'));
  assert.deepEqual(people, [{ name: 'Ada' }]);
  assert.equal(report.where(people![0]!).path, 'people[1]');
});

test('the type of an entry says what its configuration holds', () => {
  const schema = variants('Thing', 'A thing.', { person, count: integer() }, (type, report) => report.error(`is no ${type}`));
  assert.deepEqual(read(schema, { type: 'count', config: 1 }), good({ type: 'count', config: 1 }));
  assert.deepEqual(read(schema, { TYPE: 'person', Config: { name: 'Ada' } }).value?.type, 'person');
  assert.deepEqual(read(schema, { type: 'person' }), bad('error: here.config.name: is missing'));
  assert.deepEqual(read(schema, { type: 'toString' }), bad('error: here.type: is no toString'));
  assert.deepEqual(read(schema, { config: {} }), bad('error: here.type: is missing'));
  assert.deepEqual(
    read(schema, { type: 'count', confg: 1 }).problems[0],
    'warning: here.confg: is a key that nobody knows (did you mean "config"?)',
  );
});
