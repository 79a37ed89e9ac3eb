import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from '../base/log.ts';
import type { Timers } from '../base/timers.ts';
import { acceptedConnection } from './accepted-reading.ts';
import { type Address, formatAddress, formatHostAndPort, parseAddress } from './address.ts';
import type { Connection } from './connection.ts';
import { type ConnectionLimits, type ConnectionSettings, connectionLimits } from './connection-settings.ts';
import { listenProblem } from './listen-problem.ts';
import type { SocketAcceptor } from './socket-acceptor.ts';
import { errorCode } from './socket-fault.ts';
import { removeStaleSocket } from './stale-socket.ts';

export interface ListenerOptions extends ConnectionLimits {
  /** For messages. */
  readonly name: string;
  /** `ip:port`, `[ip]:port`, `:port`, or the path of a Unix socket. Port 0 is any that is free. */
  readonly address: string;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly maxConnections?: number;
  readonly backlog?: number;
  /** Connections to other addresses are diverted to this one (TPROXY): each has the address that its client meant as its local one. */
  readonly diverted?: boolean;
}

/** With its upstream connection each takes two of a process's files and a few KiB: this many is a large machine's share. */
export const DEFAULT_MAX_CONNECTIONS = 65_536;

/** Connections that wait to be accepted: clients that all come back at once after a restart fit in. Node's own 511 drops some. */
export const DEFAULT_BACKLOG = 1_024;

/** Troubles with accepting come by the thousand; one line in this time tells of them. */
const COMPLAINT_INTERVAL_MS = 10_000;

/** Bound to one of these, a connection's own end is known only to the system. */
const ANY_ADDRESS: ReadonlySet<string> = new Set(['', '0.0.0.0', '::']);

/** Accepts connections at one address. */
export class Listener {
  /** For the sockets to come; undefined: plain connections. */
  acceptor: SocketAcceptor | undefined = undefined;
  private readonly options: ListenerOptions;
  private readonly onConnection: (connection: Connection) => void;
  private readonly server: Server;
  private boundTo = '';
  private stopped = false;
  /** Since the last line about them. */
  private notAccepted = 0;
  private complainedAt = Number.NEGATIVE_INFINITY;

  /** `onConnection` gives the connection an owner. */
  constructor(options: ListenerOptions, onConnection: (connection: Connection) => void) {
    this.options = options;
    this.onConnection = onConnection;
    this.server = createServer({ allowHalfOpen: true, noDelay: true });
    this.server.maxConnections = options.maxConnections ?? DEFAULT_MAX_CONNECTIONS;
  }

  /** Where it listens, with the port that the system chose if it was left to it. '' before `listen`. */
  get address(): string {
    return this.boundTo;
  }

  /** Rejects with an Error of one line that names the listener, the trouble and a remedy. */
  async listen(): Promise<void> {
    const address = parseAddress(this.options.address);
    const problem = typeof address === 'string' ? address : await this.bind(address);
    if (problem !== undefined) throw new Error(`listener "${this.options.name}": ${problem}`);
  }

  /** No new connections from now on; those that are open stay. The file of a Unix socket is removed. */
  stopAccepting(): void {
    this.stopped = true;
    this.server.close();
  }

  /** As `stopAccepting`; resolves when the last of the connections that it accepted is gone too. */
  close(): Promise<void> {
    this.stopped = true;
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }

  /** What hinders it. */
  private async bind(address: Address): Promise<string | undefined> {
    let error = await this.tryToBind(address);
    if (error !== undefined && 'path' in address && errorCode(error) === 'EADDRINUSE') {
      const problem = await removeStaleSocket(address.path);
      if (problem !== undefined) return problem;
      error = await this.tryToBind(address);
    }
    return error === undefined ? undefined : listenProblem(error, address);
  }

  private tryToBind(address: Address): Promise<Error | undefined> {
    const { server, options } = this;
    const backlog = options.backlog ?? DEFAULT_BACKLOG;
    return new Promise((resolve) => {
      const failed = (error: Error): void => {
        server.off('listening', bound);
        resolve(error);
      };
      const bound = (): void => {
        server.off('error', failed);
        this.start(address);
        resolve(undefined);
      };
      server.once('error', failed).once('listening', bound);
      if ('path' in address) server.listen({ path: address.path, backlog });
      else server.listen({ ...(address.host === '' ? {} : { host: address.host }), port: address.port, backlog });
    });
  }

  private start(address: Address): void {
    const { server } = this;
    const unix = 'path' in address;
    const bound = server.address();
    this.boundTo = bound === null || typeof bound === 'string' ? formatAddress(address) : formatHostAndPort(bound.address, bound.port);
    const settings: ConnectionSettings = {
      ...connectionLimits(this.options),
      origin: 'downstream',
      timers: this.options.timers,
      secure: false,
      canReset: !unix,
      ...(unix ? { remoteAddress: this.boundTo } : {}),
      ...(unix || (this.options.diverted !== true && !ANY_ADDRESS.has(address.host)) ? { localAddress: this.boundTo } : {}),
    };
    server.on('connection', (socket: Socket) => {
      if (this.acceptor === undefined) this.onConnection(acceptedConnection(socket, server, settings));
      else this.acceptor.accept(socket, settings, this.onConnection);
    });
    server.on('drop', () => this.complain(`there are ${server.maxConnections} connections already (max_connections)`));
    // A connection is lost, the listener goes on. When the process is out of files libuv already turns clients away by itself, silently.
    server.on('error', (error: Error) => this.complain(error.message));
    if (this.stopped) server.close();
  }

  private complain(reason: string): void {
    this.notAccepted++;
    const { timers, logger, name } = this.options;
    if (timers.now - this.complainedAt < COMPLAINT_INTERVAL_MS) return;
    logger.warn(`listener "${name}" could not accept a connection: ${reason}`, { since_last_warning: this.notAccepted });
    this.complainedAt = timers.now;
    this.notAccepted = 0;
  }
}
