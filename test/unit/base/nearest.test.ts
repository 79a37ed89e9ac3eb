import assert from 'node:assert/strict';
import { test } from 'node:test';
import { didYouMean, nearestWord } from '../../../src/base/nearest.ts';

const keys = ['listeners', 'listener_filters', 'routers', 'name', 'pid'];

test('a letter too many, too few, wrong or swapped is a slip, whatever the case', () => {
  for (const slip of ['listners', 'listenerss', 'lisTeners', 'listenres', 'lisdeners', 'listener']) {
    assert.equal(nearestWord(slip, keys), 'listeners', slip);
  }
  assert.equal(didYouMean('rotuers', keys), 'did you mean "routers"?');
});

test('the nearest is taken, and where none is near, none', () => {
  assert.equal(nearestWord('routes', ['routers', 'router']), 'routers');
  assert.equal(nearestWord('clusters', keys), undefined);
  assert.equal(nearestWord('', keys), undefined);
  assert.equal(nearestWord('x', []), undefined);
});

test('a third of a word may be wrong, and of a short one a single letter', () => {
  assert.equal(nearestWord('lixxxners', keys), 'listeners');
  assert.equal(nearestWord('lixxxxers', keys), undefined);
  assert.equal(nearestWord('pud', keys), 'pid');
  assert.equal(nearestWord('pxx', keys), undefined);
});

test('what is longer than any key is not looked for', () => {
  assert.equal(nearestWord('a'.repeat(100), ['a'.repeat(101)]), 'a'.repeat(101));
  assert.equal(nearestWord('a'.repeat(101), ['a'.repeat(101)]), undefined);
});
