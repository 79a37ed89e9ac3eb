import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalPath, routingPath } from '../../../src/router/path.ts';
import { httpHead } from './heads.ts';

test('the one spelling of a path has no escapes but those that must be, and neither dot segments nor empty ones', () => {
  for (const [path, canonical] of [
    ['/', '/'],
    ['/a/b', '/a/b'],
    ['/%61%2D%5f/%7e', '/a-_/~'],
    ['/a%20%3f%c3%a9%ff', '/a%20%3F%C3%A9%FF'],
    ['/x/../%2e%2e/a/./b/..', '/a/'],
    ['//a%2F/b\\c%5cd', '/a/b/c%5Cd'],
    ['/100%/%4', '/100%25/%254'],
    ['/%2541', '/%2541'],
  ] as const) {
    assert.equal(canonicalPath(path), canonical, path);
  }
});

test('what does not begin with a slash has one spelling', () => {
  for (const path of ['*', '', 'org.shop.Orders', 'a/../b%41']) assert.equal(canonicalPath(path), path);
});

const pieces = fc.constantFrom(
  'a',
  'B',
  '/',
  '.',
  '..',
  '\\',
  '%',
  '2',
  '5',
  'e',
  'f',
  '%2e',
  '%2F',
  '%5c',
  '%25',
  '%41',
  '%20',
  '%ff',
  '%c3%a9',
  '=',
);
const somePath = fc.array(pieces, { maxLength: 12 }).map((parts) => `/${parts.join('')}`);

test('routes take the one spelling of a path for that path, and it is its own', () => {
  fc.assert(
    fc.property(somePath, (path) => {
      const canonical = canonicalPath(path);
      assert.equal(routingPath(httpHead('a', canonical)), routingPath(httpHead('a', path)));
      assert.equal(canonicalPath(canonical), canonical);
    }),
    { numRuns: 5000 },
  );
});
