import { dictionary, list } from '../schema/collections.ts';
import { defaulted, optional, refused } from '../schema/fields.ts';
import { object } from '../schema/object.ts';
import { anything, boolean, enumeration, secretText, text } from '../schema/scalars.ts';
import { switchedOn } from './switched-on.ts';

const versions = enumeration('TLS_AUTO', 'TLSv1_0', 'TLSv1_1', 'TLSv1_2', 'TLSv1_3');

const tlsContext = object('TLS context', 'The TLS of a listener, or of the connections to a cluster.', {
  status: defaulted(boolean(), false, 'Whether TLS is on. While it is off, all else here has no effect.'),
  type: optional(text(), 'An extension that brings the certificates.'),
  serverName: optional(text(), 'The name that is asked for (SNI) and looked for in the certificate.'),
  caCert: optional(text(), 'The certificates of the authorities that are trusted: a file, or PEM.'),
  certChain: optional(text(), 'The certificate chain: a file, or PEM.'),
  privateKey: optional(secretText(), 'The private key: a file, or PEM.'),
  verifyClient: defaulted(boolean(), false, 'Whether the certificate of a client is checked.'),
  requireClientCert: defaulted(boolean(), false, 'Whether a client must have a certificate.'),
  insecureSkip: defaulted(boolean(), false, 'Whether the certificate of a server goes unchecked.'),
  cipherSuites: optional(text(), 'The cipher suites, with colons between.'),
  ecdhCurves: optional(text(), 'The curves, with colons between.'),
  minVersion: optional(versions, 'The lowest version.'),
  maxVersion: optional(versions, 'The highest version.'),
  alpn: optional(text(), 'The protocols to offer (ALPN), with commas between.'),
  ticket: optional(secretText(), 'The key of session tickets.'),
  fallBack: defaulted(boolean(), false, 'Whether a listener goes on without TLS where its certificates cannot be used.'),
  extendVerify: optional(dictionary(anything()), 'The settings of the extension.'),
  callbacks: optional(list(text()), 'Extensions that are told of each handshake.'),
  sdsSource: optional(anything(), 'Where the secret discovery service brings the certificates from.'),
});

// Whoever asks for TLS must not get a plain connection: an error, and no warning.
const WHY = 'there is no TLS yet, and a plain connection in its place would be unsafe';

/** The key `tls_context`. MOSN's samples have empty ones, which ask for nothing. */
export function tlsContextField() {
  return refused(tlsContext, WHY, 'TLS settings.', (value) => !switchedOn(value, 'status'), { key: 'tls_context' });
}

/** The key `tls_context_set`: several certificates, one of which is chosen by SNI. */
export function tlsContextSetField() {
  const moot = (value: unknown) => Array.isArray(value) && !value.some((each) => switchedOn(each, 'status'));
  return refused(list(tlsContext), WHY, 'TLS settings for several names.', moot, { key: 'tls_context_set' });
}
