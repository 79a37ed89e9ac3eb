import type { Logger } from '../base/log.ts';
import type { Listener as ListenerEntry } from '../config/index.ts';
import type { NetworkFilter } from '../filter/network/network-filter.ts';
import { Gate } from '../net/gate.ts';
import { ProxyProtocolAcceptor } from '../net/proxy-protocol/proxy-protocol-acceptor.ts';
import { PLAIN_ACCEPTOR, type SocketAcceptor } from '../net/socket-acceptor.ts';
import type { TlsAcceptor } from '../net/tls/tls-acceptor.ts';
import type { ProxyCounts } from '../proxy/counts.ts';
import { firstRefusal } from './build-network-filters.ts';
import { Entrance } from './entrance.ts';

/** What the sockets of a listener pass through: first who they are of, then who may come in, and then what nobody else may read. */
export function buildEntrance(
  entry: ListenerEntry,
  filters: readonly NetworkFilter[],
  counts: ProxyCounts,
  logger: Logger,
  tls: TlsAcceptor | undefined,
): Entrance {
  const gate = buildGate(entry.name, filters, counts, logger, tls ?? PLAIN_ACCEPTOR);
  const { name, proxyProtocol: headers, listenerFiltersTimeout: timeoutMs } = entry;
  const proxyProtocol =
    headers === undefined ? undefined : new ProxyProtocolAcceptor({ ...headers, name, timeoutMs, logger }, gate ?? tls ?? PLAIN_ACCEPTOR);
  return new Entrance({ proxyProtocol, gate, tls });
}

function buildGate(
  name: string,
  filters: readonly NetworkFilter[],
  counts: ProxyCounts,
  logger: Logger,
  next: SocketAcceptor,
): Gate | undefined {
  const admitting = filters.filter(({ admit }) => admit !== undefined);
  if (admitting.length === 0) return undefined;
  return new Gate(
    {
      admit: firstRefusal(admitting),
      onRefused({ remoteAddress }, why) {
        counts.connectionRefused++;
        if (logger.enabled('debug')) logger.debug(`listener "${name}" refused a connection of ${remoteAddress}: ${why}`);
      },
    },
    next,
  );
}
