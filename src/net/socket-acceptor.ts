import type { Socket } from 'node:net';
import { Connection } from './connection.ts';
import type { ConnectionSettings } from './connection-settings.ts';
import { releaseSocket } from './first-bytes.ts';

/** Who is at the two ends of a connection, where somebody knows better than the socket: a proxy before us has said so. */
export interface ConnectionEnds {
  readonly remoteAddress: string;
  readonly localAddress: string;
}

/** Makes connections of sockets that were accepted, by itself or by handing them to the next: PROXY protocol, TLS. */
export interface SocketAcceptor {
  /** `accepted` hears of each that becomes a connection, once it is one. */
  accept(socket: Socket, plain: ConnectionSettings, accepted: (connection: Connection) => void, ends?: ConnectionEnds): void;
}

/** The last of those that read first bytes: what follows is no business of theirs. */
export const PLAIN_ACCEPTOR: SocketAcceptor = {
  accept(socket, plain, accepted, ends) {
    releaseSocket(socket);
    accepted(new Connection(socket, ends === undefined ? plain : { ...plain, ...ends }));
  },
};
