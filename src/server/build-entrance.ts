import type { Listener as ListenerEntry } from '../config/index.ts';
import { ProxyProtocolAcceptor } from '../net/proxy-protocol/proxy-protocol-acceptor.ts';
import { PLAIN_ACCEPTOR } from '../net/socket-acceptor.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { buildTlsAcceptor, type TlsSurroundings } from './build-tls.ts';
import { Entrance } from './entrance.ts';

/**
 * What the sockets of a listener pass through: first who they are of, then what nobody else may read.
 * @throws StartError when certificates cannot be used.
 */
export function buildEntrance(entry: ListenerEntry, protocols: readonly Protocol[], surroundings: TlsSurroundings): Entrance {
  const { name, proxyProtocol, listenerFiltersTimeout } = entry;
  const tls = buildTlsAcceptor(entry, protocols, surroundings);
  const before =
    proxyProtocol === undefined
      ? undefined
      : new ProxyProtocolAcceptor(
          { ...proxyProtocol, name, timeoutMs: listenerFiltersTimeout, logger: surroundings.logger },
          tls ?? PLAIN_ACCEPTOR,
        );
  return new Entrance({ proxyProtocol: before, tls });
}
