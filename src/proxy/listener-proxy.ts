import type { Fault } from '../base/fault.ts';
import type { RequestHead } from '../protocol/head.ts';
import type { ServerStream, StreamHandler } from '../protocol/stream.ts';
import type { RequestSink, ServerConnection } from '../stream/server-connection.ts';
import { Bonds } from './bond.ts';
import { ProxyExchange } from './exchange.ts';
import type { ProxySettings } from './settings.ts';

/** Where the requests of a listener go. */
export class ListenerProxy implements RequestSink {
  /** Replaced whole by a new configuration; exchanges under way keep the one that they began with. */
  settings: ProxySettings;
  private readonly bonds = new Bonds();

  constructor(settings: ProxySettings) {
    this.settings = settings;
  }

  onRequest(connection: ServerConnection, stream: ServerStream, head: RequestHead, end: boolean): StreamHandler {
    const exchange = new ProxyExchange(this.settings, connection, this.bonds, stream, head, end);
    exchange.start();
    return exchange;
  }

  onClosed(connection: ServerConnection, why: Fault): void {
    this.bonds.release(connection, why);
  }
}
