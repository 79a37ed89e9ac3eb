import { type Fault, fault } from '../base/fault.ts';
import type { Logger } from '../base/log.ts';
import type { Timers } from '../base/timers.ts';
import type { Connection } from '../net/connection.ts';
import { Listener, type ListenerOptions } from '../net/listener.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { ListenerProxy } from '../proxy/listener-proxy.ts';
import type { ProxySettings } from '../proxy/settings.ts';
import { ServerConnection, type ServerTimeouts } from '../stream/server-connection.ts';
import type { ConnectionCounts } from './admin/collect-stats.ts';

/** What a listener does with connections and with requests. Replaced whole by a new configuration. */
export interface Serving {
  readonly protocols: readonly Protocol[];
  readonly timeouts: ServerTimeouts;
  readonly settings: ProxySettings;
}

/** A listener, the connections that came in by it, and the proxy that their requests go to. */
export class ServedListener {
  readonly name: string;
  private readonly listener: Listener;
  private readonly proxy: ListenerProxy;
  private readonly timers: Timers;
  private readonly logger: Logger;
  private serving: Serving;
  private readonly open = new Set<ServerConnection>();
  /** What connections that are over have been through. */
  private readonly gone = { connections: 0, bytesRead: 0, bytesWritten: 0 };
  private draining = false;
  private whenEmpty: (() => void) | undefined;

  constructor(options: ListenerOptions, serving: Serving) {
    this.name = options.name;
    this.timers = options.timers;
    this.logger = options.logger;
    this.serving = serving;
    this.proxy = new ListenerProxy(serving.settings);
    this.listener = new Listener(options, (connection) => this.accept(connection));
  }

  get address(): string {
    return this.listener.address;
  }
  /** Connections so far and now, and the bytes that they carried. */
  get connectionCounts(): ConnectionCounts {
    let { bytesRead, bytesWritten } = this.gone;
    for (const { connection } of this.open) {
      bytesRead += connection.bytesRead;
      bytesWritten += connection.bytesWritten;
    }
    return { connectionTotal: this.gone.connections + this.open.size, connectionActive: this.open.size, bytesRead, bytesWritten };
  }
  get counts(): ProxySettings['counts'] {
    return this.serving.settings.counts;
  }

  listen(): Promise<void> {
    return this.listener.listen();
  }

  /** For the connections and requests to come; those that are there end as they began. */
  serve(serving: Serving): void {
    this.serving = serving;
    this.proxy.settings = serving.settings;
  }

  /** Takes no new connections, lets open streams finish, and resolves when the last connection is gone. */
  drain(): Promise<void> {
    this.draining = true;
    this.listener.stopAccepting();
    for (const connection of [...this.open]) connection.drain();
    if (this.open.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.whenEmpty = resolve;
    });
  }

  /** Ends everything now. */
  close(): void {
    this.listener.stopAccepting();
    const why = fault('cancelled', 'local', 'maybe', 'the proxy is stopping');
    for (const connection of [...this.open]) connection.destroy(why);
  }

  private accept(connection: Connection): void {
    const { protocols, timeouts } = this.serving;
    const accepted = new ServerConnection(connection, {
      protocols,
      timeouts,
      sink: this.proxy,
      timers: this.timers,
      onClosed: (closed, why) => this.forget(closed, why),
    });
    this.open.add(accepted);
  }

  private forget(connection: ServerConnection, why: Fault): void {
    this.open.delete(connection);
    this.gone.connections++;
    this.gone.bytesRead += connection.connection.bytesRead;
    this.gone.bytesWritten += connection.connection.bytesWritten;
    if (why.code !== 'closed' && this.logger.enabled('debug')) {
      this.logger.debug(`listener "${this.name}": the connection of ${connection.remoteAddress} ended: ${why.code}, ${why.detail}`);
    }
    if (this.draining && this.open.size === 0) this.whenEmpty?.();
  }
}
