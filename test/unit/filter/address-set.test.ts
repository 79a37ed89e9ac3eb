import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressSet } from '../../../src/filter/address-set.ts';
import { hostOf } from '../../../src/filter/format/address-parts.ts';

test('an address is found by its range, in either version of IP', () => {
  const set = new AddressSet([
    { address: '10.0.0.0', prefixLength: 8 },
    { address: '192.0.2.1', prefixLength: 32 },
    { address: '2001:db8::', prefixLength: 32 },
  ]);
  for (const inside of ['10.255.255.255', '192.0.2.1', '2001:db8:ffff::1', '::ffff:10.0.0.1']) assert.ok(set.has(inside), inside);
  for (const outside of ['11.0.0.0', '192.0.2.2', '2001:db9::', '', 'unix:/run/a', '10.0.0', '010.0.0.1']) {
    assert.ok(!set.has(outside), outside);
  }
  assert.ok(!new AddressSet([]).has('10.0.0.1'));
});

test('the host of an address is told, however it is written', () => {
  assert.deepEqual(['10.0.0.1:80', '[2001:db8::1]:80', '[::1]', '10.0.0.1', '2001:db8::1', '/run/a:1', '', '['].map(hostOf), [
    '10.0.0.1',
    '2001:db8::1',
    '::1',
    '10.0.0.1',
    '2001:db8::1',
    '/run/a:1',
    '',
    '',
  ]);
});

test('what is remembered of an address is what the ranges say, however many addresses come by', () => {
  const set = new AddressSet([{ address: '10.0.0.0', prefixLength: 9 }]);
  for (let round = 0; round < 2; round++) {
    for (let at = 0; at < 10_000; at++) {
      const address = `10.${at % 256}.${at >> 8}.1`;
      assert.equal(set.has(address), at % 256 < 128, address);
    }
  }
});
