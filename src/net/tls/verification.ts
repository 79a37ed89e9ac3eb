import { X509Certificate } from 'node:crypto';
import { checkServerIdentity, type TLSSocket } from 'node:tls';

/** What a certificate may be used for (RFC 5280 section 4.2.1.12). */
const PURPOSES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;
const ANY_PURPOSE = '2.5.29.37.0';

/** OpenSSL's code for a chain of one certificate that names itself as its issuer. */
const SELF_SIGNED = 'DEPTH_ZERO_SELF_SIGNED_CERT';

export type Role = keyof typeof PURPOSES;

/** What is wrong with the certificate that the peer has shown, as one of its role; undefined when it may be trusted. */
export function chainFault(socket: TLSSocket, role: Role, authorities: readonly X509Certificate[] | undefined): string | undefined {
  if (socket.authorized) return undefined;
  const code = String(socket.authorizationError);
  const certificate = peerCertificate(socket);
  if (certificate === undefined) return `the ${role} has no certificate`;
  if (code === SELF_SIGNED && authorities?.some((each) => issuedByNamesake(certificate, each, role, Date.now()))) return undefined;
  return `the certificate of the ${role} is not trusted: ${code}`;
}

/**
 * What the peer has shown. Node.js has a method that makes one at once, but it takes the certificate out of the socket, where nobody
 * else finds it then (Node.js 20).
 */
function peerCertificate(socket: TLSSocket): X509Certificate | undefined {
  const shown: { readonly raw?: Buffer } | null = socket.getPeerCertificate();
  return shown?.raw === undefined ? undefined : new X509Certificate(shown.raw);
}

/** Whether the peer has shown any. */
export function hasCertificate(socket: TLSSocket): boolean {
  const shown: { readonly raw?: Buffer } | null = socket.getPeerCertificate();
  return shown?.raw !== undefined;
}

/** What is wrong with the name in a server's certificate. */
export function nameFault(socket: TLSSocket, name: string): string | undefined {
  return checkServerIdentity(name, socket.getPeerCertificate())?.message;
}

/**
 * Whether an authority of the very same name has signed a certificate. OpenSSL takes a certificate that names itself as its issuer for
 * self-signed without looking at the signature, and looks no further; Go, which MOSN is written in, looks, and MOSN's own samples have
 * such certificates. All that OpenSSL would have looked at is looked at here: authority, signature, dates, purpose.
 */
export function issuedByNamesake(certificate: X509Certificate, authority: X509Certificate, role: Role, now: number): boolean {
  if (!authority.ca || !certificate.checkIssued(authority) || !isSignedBy(certificate, authority)) return false;
  const purposes: readonly string[] = certificate.keyUsage ?? [];
  const fits = purposes.length === 0 || purposes.includes(PURPOSES[role]) || purposes.includes(ANY_PURPOSE);
  return fits && isValidAt(certificate, now) && isValidAt(authority, now);
}

/** Whether a certificate is of that kind, and OpenSSL's answer will be no. */
export function hasNamesake(certificate: X509Certificate | undefined): boolean {
  return certificate !== undefined && certificate.subject === certificate.issuer && !isSignedBy(certificate, certificate);
}

function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  try {
    return certificate.verify(authority.publicKey);
  } catch {
    // A key of another kind than the signature has not made it.
    return false;
  }
}

function isValidAt({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo);
}
