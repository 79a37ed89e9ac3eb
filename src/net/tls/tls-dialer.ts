import { connect as connectPlain, isIP, type NetConnectOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { Bytes } from '../../base/bytes.ts';
import type { Logger } from '../../base/log.ts';
import type { Address } from '../address.ts';
import { TRUSTED } from '../socket-events.ts';
import { CredentialSource, type Credentials, LOOK_AT_FILES_MS } from './credentials.ts';
import type { ClientTlsContext } from './tls-context.ts';
import { chainFault, nameFault } from './verification.ts';

export interface TlsDialerOptions {
  /** For messages. */
  readonly name: string;
  readonly context: ClientTlsContext;
  readonly logger: Logger;
  /** Where a path of the configuration leads. */
  findFile(path: string): string;
}

/** Sessions that are kept for resumption, one for each host and name. Each takes about 2 KiB. */
export const MAX_SESSIONS = 1_024;

/** A session with a peer that was trusted, and when the certificate that it was trusted for ends. */
interface Session {
  readonly bytes: Buffer;
  readonly until: number;
}

/** TLS towards the hosts of one cluster. */
export class TlsDialer {
  private readonly options: TlsDialerOptions;
  private readonly source: CredentialSource;
  private credentials: Credentials;
  private readonly sessions = new Map<string, Session>();

  private constructor(options: TlsDialerOptions, source: CredentialSource, credentials: Credentials) {
    this.options = options;
    this.source = source;
    this.credentials = credentials;
  }

  /** @throws Error of one line that names the cluster and the trouble. */
  static create(options: TlsDialerOptions): TlsDialer {
    const { context, name, logger, findFile } = options;
    let source = new CredentialSource(context, findFile);
    let credentials = source.read();
    if (typeof credentials === 'string' && context.fallBack && context.certificate !== '') {
      logger.warn(`cluster "${name}" goes on without a certificate of its own (fall_back): ${credentials}`);
      source = new CredentialSource({ ...context, certificate: '', privateKey: '' }, findFile);
      credentials = source.read();
    }
    if (typeof credentials === 'string') throw new Error(`cluster "${name}": TLS: ${credentials}`);
    const dialer = new TlsDialer(options, source, credentials);
    source.watch(LOOK_AT_FILES_MS, () => dialer.reload());
    return dialer;
  }

  /**
   * Connects and shakes hands. `fallbackName` is who it should be where the configuration names nobody. `protocols` are offered by ALPN;
   * without any, those of the configuration. `greeting` is said before the handshake, in the clear. The socket emits `TRUSTED` once, or
   * ends in an error.
   */
  connect(address: Address, fallbackName: string, protocols: readonly string[], greeting?: Bytes): TLSSocket {
    const { context } = this.options;
    const { credentials } = this;
    const name = context.serverName || fallbackName;
    const offered = protocols.length > 0 ? protocols : context.protocols;
    const key = `${'path' in address ? address.path : `${address.host}:${address.port}`} ${name} ${offered}`;
    const session = this.session(key);
    const place =
      'path' in address ? { path: address.path } : { host: address.host === '' ? 'localhost' : address.host, port: address.port };
    // Node.js documents `allowHalfOpen`; its types have forgotten it.
    const options: ConnectionOptions & { readonly allowHalfOpen: true } = {
      ...(greeting === undefined ? place : { socket: greetingSocket(place, greeting) }),
      allowHalfOpen: true,
      secureContext: credentials.context,
      // All of that is looked at below.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      // SNI has no place for addresses (RFC 6066 section 3).
      servername: isIP(name) === 0 ? name : '',
      ...(offered.length > 0 ? { ALPNProtocols: [...offered] } : {}),
      ...(session === undefined ? {} : { session: session.bytes }),
    };
    const socket = connect(options);
    socket.setNoDelay(true);
    /** Set when the peer is trusted. */
    let until: number | undefined;
    socket.once('secureConnect', () => {
      // Of a session that is resumed the certificate was looked at when it began; it is not shown again.
      const resumed = session !== undefined && socket.isSessionReused();
      const why = resumed || context.insecureSkip ? undefined : serverFault(socket, name, credentials);
      if (why !== undefined) {
        socket.destroy(new Error(why));
        return;
      }
      until = resumed ? session.until : Date.parse(socket.getPeerCertificate().valid_to);
      socket.emit(TRUSTED);
    });
    socket.on('session', (next: Buffer) => {
      if (until !== undefined && credentials === this.credentials) this.remember(key, { bytes: next, until });
    });
    return socket;
  }

  /** Looks at its files no more. */
  close(): void {
    this.source.unwatch();
  }

  private session(key: string): Session | undefined {
    const session = this.sessions.get(key);
    if (session === undefined || session.until > Date.now()) return session;
    this.sessions.delete(key);
    return undefined;
  }

  private remember(key: string, session: Session): void {
    this.sessions.delete(key);
    this.sessions.set(key, session);
    for (const [oldest] of this.sessions) {
      if (this.sessions.size <= MAX_SESSIONS) return;
      this.sessions.delete(oldest);
    }
  }

  private reload(): void {
    const { logger, name } = this.options;
    const credentials = this.source.read();
    if (typeof credentials === 'string') {
      logger.warn(`cluster "${name}" stays with the certificates that it has: ${credentials}`);
      return;
    }
    // What the old certificate began is not gone on with under the new one.
    this.sessions.clear();
    this.credentials = credentials;
    logger.info(`cluster "${name}" took over changed certificates`);
  }
}

/** A socket that says that first. What is written while it connects leaves before whatever listens for `connect` later, which TLS does. */
function greetingSocket(place: NetConnectOpts, greeting: Bytes): Socket {
  // Trying several addresses of a name, the socket would leave TLS behind with the first.
  const socket = connectPlain({ ...place, allowHalfOpen: true, autoSelectFamily: false });
  socket.write(greeting);
  return socket;
}

function serverFault(socket: TLSSocket, name: string, { authorities }: Credentials): string | undefined {
  return chainFault(socket, 'server', authorities) ?? nameFault(socket, name);
}
