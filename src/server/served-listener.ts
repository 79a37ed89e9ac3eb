import { type Fault, fault } from '../base/fault.ts';
import type { Timers } from '../base/timers.ts';
import type { FilterChain } from '../filter/chain.ts';
import type { Connection } from '../net/connection.ts';
import { DelayedReading } from '../net/delayed-reading.ts';
import { Listener, type ListenerOptions } from '../net/listener.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { ProxyCounts } from '../proxy/counts.ts';
import { ListenerProxy } from '../proxy/listener-proxy.ts';
import type { ProxySettings } from '../proxy/settings.ts';
import { ServerConnection, type ServerTimeouts, type Service } from '../stream/server-connection.ts';
import type { ConnectionCounts } from './admin/collect-stats.ts';
import { ConnectionLog } from './connection-log.ts';
import type { Entrance } from './entrance.ts';
import type { Served } from './listener-plan.ts';

/** What a listener does with connections and with requests. Replaced whole by a new configuration. */
export interface Serving {
  /** One at least. A connection of which one does not know the protocol goes to the next. */
  readonly stages: readonly ServingStage[];
  readonly timeouts: ServerTimeouts;
  readonly counts: ProxyCounts;
  readonly entrance: Entrance;
  readonly filters: FilterChain;
  /** How long the next thing that a client says is held back, in milliseconds; undefined: nothing ever is. */
  readonly readingDelayMs: (() => number) | undefined;
}

/** One network filter. */
export interface ServingStage {
  readonly protocols: readonly Protocol[];
  readonly settings: ProxySettings;
}

/** Nothing new comes: what it holds besides connections and requests is let go. */
export function retire({ entrance, filters }: Serving): void {
  entrance.retire();
  filters.retire();
}

/** A listener, the connections that came in by it, and the proxy that their requests go to. */
export class ServedListener implements Served {
  readonly name: string;
  private readonly listener: Listener;
  private readonly timers: Timers;
  private readonly log: ConnectionLog;
  private serving: Serving;
  /** By their place among the stages. Those that there are are kept, so that open connections serve what is new as well. */
  private readonly proxies: ListenerProxy[] = [];
  private service: Service;
  private readonly open = new Set<ServerConnection>();
  /** What connections that are over have been through. */
  private readonly gone = { connections: 0, bytesRead: 0, bytesWritten: 0 };
  private draining = false;
  private whenEmpty: (() => void) | undefined;

  constructor(options: ListenerOptions, serving: Serving) {
    this.name = options.name;
    this.timers = options.timers;
    this.log = new ConnectionLog(options);
    this.serving = serving;
    this.service = this.serviceOf(serving);
    this.listener = new Listener(options, (connection) => this.accept(connection));
    this.listener.acceptor = serving.entrance.first;
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
  get counts(): ProxyCounts {
    return this.serving.counts;
  }

  listen(): Promise<void> {
    return this.listener.listen();
  }

  /** For the connections and requests to come; those that are there end as they began. */
  serve(serving: Serving): void {
    retire(this.serving);
    this.serving = serving;
    this.service = this.serviceOf(serving);
    this.listener.acceptor = serving.entrance.first;
  }

  /** Takes no new connections, lets open streams finish, and resolves when the last connection is gone. */
  drain(): Promise<void> {
    this.draining = true;
    this.listener.stopAccepting();
    retire(this.serving);
    for (const connection of [...this.open]) connection.drain();
    if (this.open.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.whenEmpty = resolve;
    });
  }

  /** Ends everything now. */
  close(): void {
    this.listener.stopAccepting();
    this.serving.entrance.destroy();
    this.serving.filters.retire();
    const why = fault('cancelled', 'local', 'maybe', 'the proxy is stopping');
    for (const connection of [...this.open]) connection.destroy(why);
  }

  private accept(connection: Connection): void {
    const accepted = new ServerConnection(connection, {
      service: this.service,
      timeouts: this.serving.timeouts,
      timers: this.timers,
      onClosed: (closed, why) => this.forget(closed, why),
    });
    this.open.add(accepted);
    if (this.serving.readingDelayMs !== undefined) new DelayedReading(connection, this.timers, this.serving.readingDelayMs);
    // A handshake may end after the listener has.
    if (this.draining) accepted.drain();
  }

  private serviceOf({ stages }: Serving): Service {
    let service: Service | undefined;
    for (let at = stages.length - 1; at >= 0; at--) {
      const { protocols, settings } = stages[at]!;
      const proxy = this.proxies[at] ?? new ListenerProxy(settings);
      proxy.settings = settings;
      this.proxies[at] = proxy;
      service = { protocols, sink: proxy, fallback: service };
    }
    if (service === undefined) throw new Error('a listener has one stage at least');
    return service;
  }

  private forget(connection: ServerConnection, why: Fault): void {
    this.open.delete(connection);
    this.gone.connections++;
    this.gone.bytesRead += connection.connection.bytesRead;
    this.gone.bytesWritten += connection.connection.bytesWritten;
    this.log.ended(connection, why);
    if (this.draining && this.open.size === 0) this.whenEmpty?.();
  }
}
