/** A proxy with TLS inside this process, a server that echoes behind it, and certificates that are made for it. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { createProxy, type MeshProxy } from '../../src/index.ts';
import { CertificateAuthority, type CertificateFiles } from './certificates.ts';
import { temporaryFolder } from './configuration.ts';
import { within } from './deadline.ts';
import { LogBook } from './log-book.ts';
import { freePort } from './ports.ts';

export const folder = temporaryFolder('tls');
export const authority = new CertificateAuthority(folder);
export const certificate = authority.issue('server');

/** What a `tls_context` says of these. */
export function contextOf({ certificate: file, key }: CertificateFiles = certificate, more: object = {}): object {
  return { status: true, cert_chain: file, private_key: key, ...more };
}

export interface StageSettings {
  /** Merged into the filter chain: `tls_context`, `tls_context_set`. */
  readonly chain?: object;
  readonly listener?: object;
  readonly proxy?: object;
  readonly cluster?: object;
  readonly host?: string;
}

export class TlsStage {
  readonly proxy: MeshProxy;
  readonly port: number;
  readonly log: LogBook;
  private readonly backend: Server;
  private readonly sockets: TLSSocket[] = [];

  private constructor(proxy: MeshProxy, port: number, log: LogBook, backend: Server) {
    this.proxy = proxy;
    this.port = port;
    this.log = log;
    this.backend = backend;
  }

  static async start(
    settings: StageSettings,
    answer: RequestListener = (request, response) => response.end(request.url),
  ): Promise<TlsStage> {
    const backend = createServer(answer).listen(0, '127.0.0.1');
    await once(backend, 'listening');
    const port = await freePort();
    const log = new LogBook();
    const proxy = createProxy({ logger: log, folder });
    const host = settings.host ?? `127.0.0.1:${(backend.address() as AddressInfo).port}`;
    const stage = new TlsStage(proxy, port, log, backend);
    try {
      await proxy.start(tlsConfiguration(port, host, settings));
    } catch (error) {
      await stage.stop();
      throw error;
    }
    return stage;
  }

  get host(): string {
    return `127.0.0.1:${(this.backend.address() as AddressInfo).port}`;
  }

  /** Shakes hands; rejects when the other side does not, or ends right after (TLS 1.3 refuses clients then). */
  async connect(options: ConnectionOptions = {}): Promise<TLSSocket> {
    const socket = connect({ host: '127.0.0.1', port: this.port, rejectUnauthorized: false, ...options });
    this.sockets.push(socket);
    await within(once(socket, 'secureConnect'), 'handshake');
    return socket;
  }

  /** One request of HTTP/1.1 on it, and the body of the answer, which is the target. '' when the connection ends instead. */
  async ask(socket: TLSSocket, path: string): Promise<string> {
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
    let text = '';
    const answered = new Promise<void>((resolve) => {
      socket.on('error', () => resolve()).on('end', () => resolve());
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.endsWith(path)) resolve();
      });
    });
    await within(answered, 'answer');
    socket.removeAllListeners('data').removeAllListeners('end');
    return text.slice(text.indexOf('\r\n\r\n') + 4);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await this.proxy.stop(0);
    this.backend.close();
    this.backend.closeAllConnections();
  }
}

export function tlsConfiguration(port: number, host: string, { chain, listener, proxy, cluster }: StageSettings): object {
  const config = { downstream_protocol: 'Http1', upstream_protocol: 'Http1', router_config_name: 'routes', ...proxy };
  const route = { cluster_name: 'hosts' };
  // Calls of RPC protocols have no path.
  const routes = [
    { match: { prefix: '/' }, route },
    { match: { headers: [{ name: 'service', value: '.*', regex: true }] }, route },
  ];
  return {
    servers: [
      {
        routers: [{ router_config_name: 'routes', virtual_hosts: [{ name: 'all', domains: ['*'], routers: routes }] }],
        listeners: [
          {
            name: 'door',
            address: `127.0.0.1:${port}`,
            bind_port: true,
            ...listener,
            filter_chains: [{ filters: [{ type: 'proxy', config }], ...chain }],
          },
        ],
      },
    ],
    cluster_manager: { clusters: [{ name: 'hosts', type: 'SIMPLE', lb_type: 'LB_ROUNDROBIN', ...cluster, hosts: [{ address: host }] }] },
  };
}
