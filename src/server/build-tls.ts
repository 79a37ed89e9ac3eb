import { existsSync } from 'node:fs';
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
 * The TLS of a listener that has contexts, with the ALPN of its protocols; undefined when none of them is in force.
 * @throws StartError when its certificates cannot be used.
 */
export function buildTlsAcceptor(
  { name, inspector, filterChain, transportSocketConnectTimeout: handshakeTimeoutMs }: ListenerEntry,
  protocols: readonly Protocol[],
  { logger, folder }: TlsSurroundings,
): TlsAcceptor | undefined {
  const offered = protocols.flatMap(({ alpn = [] }) => alpn);
  const contexts = filterChain.tlsContexts.map(
    (entry): ServerTlsContext => ({
      ...contextOf(entry),
      protocols: entry.alpn.length > 0 ? entry.alpn : offered,
      verifyClient: entry.verifyClient,
      requireClientCertificate: entry.requireClientCert,
      ticket: entry.ticket,
      handshakeTimeoutMs,
    }),
  );
  return starting(() =>
    TlsAcceptor.create({ name, contexts, inspector, handshakeTimeoutMs, logger, findFile: (path) => findFile(path, folder) }),
  );
}

/**
 * The TLS towards a cluster.
 * @throws StartError when its certificates cannot be used.
 */
export function buildTlsDialer({ name }: ClusterEntry, tlsContext: TlsEntry, { logger, folder }: TlsSurroundings): TlsDialer {
  const context = { ...contextOf(tlsContext), insecureSkip: tlsContext.insecureSkip };
  return starting(() => TlsDialer.create({ name, context, logger, findFile: (path) => findFile(path, folder) }));
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
