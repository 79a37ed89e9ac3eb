import { type Address, parseNetworkAddress, parseSocketPath } from '../../base/schema/address.ts';
import { converted, list, onlyOne } from '../../base/schema/collections.ts';
import { duration } from '../../base/schema/duration.ts';
import { defaulted, ignored, optional, required } from '../../base/schema/fields.ts';
import { inWords } from '../../base/schema/json.ts';
import { notation } from '../../base/schema/notation.ts';
import { object } from '../../base/schema/object.ts';
import type { Report } from '../../base/schema/report.ts';
import { anything, boolean, enumeration, integer, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import type { Catalogue } from '../catalogue.ts';
import { type FilterChain, filterChain } from './filter-chain.ts';
import { type ListenerFilters, listenerFilters, useOriginalDst, warnOfRedirect } from './listener-filters.ts';
import { streamFilter } from './stream-filters.ts';

/** Where one access log goes, and what its lines are like. */
export type AccessLog = Read<ReturnType<typeof accessLog>>;

function accessLog({ accessLogFault }: Catalogue) {
  return object('Access log', 'A log with a line for each request.', {
    path: defaulted(text({ atLeast: 1 }), 'stdout', 'A file, a device, a pipe, `stdout` or `stderr`.', { key: 'log_path' }),
    format: optional(
      notation('format', 'a line with variables in percent signs', accessLogFault),
      "The line, with variables in percent signs: `%start_time%`. Absent: MOSN's own line.",
      {
        key: 'log_format',
      },
    ),
  });
}

/** Where connections come in. */
export type Listener = Read<ReturnType<typeof listener>>;

const REPLACED_LOG = 'access logs are in `access_logs`, all else in the log of the server';

export function listener(catalogue: Catalogue) {
  const entry = object('Listener', 'Where connections come in, and what is done with them.', {
    name: defaulted(text(), '', 'Its name, for logs and statistics. The default is its address.'),
    address: required(
      text({ atLeast: 1 }),
      '`ip:port`, `[ip]:port`, `name:port`, `:port` for all addresses of the machine, or the path of a Unix socket.',
    ),
    network: defaulted(
      enumeration('tcp', 'unix', 'udp'),
      'tcp',
      'Whether `address` is an address of TCP, the path of a Unix socket, or an address of UDP.',
    ),
    bindPort: defaulted(boolean(), false, "Whether it listens at all. The default is MOSN's."),
    filterChain: required(onlyOne(filterChain(catalogue)), 'Its filter chain. As in MOSN there is exactly one.', { key: 'filter_chains' }),
    streamFilters: defaulted(list(streamFilter(catalogue)), [], 'Filters that see each request, in order.'),
    accessLogs: defaulted(list(accessLog(catalogue)), [], 'Logs with a line for each request.'),
    connectionIdleTimeout: defaulted(
      duration(),
      '1h',
      "How long a connection may stay without a request on it, and without a heartbeat. `0s`: for ever. The default is Envoy's: long enough for every client that reuses connections, and what is left behind goes in the end.",
    ),
    requestHeadTimeout: defaulted(
      duration(),
      '60s',
      'How long a request may take from its first byte to the end of its head. `0s`: for ever. The default is that of nginx and Node.js; without one, clients that drip their heads hold connections for nothing.',
      { key: 'request_headers_timeout' },
    ),
    probeInterval: optional(
      duration(),
      'How long a client may be silent before it is asked for a sign of life, where the protocol has one. As the key of the same name of clusters.',
    ),
    requestBodyTimeout: defaulted(
      duration(),
      '60s',
      "How long to wait for the next piece of a request's body. `0s`: for ever. The default is nginx's.",
    ),
    sendTimeout: defaulted(
      duration(),
      '60s',
      "How long a client may take none of what is being sent to it. `0s`: for ever. The default is nginx's.",
    ),
    maxConnections: defaulted(
      integer(0, 2 ** 32 - 1),
      0,
      'How many connections may be open at once; more are closed at once. 0, the default: as many as the system gives.',
    ),
    perConnectionBufferLimitBytes: defaulted(
      integer(1024, 2 ** 31 - 1),
      1_048_576,
      'Bytes that wait to be sent on a connection before the other side is paused, and bytes of a request that are kept for another attempt. 1 MiB, as in Envoy: with one read of a socket (64 KiB) each read would pause, and a large body would take twice the time.',
    ),
    inspector: defaulted(
      boolean(),
      false,
      'Whether plain connections are let in beside TLS, on the same port. The first byte of the client tells.',
    ),
    useOriginalDst,
    listenerFilters: defaulted(listenerFilters, [], 'Filters that see the beginning of a connection, before TLS.'),
    listenerFiltersTimeout: defaulted(
      duration(),
      '15s',
      "How long a connection may take to say what the filters wait for, such as the header of the PROXY protocol. `0s`: for ever. The default is Envoy's.",
    ),
    transportSocketConnectTimeout: defaulted(
      duration(),
      '15s',
      "How long a client may take for its TLS handshake. `0s`: for ever. The name is Envoy's, the default MOSN's.",
    ),
    type: ignored(
      enumeration('ingress', 'egress'),
      'in MOSN only traces go by it, and there is no tracing yet',
      'On which side of a service it stands.',
    ),
    reuseport: ignored(
      boolean(),
      'Node.js 20 cannot set it (SO_REUSEPORT), and one process serves',
      'Whether several processes share the port.',
    ),
    defaultReadBufferSize: ignored(integer(), 'Node.js reads up to 64 KiB in one go', 'The size of the buffer to read into.'),
    logPath: ignored(text(), REPLACED_LOG, 'A relic of older MOSN, which it does not read any more.', (path) => path === 'stdout'),
    logLevel: ignored(text(), REPLACED_LOG, 'A relic of older MOSN, which it does not read any more.'),
    handoffRestoreddestination: ignored(anything(), 'one listener never hands connections to another', 'A relic of older MOSN.'),
  });
  return converted(entry, (written, report) => {
    const address = listenerAddress(written.address, written.network, report.at('address'));
    if (address === undefined) return undefined;
    checkNetwork(written.network, written.filterChain, report);
    if (written.network === 'udp') warnOfConnections(written, report);
    // node:tls makes another socket of each, which is found again by its addresses: those of a Unix socket are all the same.
    if (written.network === 'unix' && written.listenerFilters.proxyProtocol !== undefined && written.filterChain.tlsContexts.length > 0) {
      report.at('listener_filters').error('has a "proxy_protocol", which cannot stand before TLS on a Unix socket', 'listen on 127.0.0.1');
    }
    if (!written.bindPort) report.at('bind_port').warn('is not true: nothing listens here', 'write "bind_port": true');
    const { network, useOriginalDst: use, listenerFilters: filters, ...rest } = written;
    if (use === 'redirect') warnOfRedirect(report.at('use_original_dst'));
    return {
      ...rest,
      name: written.name || written.address,
      address,
      /** Whether datagrams come there; otherwise connections do. */
      datagrams: network === 'udp',
      /** The filter that takes a header of the PROXY protocol; undefined where there is none. */
      proxyProtocol: filters.proxyProtocol,
      /** Connections that were meant for other addresses come here, and their own local address says for which (TPROXY). */
      diverted: use === 'tproxy' || filters.diverted === 'tproxy',
    };
  });
}

/** What looks at connections or requests, of which a listener of UDP has none. */
function warnOfConnections(
  written: {
    readonly listenerFilters: ListenerFilters;
    readonly streamFilters: readonly unknown[];
    readonly accessLogs: readonly unknown[];
  },
  report: Report,
): void {
  const { listenerFilters: filters, streamFilters, accessLogs } = written;
  const without = 'has no effect: there are neither connections nor requests';
  if (filters.proxyProtocol !== undefined || filters.diverted !== undefined) report.at('listener_filters').warn(without);
  if (streamFilters.length > 0) report.at('stream_filters').warn(without);
  if (accessLogs.length > 0) report.at('access_logs').warn(without);
}

/** Datagrams are proxied by one filter, which can do nothing else, and know neither TLS nor what is said on connections. */
function checkNetwork(network: string, { filters, udpProxy, tlsContexts }: FilterChain, report: Report): void {
  const place = report.at('filter_chains').at(0);
  if (network === 'udp') {
    if (udpProxy === undefined || filters.length > 0) place.at('filters').error('must take datagrams', 'write "udp_proxy", alone');
    if (tlsContexts.length > 0) place.error('has a TLS context: there is no DTLS');
  } else if (udpProxy !== undefined) place.at('filters').error('has a "udp_proxy"', 'write "network": "udp" at the listener');
}

function listenerAddress(written: string, network: string, report: Report): Address | undefined {
  const address = network === 'unix' ? parseSocketPath(written) : parseNetworkAddress(written, true);
  if (!('wrong' in address)) return address;
  const takes = network === 'unix' ? "a socket's path" : 'an address such as "127.0.0.1:2045", "[::1]:2045" or ":2045"';
  const isPath = network !== 'unix' && written.startsWith('/');
  report.error(`must be ${takes}, but is ${inWords(written)}`, isPath ? 'for a Unix socket write "network": "unix"' : address.wrong);
  return undefined;
}
