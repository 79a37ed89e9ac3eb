import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { cipherSuitesFault, cryptography, curvesFault, type TlsVersion } from '../../../src/net/tls/cipher-suites.ts';

const of = (suites: string, curves = '', min: TlsVersion = 'TLSv1_2', max: TlsVersion = 'TLSv1_3') =>
  cryptography(min, max, suites, curves);

/** MOSN's, but for those with 3DES, which OpenSSL does not have any more. */
const SUITES_OF_MOSN = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-WITH-CHACHA20-POLY1305',
  'ECDHE-RSA-WITH-CHACHA20-POLY1305',
  'ECDHE-RSA-AES256-CBC-SHA',
  'ECDHE-RSA-AES128-CBC-SHA',
  'ECDHE-ECDSA-AES256-CBC-SHA',
  'ECDHE-ECDSA-AES128-CBC-SHA',
  'RSA-AES256-CBC-SHA',
  'RSA-AES128-CBC-SHA',
  'AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
];

test("each of MOSN's names is one that OpenSSL makes a context of", () => {
  for (const name of SUITES_OF_MOSN) {
    assert.equal(cipherSuitesFault(name), undefined, name);
    createSecureContext(of(name));
  }
  createSecureContext(of(SUITES_OF_MOSN.join(':')));
});

test('a list without suites of TLS 1.3 leaves them as they are, and one that names some has those', () => {
  assert.match(
    of('RSA-AES128-CBC-SHA').ciphers!,
    /^AES128-SHA:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256$/,
  );
  assert.equal(of('ECDHE-RSA-AES128-GCM-SHA256:AES128-GCM-SHA256').ciphers, 'ECDHE-RSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256');
  assert.equal(of('').ciphers, undefined);
});

test('versions that are not safe any more need a lower level of security, and others keep theirs', () => {
  for (const version of ['TLSv1_0', 'TLSv1_1'] as const) assert.match(of('', '', version).ciphers!, /^DEFAULT:.*@SECLEVEL=0$/);
  for (const version of ['TLSv1_2', 'TLSv1_3'] as const) assert.equal(of('', '', version).ciphers, undefined);
  assert.deepEqual([of('').minVersion, of('').maxVersion], ['TLSv1.2', 'TLSv1.3']);
});

test('curves may be written with commas or colons, in any case', () => {
  assert.equal(of('', 'P256,x25519 : p384').ecdhCurve, 'P-256:X25519:P-384');
  assert.equal(curvesFault('P256,x25519:P-521'), undefined);
  assert.equal(of('').ecdhCurve, undefined);
});

test('what does not exist is named', () => {
  assert.equal(cipherSuitesFault('ECDHE-RSA-AES128-GCM-SHA256:NULL-MD5'), 'there is no cipher suite "NULL-MD5"');
  assert.equal(curvesFault('P256,P257'), 'there is no curve "P257": there are X25519, P256, P384, P521');
});
