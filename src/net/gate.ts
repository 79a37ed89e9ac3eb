import type { Socket } from 'node:net';
import { formatHostAndPort } from './address.ts';
import type { Connection } from './connection.ts';
import type { ConnectionSettings } from './connection-settings.ts';
import type { ConnectionEnds, SocketAcceptor } from './socket-acceptor.ts';

export interface GateOptions {
  /** Why a connection is refused; undefined: it may come in. */
  admit(ends: ConnectionEnds): string | undefined;
  onRefused(ends: ConnectionEnds, why: string): void;
}

/** Lets connections in or not, by their addresses alone. */
export class Gate implements SocketAcceptor {
  private readonly options: GateOptions;
  private readonly next: SocketAcceptor;

  constructor(options: GateOptions, next: SocketAcceptor) {
    this.options = options;
    this.next = next;
  }

  accept(socket: Socket, plain: ConnectionSettings, accepted: (connection: Connection) => void, ends?: ConnectionEnds): void {
    const known = ends ?? {
      remoteAddress: plain.remoteAddress ?? endOf(socket.remoteAddress, socket.remotePort),
      localAddress: plain.localAddress ?? endOf(socket.localAddress, socket.localPort),
    };
    const why = this.options.admit(known);
    if (why === undefined) {
      this.next.accept(socket, plain, accepted, ends);
      return;
    }
    // An RST leaves nothing behind in the system, where a FIN would leave each refused connection for a minute.
    if (plain.canReset) socket.resetAndDestroy();
    else socket.destroy();
    this.options.onRefused(known, why);
  }
}

/** '' of a client that is gone already. */
function endOf(host: string | undefined, port: number | undefined): string {
  return host === undefined || port === undefined ? '' : formatHostAndPort(host, port);
}
