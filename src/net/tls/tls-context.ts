import type { TlsVersion } from './cipher-suites.ts';

/** One side's half of TLS: what it shows, whom it trusts, what it speaks. */
export interface TlsContext {
  /** Certificate chain, private key, certificates of trusted authorities: each a file or PEM, '' for none. */
  readonly certificate: string;
  readonly privateKey: string;
  readonly authorities: string;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** As the configuration writes them; '' for OpenSSL's own. */
  readonly cipherSuites: string;
  readonly curves: string;
  /** Names for ALPN; none of them, no ALPN. */
  readonly protocols: readonly string[];
  /** A server's name that clients may ask for besides those in its certificate; the one that a client asks for and looks for. */
  readonly serverName: string;
  /** To go on without what cannot be used: a server without TLS, a client without its own certificate. */
  readonly fallBack: boolean;
}

/** What a server asks of its clients. */
export interface ServerTlsContext extends TlsContext {
  /** A client's certificate must be good. */
  readonly verifyClient: boolean;
  /** A client must have one, when it is verified too; else it is only asked for. */
  readonly requireClientCertificate: boolean;
  /** What the key of session tickets is made from, so that several proxies know each other's; '' for one that nobody else knows. */
  readonly ticket: string;
  /** How long a handshake may take, in milliseconds; 0: for ever. */
  readonly handshakeTimeoutMs: number;
}

/** What a client asks of its server. */
export interface ClientTlsContext extends TlsContext {
  /** Whoever answers is taken for the server. */
  readonly insecureSkip: boolean;
}
