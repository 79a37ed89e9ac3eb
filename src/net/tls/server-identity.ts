import { createHash, type X509Certificate } from 'node:crypto';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { ClientHello } from './client-hello.ts';
import { CredentialSource, type Credentials, LOOK_AT_FILES_MS } from './credentials.ts';
import type { ServerTlsContext } from './tls-context.ts';
import { chainFault, hasCertificate, hasNamesake } from './verification.ts';

/** Who hears what comes of handshakes, and of changed files. */
export interface IdentityOwner {
  onSecure(socket: TLSSocket): void;
  onRefused(socket: TLSSocket, why: string): void;
  /** `problem`: what is wrong with the new files, so that the old ones stay in force. */
  onReload(problem: string | undefined): void;
}

/** The longest that a timer of Node.js waits; 0 would be taken for node:tls' own 120 s. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** One `tls_context` of a listener: does the handshakes of those who ask for its names. */
export class ServerIdentity {
  private readonly context: ServerTlsContext;
  private readonly source: CredentialSource;
  private readonly owner: IdentityOwner;
  /** Does not listen: connections are handed to it. Replaced whole when files change; handshakes under way end in the old one. */
  private server: Server;
  private names: ReadonlySet<string>;

  private constructor(context: ServerTlsContext, source: CredentialSource, credentials: Credentials, owner: IdentityOwner) {
    this.context = context;
    this.source = source;
    this.owner = owner;
    this.server = this.createServer(credentials);
    this.names = namesOf(context, credentials.certificate);
  }

  /** Or one line that says why it cannot be. */
  static create(context: ServerTlsContext, findFile: (path: string) => string, owner: IdentityOwner): ServerIdentity | string {
    const source = new CredentialSource(context, findFile);
    const credentials = source.read();
    if (typeof credentials === 'string') return credentials;
    if (credentials.certificate === undefined) return 'there is no certificate: give it cert_chain and private_key';
    const identity = new ServerIdentity(context, source, credentials, owner);
    source.watch(LOOK_AT_FILES_MS, () => identity.reload());
    return identity;
  }

  /** Whether the name is the first choice: written so, or with a wildcard in place of its first labels. */
  hasName(name: string): boolean {
    if (name === '') return false;
    if (this.names.has(name)) return true;
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (this.names.has(`*${name.slice(dot)}`)) return true;
    }
    return false;
  }

  /** Whether it speaks one of the protocols that a client offers: the second choice. */
  speaks({ protocols }: ClientHello): boolean {
    return protocols.some((each) => this.context.protocols.includes(each));
  }

  /** Does the handshake on a socket whose bytes are all still unread. */
  accept(socket: NonNullable<Parameters<Server['emit']>[1]>): void {
    this.server.emit('connection', socket);
  }

  /** Looks at its files no more. */
  close(): void {
    this.source.unwatch();
  }

  /** What is not good leaves everything as it is: of two files that belong together one may be there already, and the other not yet. */
  private reload(): void {
    const credentials = this.source.read();
    if (typeof credentials === 'string') {
      this.owner.onReload(credentials);
      return;
    }
    this.server = this.createServer(credentials);
    this.names = namesOf(this.context, credentials.certificate);
    this.owner.onReload(undefined);
  }

  private createServer(credentials: Credentials): Server {
    const { protocols, verifyClient, requireClientCertificate, ticket, handshakeTimeoutMs } = this.context;
    const strict = verifyClient && requireClientCertificate;
    const server = createServer({
      ...credentials.options,
      allowHalfOpen: true,
      honorCipherOrder: true,
      handshakeTimeout: handshakeTimeoutMs || NO_TIMEOUT_MS,
      requestCert: verifyClient || requireClientCertificate,
      // With an alert where it can be (RFC 8446 section 4.4.2.4). Where OpenSSL would be wrong it is not asked.
      rejectUnauthorized: strict && !hasNamesake(credentials.certificate),
      // A session goes on where it began, or where clients are held to the very same.
      sessionIdContext: this.sessionContext(credentials),
      ...(ticket === '' ? {} : { ticketKeys: createHash('sha384').update(ticket).digest() }),
      // By the client's preference: ours knows of no order among protocols. None in common ends the handshake (RFC 7301 section 3.2).
      ...(protocols.length === 0
        ? {}
        : { ALPNCallback: (hello: { readonly protocols: readonly string[] }) => hello.protocols.find((each) => protocols.includes(each)) }),
    });
    server.on('secureConnection', (socket) => this.check(socket, credentials));
    server.on('tlsClientError', (error, socket) => {
      // After a handshake that took too long node:tls leaves that to us.
      socket.destroy();
      this.owner.onRefused(socket, error.message);
    });
    return server;
  }

  private check(socket: TLSSocket, { authorities }: Credentials): void {
    const { verifyClient, requireClientCertificate } = this.context;
    const shown = hasCertificate(socket);
    const why = verifyClient && (shown || requireClientCertificate) ? chainFault(socket, 'client', authorities) : undefined;
    if (why === undefined) {
      this.owner.onSecure(socket);
      return;
    }
    socket.destroy();
    this.owner.onRefused(socket, why);
  }

  private sessionContext({ certificate, authorities }: Credentials): string {
    const { verifyClient, requireClientCertificate } = this.context;
    const hash = createHash('sha256').update(`${verifyClient} ${requireClientCertificate} ${certificate?.fingerprint256}`);
    for (const authority of authorities ?? []) hash.update(authority.fingerprint256);
    // OpenSSL takes 32 bytes.
    return hash.digest('hex').slice(0, 32);
  }
}

function namesOf({ serverName }: ServerTlsContext, certificate: X509Certificate | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  if (serverName !== '') names.add(serverName.toLowerCase());
  for (const [, name = ''] of certificate?.subject?.matchAll(/^CN=(.+)$/gm) ?? []) names.add(name.toLowerCase());
  for (const [, name = ''] of certificate?.subjectAltName?.matchAll(/(?:^|, )DNS:([^,]+)/g) ?? []) names.add(name.toLowerCase());
  return names;
}
