import type { Bytes } from '../base/bytes.ts';
import type { Logger } from '../base/log.ts';
import { formatAddress, type IpAddress } from '../net/address.ts';
import { type DatagramOwner, DatagramSocket, type DatagramSource } from '../net/datagram/datagram-socket.ts';
import { listenProblem } from '../net/listen-problem.ts';
import type { ProxyCounts } from '../proxy/counts.ts';
import { DatagramProxy, type DatagramSettings } from '../proxy/datagram/datagram-proxy.ts';
import type { ConnectionCounts } from './admin/collect-stats.ts';
import type { Served } from './listener-plan.ts';

/** A listener of UDP, and the proxy that its datagrams go to. */
export class ServedDatagrams implements Served, DatagramOwner {
  readonly name: string;
  private readonly place: IpAddress;
  private readonly logger: Logger;
  private readonly proxy: DatagramProxy;
  private socket: DatagramSocket | undefined;
  private boundTo = '';

  constructor(name: string, place: IpAddress, logger: Logger, settings: DatagramSettings) {
    this.name = name;
    this.place = place;
    this.logger = logger;
    this.proxy = new DatagramProxy(settings, (bytes, to) => this.socket?.send(bytes, to));
  }

  get address(): string {
    return this.boundTo;
  }
  get counts(): ProxyCounts {
    return this.proxy.settings.counts;
  }
  /** Sessions in the place of connections. */
  get connectionCounts(): ConnectionCounts {
    const { sessionTotal, sessionActive, bytesRead, bytesWritten } = this.proxy;
    return { connectionTotal: sessionTotal, connectionActive: sessionActive, bytesRead, bytesWritten };
  }

  async listen(): Promise<void> {
    try {
      this.socket = await DatagramSocket.bind(this.place, this);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new Error(`listener "${this.name}": ${listenProblem(error, this.place)}`);
    }
    this.boundTo = this.socket.localAddress;
    this.proxy.localAddress = this.boundTo;
  }

  /** For the sessions to come. */
  serve(settings: DatagramSettings): void {
    this.proxy.settings = settings;
  }

  async drain(): Promise<void> {
    await this.proxy.drain();
    this.socket?.close();
  }

  close(): void {
    this.proxy.close();
    this.socket?.close();
  }

  onDatagram(bytes: Bytes, from: DatagramSource): void {
    this.proxy.onDatagram(bytes, from);
  }

  onDatagramError(error: Error): void {
    if (this.logger.enabled('debug')) this.logger.debug(`listener "${this.name}" (${formatAddress(this.place)}): ${error.message}`);
  }
}
