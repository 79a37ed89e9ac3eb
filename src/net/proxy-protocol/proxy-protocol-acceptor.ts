import type { Socket } from 'node:net';
import type { Bytes } from '../../base/bytes.ts';
import type { Logger } from '../../base/log.ts';
import type { Connection } from '../connection.ts';
import type { ConnectionSettings } from '../connection-settings.ts';
import { type FirstBytes, readFirstBytes } from '../first-bytes.ts';
import type { ConnectionEnds, SocketAcceptor } from '../socket-acceptor.ts';
import { readProxyHeader } from './header.ts';

export interface ProxyProtocolOptions {
  /** For messages. */
  readonly name: string;
  readonly logger: Logger;
  /** How long the header may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Connections that begin otherwise are let in as they are. */
  readonly allowWithout: boolean;
  readonly versions: ReadonlySet<1 | 2>;
}

type Finding = { readonly ends: ConnectionEnds | undefined } | { readonly wrong: string };

/** Lets a proxy before us say whose connections it brings. What says it wrongly is ended, alone, and without an answer. */
export class ProxyProtocolAcceptor implements SocketAcceptor {
  private readonly options: ProxyProtocolOptions;
  private readonly next: SocketAcceptor;
  private readonly sockets = new Set<Socket>();
  private readonly read = (prefix: Bytes): FirstBytes<Finding> | 'more' => this.look(prefix);

  constructor(options: ProxyProtocolOptions, next: SocketAcceptor) {
    this.options = options;
    this.next = next;
  }

  accept(socket: Socket, plain: ConnectionSettings, accepted: (connection: Connection) => void): void {
    const { remoteAddress } = socket;
    const forget = (): void => {
      this.sockets.delete(socket);
    };
    this.sockets.add(socket);
    socket.once('close', forget);
    readFirstBytes(socket, plain.timers, this.options.timeoutMs, this.read, (found) => {
      if ('wrong' in found) {
        this.refuse(socket, remoteAddress, found.wrong);
        return;
      }
      forget();
      socket.off('close', forget);
      this.next.accept(socket, plain, accepted, found.ends);
    });
  }

  /** Ends those whose headers are not there yet. */
  destroy(): void {
    for (const socket of [...this.sockets]) socket.destroy();
  }

  private look(prefix: Bytes): FirstBytes<Finding> | 'more' {
    const { allowWithout, versions } = this.options;
    const header = readProxyHeader(prefix);
    if (header === 'more') return 'more';
    if (header === 'none') return { taken: 0, found: allowWithout ? { ends: undefined } : { wrong: 'there is none' } };
    if ('wrong' in header) return { taken: 0, found: header };
    if (!versions.has(header.version)) return { taken: 0, found: { wrong: `version ${header.version} is not allowed` } };
    return { taken: header.length, found: { ends: header.ends } };
  }

  private refuse(socket: Socket, remoteAddress: string | undefined, why: string): void {
    const { logger, name } = this.options;
    if (logger.enabled('debug'))
      logger.debug(`listener "${name}": no header of the PROXY protocol from ${remoteAddress ?? 'nobody'}: ${why}`);
    socket.destroy();
  }
}
