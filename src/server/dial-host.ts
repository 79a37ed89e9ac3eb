import { isIP } from 'node:net';
import type { Timers } from '../base/timers.ts';
import type { Cluster as ClusterEntry } from '../config/index.ts';
import { formatAddress, parseAddress } from '../net/address.ts';
import type { Connection } from '../net/connection.ts';
import { dial } from '../net/dialer.ts';
import { writeProxyHeader } from '../net/proxy-protocol/write-header.ts';
import type { ConnectionEnds } from '../net/socket-acceptor.ts';
import type { TlsDialer } from '../net/tls/tls-dialer.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { Host } from '../upstream/host.ts';

export interface DialWishes {
  /** Another port than that of the host's address. */
  readonly port?: number | undefined;
  /** The client that the connection is for alone; without one it is the proxy's own. */
  readonly client?: ConnectionEnds | undefined;
}

/** How the hosts of a cluster are connected to. Without a protocol nothing is said of one. */
export type DialHost = (host: Host, protocol: Protocol | undefined, wishes?: DialWishes) => Connection;

/** `tls`: where the cluster has it. */
export function dialerOf(entry: ClusterEntry, timers: Timers, tls: TlsDialer | undefined): DialHost {
  const { connectTimeout, connectionBufferLimitBytes, proxyProtocol } = entry;
  return (host, protocol, { port, client } = {}) => {
    const greeting = proxyProtocol === undefined ? undefined : writeProxyHeader(proxyProtocol, client);
    return dial({
      address: port === undefined ? host.address : withPort(host.address, port),
      connectTimeoutMs: connectTimeout,
      highWatermark: connectionBufferLimitBytes,
      timers,
      greeting,
      secure:
        tls === undefined || host.tlsDisable
          ? undefined
          : (address) => tls.connect(address, nameOfHost(host), protocol?.alpn ?? [], greeting),
    });
  };
}

/** Who a host should be, where the configuration of TLS does not say it. */
function nameOfHost({ hostname, address }: Host): string {
  if (hostname !== '') return isIP(hostname) === 6 ? hostname : hostname.replace(/:\d+$/, '');
  if (address.startsWith('/') || address.startsWith('unix:')) return '';
  return address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}

/** A Unix socket has none. */
function withPort(address: string, port: number): string {
  const parsed = parseAddress(address);
  return typeof parsed === 'string' || 'path' in parsed ? address : formatAddress({ host: parsed.host, port });
}
