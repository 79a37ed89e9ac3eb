import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { Logger } from '../base/log.ts';
import type { Cluster as ClusterEntry, Listener as ListenerEntry, TlsContext as TlsEntry } from '../config/index.ts';
import { TlsAcceptor } from '../net/tls/tls-acceptor.ts';
import type { ServerTlsContext, TlsContext } from '../net/tls/tls-context.ts';
import { TlsDialer } from '../net/tls/tls-dialer.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { StartError } from './start-error.ts';

/** What TLS is built from, besides its settings. */
export interface TlsSurroundings {
  readonly logger: Logger;
  /** Where relative paths start from, before the working directory. */
  readonly folder: string;
}

/**
 * The TLS of a listener, with the ALPN of its protocols; undefined when there is none.
 * @throws StartError when its certificates cannot be used.
 */
export function buildTlsAcceptor(
  { name, inspector, filterChain }: ListenerEntry,
  protocols: readonly Protocol[],
  { logger, folder }: TlsSurroundings,
): TlsAcceptor | undefined {
  if (filterChain.tlsContexts.length === 0) return undefined;
  const offered = protocols.flatMap(({ alpn = [] }) => alpn);
  const contexts = filterChain.tlsContexts.map(
    (entry): ServerTlsContext => ({
      ...contextOf(entry),
      protocols: entry.alpn.length > 0 ? entry.alpn : offered,
      verifyClient: entry.verifyClient,
      requireClientCertificate: entry.requireClientCert,
      ticket: entry.ticket,
    }),
  );
  return starting(() => TlsAcceptor.create({ name, contexts, inspector, logger, findFile: (path) => findFile(path, folder) }));
}

/**
 * The TLS towards a cluster; undefined when there is none.
 * @throws StartError when its certificates cannot be used.
 */
export function buildTlsDialer({ name, tlsContext }: ClusterEntry, { logger, folder }: TlsSurroundings): TlsDialer | undefined {
  if (tlsContext?.status !== true) return undefined;
  const context = { ...contextOf(tlsContext), insecureSkip: tlsContext.insecureSkip };
  return starting(() => TlsDialer.create({ name, context, logger, findFile: (path) => findFile(path, folder) }));
}

/** Who a host should be, where the configuration of TLS does not say it. */
export function nameOfHost(hostname: string, address: string): string {
  if (hostname !== '') return isIP(hostname) === 6 ? hostname : hostname.replace(/:\d+$/, '');
  if (address.startsWith('/') || address.startsWith('unix:')) return '';
  return address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}

function contextOf(entry: TlsEntry): TlsContext {
  return {
    certificate: entry.certChain,
    privateKey: entry.privateKey,
    authorities: entry.caCert,
    minVersion: entry.minVersion,
    maxVersion: entry.maxVersion,
    cipherSuites: entry.cipherSuites ?? '',
    curves: entry.ecdhCurves ?? '',
    protocols: entry.alpn,
    serverName: entry.serverName,
    fallBack: entry.fallBack,
  };
}

/** MOSN looks in the working directory, which for its samples is where the file is. */
function findFile(path: string, folder: string): string {
  const beside = resolve(folder, path);
  return existsSync(beside) ? beside : resolve(path);
}

function starting<T>(create: () => T): T {
  try {
    return create();
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : String(error));
  }
}
