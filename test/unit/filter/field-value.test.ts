import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldValue } from '../../../src/filter/format/field-value.ts';
import { exchange } from './exchange-double.ts';

test('text is itself', () => {
  assert.equal(fieldValue('plain')(exchange()), 'plain');
  assert.equal(fieldValue('100%')(exchange()), '100%');
});

test('one variable in percent signs is what it is in the exchange', () => {
  assert.equal(fieldValue('%upstream_cluster%')(exchange()), 'servers');
  assert.equal(fieldValue('%downstream_remote_address%')(exchange()), '10.0.0.1:4000');
  assert.equal(fieldValue('%request_header_none%')(exchange()), '');
});

test('what is no variable, or more than one, is text', () => {
  for (const text of ['%nobody_knows%', 'a%upstream_cluster%', '%upstream_cluster% %duration%', '%%']) {
    assert.equal(fieldValue(text)(exchange()), text);
  }
});
