import { getCiphers, type SecureContextOptions } from 'node:tls';

/** MOSN's names of the versions. */
export type TlsVersion = 'TLSv1_0' | 'TLSv1_1' | 'TLSv1_2' | 'TLSv1_3';

const VERSIONS = { TLSv1_0: 'TLSv1', TLSv1_1: 'TLSv1.1', TLSv1_2: 'TLSv1.2', TLSv1_3: 'TLSv1.3' } as const;

/** MOSN's names where OpenSSL, and Go and the IANA with it, has others. */
const SUITES: Readonly<Record<string, string>> = {
  'ECDHE-ECDSA-WITH-CHACHA20-POLY1305': 'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-WITH-CHACHA20-POLY1305': 'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-RSA-AES256-CBC-SHA': 'ECDHE-RSA-AES256-SHA',
  'ECDHE-RSA-AES128-CBC-SHA': 'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-CBC-SHA': 'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-ECDSA-AES128-CBC-SHA': 'ECDHE-ECDSA-AES128-SHA',
  'RSA-AES256-CBC-SHA': 'AES256-SHA',
  'RSA-AES128-CBC-SHA': 'AES128-SHA',
  // OpenSSL calls other suites so: those of TLS 1.2 without forward secrecy.
  'AES256-GCM-SHA384': 'TLS_AES_256_GCM_SHA384',
  'AES128-GCM-SHA256': 'TLS_AES_128_GCM_SHA256',
};

/** Those of TLS 1.3. All of them are good, and a list that names none is one for older versions: it leaves these as they are (so does Go). */
const SUITES_OF_TLS13: readonly string[] = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'];

const CURVES: Readonly<Record<string, string>> = {
  x25519: 'X25519',
  p256: 'P-256',
  'p-256': 'P-256',
  p384: 'P-384',
  'p-384': 'P-384',
  p521: 'P-521',
  'p-521': 'P-521',
};

/** What is wrong with a list of cipher suites, with colons between; undefined when nothing is. */
export function cipherSuitesFault(written: string): string | undefined {
  const there = new Set(getCiphers());
  const unknown = names(written, ':').find((name) => !there.has(suite(name).toLowerCase()));
  return unknown === undefined ? undefined : `there is no cipher suite ${JSON.stringify(unknown)}`;
}

/** What is wrong with a list of curves, with commas or colons between. */
export function curvesFault(written: string): string | undefined {
  const unknown = names(written, /[,:]/).find((name) => !Object.hasOwn(CURVES, name.toLowerCase()));
  return unknown === undefined ? undefined : `there is no curve ${JSON.stringify(unknown)}: there are X25519, P256, P384, P521`;
}

/** Versions, suites and curves for node:tls. */
export function cryptography(
  minVersion: TlsVersion,
  maxVersion: TlsVersion,
  cipherSuites: string,
  curves: string,
): Pick<SecureContextOptions, 'minVersion' | 'maxVersion' | 'ciphers' | 'ecdhCurve'> {
  const chosen = names(cipherSuites, ':').map(suite);
  if (chosen.length > 0 && !chosen.some((name) => name.startsWith('TLS_'))) chosen.push(...SUITES_OF_TLS13);
  // Their signatures are made with SHA-1, which OpenSSL allows at this level only.
  const old = minVersion === 'TLSv1_0' || minVersion === 'TLSv1_1';
  if (old) chosen.push(...(chosen.length === 0 ? ['DEFAULT', ...SUITES_OF_TLS13] : []), '@SECLEVEL=0');
  const groups = names(curves, /[,:]/).flatMap((name) => CURVES[name.toLowerCase()] ?? []);
  return {
    minVersion: VERSIONS[minVersion],
    maxVersion: VERSIONS[maxVersion],
    ...(chosen.length > 0 ? { ciphers: chosen.join(':') } : {}),
    ...(groups.length > 0 ? { ecdhCurve: groups.join(':') } : {}),
  };
}

function suite(name: string): string {
  return SUITES[name.toUpperCase()] ?? name;
}

function names(written: string, separator: string | RegExp): string[] {
  return written
    .split(separator)
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
