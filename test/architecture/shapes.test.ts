import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sources } from './source.ts';

/** Where objects are made for each request or each connection. */
const HOT = ['src/net', 'src/protocol', 'src/stream', 'src/proxy', 'protocols'];

const FIELD_THAT_COMES_LATER = /^ {2}(?:(?:private|protected|public|override) )*\w+\??: [^=;()]*\| undefined;$/;

/** Fields that objects of a class do not have from the start. */
function laterFields(text: string): string[] {
  let inClass = false;
  return text.split('\n').filter((line) => {
    if (/^(?:export )?(?:abstract )?class /.test(line)) inClass = true;
    else if (/^\S/.test(line)) inClass = false;
    return inClass && FIELD_THAT_COMES_LATER.test(line);
  });
}

test('what comes later is found, and what a class begins with or an interface says is not', () => {
  const text = ['class A {', '  private one: string | undefined;', '  two: string | undefined = undefined;', '}'];
  const interfaceOf = ['interface B {', '  three: string | undefined;', '}'];
  assert.deepEqual(laterFields([...text, ...interfaceOf].join('\n')), ['  private one: string | undefined;']);
});

test('objects have all of their fields from the start, so that all of a class have one shape', () => {
  // A field without a value is none (useDefineForClassFields is off): each that comes later makes another shape, and code that has seen
  // more than four of them looks every field up.
  const later = sources(...HOT).flatMap(({ path, text }) => laterFields(text).map((line) => `${path}:${line}`));
  assert.deepEqual(later, []);
});
