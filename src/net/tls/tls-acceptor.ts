import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Bytes } from '../../base/bytes.ts';
import type { Logger } from '../../base/log.ts';
import { Connection } from '../connection.ts';
import type { ConnectionSettings } from '../connection-settings.ts';
import { type FirstBytes, readFirstBytes } from '../first-bytes.ts';
import { type ConnectionEnds, PLAIN_ACCEPTOR, type SocketAcceptor } from '../socket-acceptor.ts';
import { HANDSHAKE_RECORD, readClientHello } from './client-hello.ts';
import { type IdentityOwner, ServerIdentity } from './server-identity.ts';
import type { ServerTlsContext } from './tls-context.ts';

export interface TlsAcceptorOptions {
  /** For messages. */
  readonly name: string;
  /** One or more. The first serves those who ask for no name, or for one that nobody has. */
  readonly contexts: readonly ServerTlsContext[];
  /** Plain connections are let in as well: the first byte tells. */
  readonly inspector: boolean;
  /** How long the first bytes may take that tell what to do, in milliseconds; 0: for ever. */
  readonly handshakeTimeoutMs: number;
  readonly logger: Logger;
  /** Where a path of the configuration leads. */
  findFile(path: string): string;
}

/** What becomes of the sockets of one listener: secure connections, once their handshakes have gone well. */
export class TlsAcceptor implements SocketAcceptor, IdentityOwner {
  private readonly options: TlsAcceptorOptions;
  private readonly identities: ServerIdentity[] = [];
  private readonly sockets = new Set<Socket>();
  /** Given by the listener with each socket, the same each time. */
  private settings: ConnectionSettings | undefined = undefined;
  private accepted: (connection: Connection) => void = () => {};
  /** Of sockets whose ends somebody else has told. node:tls makes others of them, which are at the same place. */
  private readonly ends = new Map<string, ConnectionEnds>();
  /** What connections that have agreed upon the same protocol have in common. */
  private readonly secureSettings = new Map<string | false | null, ConnectionSettings>();

  private constructor(options: TlsAcceptorOptions) {
    this.options = options;
  }

  /**
   * Undefined when there is to be no TLS, as `fall_back` allows where no certificate can be used.
   * @throws Error of one line that names the listener and the trouble.
   */
  static create(options: TlsAcceptorOptions): TlsAcceptor | undefined {
    const acceptor = new TlsAcceptor(options);
    for (const context of options.contexts) {
      const identity = ServerIdentity.create(context, options.findFile, acceptor);
      if (typeof identity !== 'string') {
        acceptor.identities.push(identity);
        continue;
      }
      if (!context.fallBack) {
        acceptor.retire();
        throw new Error(`listener "${options.name}": TLS: ${identity}`);
      }
      options.logger.warn(`listener "${options.name}" goes on without a TLS context (fall_back): ${identity}`);
    }
    return acceptor.identities.length === 0 ? undefined : acceptor;
  }

  /** Takes a socket that was just accepted. `accepted` hears of it when it is a connection. */
  accept(socket: Socket, settings: ConnectionSettings, accepted: (connection: Connection) => void, ends?: ConnectionEnds): void {
    this.settings = settings;
    this.accepted = accepted;
    this.sockets.add(socket);
    const place = ends === undefined ? '' : placeOf(socket);
    if (ends !== undefined) this.ends.set(place, ends);
    socket.once('close', () => {
      this.sockets.delete(socket);
      if (this.ends.get(place) === ends) this.ends.delete(place);
    });
    const only = this.identities.length === 1 && !this.options.inspector ? this.identities[0] : undefined;
    if (only !== undefined) only.accept(socket);
    else this.look(socket, settings, ends);
  }

  /** For no more sockets. Handshakes under way go on; files are looked at no more. */
  retire(): void {
    for (const identity of this.identities) identity.close();
  }

  /** Ends everything now. */
  destroy(): void {
    this.retire();
    for (const socket of [...this.sockets]) socket.destroy();
  }

  // What identities tell.

  onSecure(socket: TLSSocket): void {
    const settings = this.settingsFor(socket.alpnProtocol);
    const ends = this.ends.size === 0 ? undefined : this.ends.get(placeOf(socket));
    this.accepted(new Connection(socket, ends === undefined ? settings : { ...settings, ...ends }, true));
  }

  onRefused(socket: TLSSocket, why: string): void {
    const { logger, name } = this.options;
    if (logger.enabled('debug')) logger.debug(`listener "${name}": no TLS with ${socket.remoteAddress ?? 'a client that is gone'}: ${why}`);
  }

  onReload(problem: string | undefined): void {
    const { logger, name } = this.options;
    if (problem === undefined) logger.info(`listener "${name}" took over changed certificates`);
    else logger.warn(`listener "${name}" stays with the certificates that it has: ${problem}`);
  }

  private settingsFor(protocol: string | false | null): ConnectionSettings {
    const { settings, secureSettings } = this;
    // Sockets come by `accept`, which brings them.
    if (settings === undefined) throw new Error('a handshake ended that never began');
    let secure = secureSettings.get(protocol);
    if (secure === undefined) {
      secure = { ...settings, secure: true, canReset: false, applicationProtocol: protocol || undefined };
      secureSettings.set(protocol, secure);
    }
    return secure;
  }

  /** Reads as far as is needed to know what to do, and puts back what it read. */
  private look(socket: Socket, settings: ConnectionSettings, ends: ConnectionEnds | undefined): void {
    const read = (prefix: Bytes): FirstBytes<ServerIdentity | undefined> | 'more' => {
      const found = this.choose(prefix);
      return found === 'more' ? 'more' : { found, taken: 0 };
    };
    readFirstBytes(socket, settings.timers, this.options.handshakeTimeoutMs, read, (identity) => {
      if (identity === undefined) PLAIN_ACCEPTOR.accept(socket, settings, this.accepted, ends);
      else identity.accept(socket);
    });
  }

  /** Undefined for a connection without TLS. */
  private choose(prefix: Bytes): ServerIdentity | 'more' | undefined {
    const { identities } = this;
    const first = identities[0];
    if (this.options.inspector && prefix[0] !== HANDSHAKE_RECORD) return undefined;
    if (identities.length === 1) return first;
    const hello = readClientHello(prefix);
    if (hello === 'more') return 'more';
    return identities.find((each) => each.hasName(hello.serverName)) ?? identities.find((each) => each.speaks(hello)) ?? first;
  }
}

/** What tells the connections of a listener apart, while both ends are there. */
function placeOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
