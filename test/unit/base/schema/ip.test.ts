import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { ipVersion } from '../../../../src/base/schema/ip.ts';

const agrees = (text: string) => assert.equal(ipVersion(text) ?? 0, isIP(text), text);

test('what Node.js calls an IP address is one, and nothing else is', () => {
  for (const text of ['1.2.3.4', '255.255.255.255', '256.1.1.1', '1.2.3', '1.2.3.4.5', '01.2.3.4', '::', '::1', '1::', '1::2::3', ':::'])
    agrees(text);
  for (const text of ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8:9', '12345::', 'g::'])
    agrees(text);
  for (const text of [
    '::1.2.3.4',
    '::ffff:1.2.3.4',
    '1:2:3:4:5:6:1.2.3.4',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1.2.3.4::',
    '::1.2.3.4:1',
    ':1',
    '1:',
    '',
  ])
    agrees(text);
  fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), agrees));
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'0123afF:.:'), maxLength: 20 }), agrees), { numRuns: 2000 });
});
