import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { isListenedAt } from '../../../src/server/own-addresses.ts';

test('an address is ours when a listener has it', () => {
  const listeners = ['10.1.2.3:80', '[fd00::1]:81', '/run/app.sock'];
  assert.equal(isListenedAt('10.1.2.3', 80, listeners), true);
  assert.equal(isListenedAt('fd00::1', 81, listeners), true);
  assert.equal(isListenedAt('10.1.2.3', 81, listeners), false);
  assert.equal(isListenedAt('10.1.2.4', 80, listeners), false);
});

test('a listener at every address has all of this machine, and no other', () => {
  for (const listener of ['0.0.0.0:80', '[::]:80', ':80']) {
    for (const host of ['127.0.0.1', '127.1.1.1', '::1', 'localhost', '0.0.0.0'])
      assert.equal(isListenedAt(host, 80, [listener]), true, host);
    for (const { address } of Object.values(networkInterfaces()).flatMap((each) => each ?? [])) {
      assert.equal(isListenedAt(address, 80, [listener]), true, address);
    }
    assert.equal(isListenedAt('192.0.2.1', 80, [listener]), false);
  }
});

test('a listener at the loopback address is met by its other names', () => {
  assert.equal(isListenedAt('localhost', 80, ['127.0.0.1:80']), true);
  assert.equal(isListenedAt('192.0.2.1', 80, ['127.0.0.1:80']), false);
});
