import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldList } from '../../../src/protocol/fields.ts';

test('get joins the lines of one name in order', () => {
  const fields = new FieldList([
    ['accept', 'a'],
    ['host', 'h'],
    ['accept', 'b'],
  ]);
  assert.equal(fields.get('accept'), 'a, b');
  assert.equal(fields.get('none'), undefined);
});

test('set leaves one line, in the place of the first', () => {
  const fields = new FieldList([
    ['accept', 'a'],
    ['host', 'h'],
    ['accept', 'b'],
  ]);
  fields.set('accept', 'c');
  assert.deepEqual(
    [...fields],
    [
      ['accept', 'c'],
      ['host', 'h'],
    ],
  );
});

test('append keeps what was there, delete takes all', () => {
  const fields = new FieldList([['via', '1']]);
  fields.append('via', '2');
  assert.equal(fields.get('via'), '1, 2');
  fields.delete('via');
  assert.equal(fields.has('via'), false);
});
