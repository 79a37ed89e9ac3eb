import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArguments } from '../../../src/server/command-line/arguments.ts';
import type { Flag } from '../../../src/server/command-line/flags.ts';

const FLAGS: readonly Flag[] = [
  { names: ['config', 'c'], value: 'FILE', help: '' },
  { names: ['service-meta', 'sm'], value: 'VALUE', help: '' },
  { names: ['help', 'h'], help: '' },
];

const parse = (...words: string[]) => parseArguments(words, FLAGS);
const values = (...words: string[]) => Object.fromEntries(parse('start', ...words).values);

test('a flag has one dash or two, and its value follows or is joined by =', () => {
  for (const words of [['-c', 'f'], ['--c', 'f'], ['-config', 'f'], ['--config', 'f'], ['-c=f'], ['--config=f']]) {
    assert.deepEqual(parse('start', ...words), { command: 'start', values: new Map([['config', 'f']]), faults: [] }, words.join(' '));
  }
});

test('short names may have more than one letter, as in MOSN', () => {
  assert.deepEqual(values('-sm', 'a=b', '-h'), { 'service-meta': 'a=b', help: '' });
});

test('the last value counts; a value may look like a flag and hold =', () => {
  assert.deepEqual(values('-c', 'one', '--config=two=2'), { config: 'two=2' });
  assert.deepEqual(values('-c', '-h'), { config: '-h' });
});

test('there may be no command', () => {
  assert.deepEqual(parse(), { command: undefined, values: new Map(), faults: [] });
  assert.equal(parse('-c', 'f').command, undefined);
});

test('everything that is not understood is said', () => {
  assert.deepEqual(parse('start', '--confg', 'f', '-c').faults, [
    'unknown flag --confg: did you mean "--config"?',
    'unexpected argument "f"',
    'flag -c needs a value: -c FILE',
  ]);
  assert.deepEqual(parse('start', '-x').faults, ['unknown flag -x']);
  assert.deepEqual(parse('start', '--config=').faults, ['flag --config needs a value: --config FILE']);
  for (const word of ['-', '--', '-=', '']) assert.deepEqual(parse('start', word).faults, [`unexpected argument ${JSON.stringify(word)}`]);
});
