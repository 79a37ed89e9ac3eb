import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hashOf } from '../../../src/base/hash.ts';
import { combineHashes, mixHash, NO_HASH } from '../../../src/base/hash-bits.ts';

// The published sanity checks of xxHash32.
test('texts are hashed as xxHash32 does everywhere', () => {
  assert.equal(hashOf(''), 0x02cc5d05);
  assert.equal(hashOf('a'), 0x550d7456);
  assert.equal(hashOf('abc'), 0x32d153ff);
  assert.equal(hashOf('Nobody inspects the spammish repetition'), 0xe2293b2f);
  assert.equal(hashOf('', 2654435761), 0x36b78ae7);
});

test('a text outside of ASCII is hashed as its UTF-8', () => {
  assert.notEqual(hashOf('é'), hashOf('e'));
  assert.equal(hashOf('é'), hashOf('\u00e9'));
});

test('a hash is an unsigned integer of 32 bits, and never none', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0, max: 0xffffffff }), (text, other) => {
      for (const hash of [hashOf(text), combineHashes(hashOf(text), other), mixHash(other) || 1]) {
        assert.ok(Number.isInteger(hash) && hash > NO_HASH && hash <= 0xffffffff, String(hash));
      }
    }),
  );
});

test('hashes are combined in order', () => {
  const [one, other] = [hashOf('one'), hashOf('other')];
  assert.notEqual(combineHashes(one, other), combineHashes(other, one));
  assert.notEqual(combineHashes(one, other), one);
});

test('mixing keeps unlike hashes unlike', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 0xffffffff }), (one, other) => {
      assert.equal(mixHash(one) === mixHash(other), one === other);
    }),
  );
});
