import { converted, dictionary, list } from '../../base/schema/collections.ts';
import { defaulted, ignored, optional, refused } from '../../base/schema/fields.ts';
import { notation } from '../../base/schema/notation.ts';
import { object } from '../../base/schema/object.ts';
import type { Report } from '../../base/schema/report.ts';
import { anything, boolean, enumeration, secretText, text } from '../../base/schema/scalars.ts';
import type { Read, Schema } from '../../base/schema/schema.ts';
import type { Catalogue } from '../catalogue.ts';
import { switchedOn } from './switched-on.ts';

const versions = enumeration('TLS_AUTO', 'TLSv1_0', 'TLSv1_1', 'TLSv1_2', 'TLSv1_3');

/** TLS that is switched on. */
export type TlsContext = Read<ReturnType<typeof tlsContext>>;

function tlsContext({ cipherSuitesFault, curvesFault }: Catalogue) {
  const written = object('TLS context', 'The TLS of a listener, or of the connections to a cluster.', {
    status: defaulted(boolean(), false, 'Whether TLS is on. While it is off, all else here has no effect.'),
    type: refused(text(), 'there are no extensions of this kind', 'An extension that brings the certificates.'),
    serverName: defaulted(
      text(),
      '',
      "The name that is asked for (SNI) and looked for in the certificate; by default the host's own. At a listener: a name that clients may ask for besides those in the certificate.",
    ),
    caCert: defaulted(
      text(),
      '',
      'The certificates of the authorities that are trusted: a file, or PEM. Absent: the public ones that Node.js brings along. Files are looked for where the configuration file is, and then in the working directory; when one changes, it is read again.',
    ),
    certChain: defaulted(text(), '', 'The certificate chain: a file, or PEM.'),
    privateKey: defaulted(secretText(), '', 'The private key: a file, or PEM.'),
    verifyClient: defaulted(boolean(), false, 'Whether the certificate of a client is checked, if it has one.'),
    requireClientCert: defaulted(
      boolean(),
      false,
      'Together with `verify_client`: whether a client must have a certificate. As in MOSN, alone it only asks for one.',
    ),
    insecureSkip: defaulted(boolean(), false, 'Whether the certificate of a server goes unchecked.'),
    cipherSuites: optional(
      notation('cipher suites', 'cipher suites with colons between', cipherSuitesFault),
      "The cipher suites, with colons between, by MOSN's or OpenSSL's names. Those of TLS 1.3 stay as they are unless some are named. Absent: those of Node.js.",
    ),
    ecdhCurves: optional(
      notation('curves', 'curves such as "X25519,P256"', curvesFault),
      'The curves, with commas between: `X25519`, `P256`, `P384`, `P521`.',
    ),
    minVersion: defaulted(
      versions,
      'TLS_AUTO',
      "The lowest version. `TLS_AUTO`: 1.2, as the older ones are not safe (RFC 8996); MOSN's is 1.0.",
    ),
    maxVersion: defaulted(versions, 'TLS_AUTO', 'The highest version. `TLS_AUTO`: 1.3.'),
    alpn: optional(
      text(),
      'The protocols to offer (ALPN), with commas between. Absent, and at clusters whose protocol has a name: those of the protocols.',
    ),
    ticket: defaulted(
      secretText(),
      '',
      'What the key of session tickets is made from, for several proxies with the same sessions. Absent: a random key.',
    ),
    fallBack: defaulted(
      boolean(),
      false,
      'Whether to go on without what cannot be used: a listener without TLS, a cluster without a certificate of its own. A handshake that fails is never tried again in plain text.',
    ),
    extendVerify: ignored(dictionary(anything()), 'there are no extensions of this kind', 'The settings of the extension.'),
    callbacks: ignored(list(text()), 'there are no extensions of this kind', 'Extensions that are told of each handshake.'),
    sdsSource: refused(anything(), 'there is no secret discovery yet', 'Where the secret discovery service brings the certificates from.'),
  });
  return converted(written, (context, report) => {
    const minVersion = context.minVersion === 'TLS_AUTO' ? 'TLSv1_2' : context.minVersion;
    const maxVersion = context.maxVersion === 'TLS_AUTO' ? 'TLSv1_3' : context.maxVersion;
    // Their names sort as they follow each other.
    if (minVersion > maxVersion) report.at('max_version').error(`must not be below the lowest version, ${minVersion}`);
    if ((context.certChain === '') !== (context.privateKey === '')) {
      report.error('has one of `cert_chain` and `private_key` without the other', 'write both, or neither');
    }
    return { ...context, minVersion, maxVersion, alpn: names(context.alpn) };
  });
}

function names(written = ''): readonly string[] {
  return written
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** While TLS is off nothing of it is looked at: MOSN's samples have empty contexts, which ask for nothing. */
function whereOn(schema: Schema<TlsContext>): Schema<TlsContext> {
  return {
    shape: schema.shape,
    read: (value, report) => schema.read(switchedOn(value, 'status') ? value : {}, report),
  };
}

/** A key `tls_context`; what is read may be switched off. */
export function tlsContextField(catalogue: Catalogue) {
  return optional(whereOn(tlsContext(catalogue)), 'TLS settings.', { key: 'tls_context' });
}

/** The key `tls_context_set`: several certificates, one of which is chosen by SNI. */
export function tlsContextSetField(catalogue: Catalogue) {
  return defaulted(
    list(whereOn(tlsContext(catalogue))),
    [],
    'TLS settings for several names. One is chosen by the name that the client asks for, else by ALPN, else it is the first.',
    { key: 'tls_context_set' },
  );
}

/** Those of a listener that are switched on. */
export function listenerContexts(one: TlsContext | undefined, several: readonly TlsContext[], report: Report): readonly TlsContext[] {
  const on = (context: TlsContext | undefined): context is TlsContext => context?.status === true;
  if (one !== undefined && several.length > 0) report.at('tls_context').error('stands beside `tls_context_set`', 'keep one of them');
  const contexts = [one, ...several].filter(on);
  for (const context of contexts) {
    const place = report.where(context);
    if (context.certChain === '' && !context.fallBack) place.error('has no certificate', 'give it `cert_chain` and `private_key`');
    if (context.verifyClient && context.caCert === '') {
      place.warn('trusts every client with a certificate of a public authority', 'give it the `ca_cert` of your clients');
    }
  }
  return contexts;
}
