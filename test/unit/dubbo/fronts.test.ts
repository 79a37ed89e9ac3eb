import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bytes } from 'meshloom/protocol';
import type { Front } from '../../../protocols/dubbo/front.ts';
import { Hessian2Fronts } from '../../../protocols/dubbo/hessian2-fronts.ts';
import { hessianBody } from './bodies.ts';

const names = ({ dubbo, path, version, method }: Front) => [dubbo, path, version, method];

/** A body in memory of its own, as every chunk that is read has. */
const body = (parts: Parameters<typeof hessianBody>[0]): Bytes => Buffer.from(hessianBody(parts));

test('a front that was seen before is the same object, whatever the arguments are', () => {
  const fronts = new Hessian2Fronts();
  const first = fronts.of(body({ path: 'com.example.Orders', method: 'place', types: 'I', args: [1] }));
  const second = fronts.of(body({ path: 'com.example.Orders', method: 'place', types: 'J', args: [2] }));
  assert.equal(second, first);
  assert.deepEqual(names(second), ['2.0.2', 'com.example.Orders', '1.0.0', 'place']);
});

test('a front stays what it was when the memory that it was read in is used anew', () => {
  const fronts = new Hessian2Fronts();
  const bytes = body({ method: 'place' });
  const front = fronts.of(bytes);
  bytes.fill(0);
  assert.deepEqual(names(front), ['2.0.2', 'a.B', '1.0.0', 'place']);
});

test('fronts that differ in one byte anywhere are told from each other', () => {
  const fronts = new Hessian2Fronts();
  const bytes = body({ path: 'com.example.Orders', version: '1.2.3', method: 'place' });
  const front = fronts.of(bytes);
  for (let at = 0; at < front.typesAt; at++) {
    const other = Buffer.from(bytes);
    other[at]! ^= 1;
    assert.notEqual(fronts.of(other), front, `byte ${at}`);
    assert.equal(fronts.of(bytes).path, 'com.example.Orders');
  }
});

test('more methods than there are places are each read right, again and again', () => {
  const fronts = new Hessian2Fronts();
  for (let round = 0; round < 2; round++) {
    for (let number = 0; number < 3_000; number++) {
      const { path, method } = fronts.of(body({ path: `com.example.Service${number % 7}`, method: `method${number}` }));
      assert.deepEqual([path, method], [`com.example.Service${number % 7}`, `method${number}`]);
    }
  }
});

test('names of up to 1023 characters, and beyond ASCII, are read each time where they are not known by their bytes', () => {
  const fronts = new Hessian2Fronts();
  for (const path of [
    'x'.repeat(32),
    'x'.repeat(490),
    'x'.repeat(1_023),
    'x'.repeat(40_000),
    'com.例え.Orders',
    'com.\ud83e\uddc0.Orders',
    '',
  ]) {
    const bytes = body({ path });
    for (let again = 0; again < 2; again++) assert.equal(fronts.of(bytes).path, path);
  }
});

test('fronts of up to 512 bytes are known', () => {
  const fronts = new Hessian2Fronts();
  const withFront = (length: number): Bytes => {
    // Six bytes of Dubbo's version, two before the path, six of the version, five of the method.
    const bytes = body({ path: 'x'.repeat(length - 19), method: 'call' });
    assert.equal(fronts.of(bytes).typesAt, length);
    return bytes;
  };
  assert.equal(fronts.of(withFront(512)), fronts.of(withFront(512)));
  assert.notEqual(fronts.of(withFront(513)), fronts.of(withFront(513)));
});

test('a body that ends within its front has the names that it has', () => {
  const fronts = new Hessian2Fronts();
  const bytes = body({ method: 'place' });
  fronts.of(bytes);
  const whole = fronts.of(bytes).typesAt;
  for (let length = 0; length < whole; length++) {
    const front = fronts.of(bytes.subarray(0, length));
    assert.equal(front.method, '', `${length} bytes`);
    assert.equal(front.typesAt, -1);
  }
});
