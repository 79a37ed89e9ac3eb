import { converted, list } from '../../base/schema/collections.ts';
import { duration } from '../../base/schema/duration.ts';
import { defaulted, ignored, optional, required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { connectionPlace } from '../../base/schema/place.ts';
import type { Report } from '../../base/schema/report.ts';
import { integer, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import { checkWeights, weightedCluster } from './route.ts';

const streamRoute = object('Stream route', 'A cluster for some connections. With nothing said, for all.', {
  cluster: required(text({ atLeast: 1 }), 'The cluster.'),
  ...connectionPlace,
});

/** Where a proxy that understands nothing takes what comes. */
const destinations = {
  cluster: optional(text({ atLeast: 1 }), 'The cluster. With it, `weighted_clusters` and `routes` have no effect.'),
  weightedClusters: defaulted(
    list(weightedCluster),
    [],
    'Clusters that share the connections, as in a route of `proxy`. With them, `routes` has no effect. MOSN knows them for requests only.',
  ),
  routes: defaulted(list(streamRoute), [], 'Clusters by the addresses of the connection. The first that fits is taken.'),
};

const statPrefix = ignored(text(), 'statistics go by listener and cluster', 'A name for statistics.');

/** What is wrong with the destinations. */
function checkDestinations({ cluster, weightedClusters: shares, routes }: Destinations, report: Report): void {
  if (cluster === undefined && shares.length === 0 && routes.length === 0) {
    report.error('names no cluster', 'give it a `cluster`, `weighted_clusters` or `routes`');
  } else if (cluster === undefined && shares.length > 0) checkWeights(shares, report.at('weighted_clusters'));
}

export type Destinations = Pick<TcpProxy, 'cluster' | 'weightedClusters' | 'routes'>;

/** Settings of the network filter `tcp_proxy`. */
export type TcpProxy = Read<typeof tcpSettings>;

const tcpSettings = object('TCP proxy', 'Carries the bytes of a connection to a cluster as they are.', {
  ...destinations,
  idleTimeout: defaulted(
    duration(),
    '1h',
    "How long a connection may carry nothing either way. `0s`: for ever. The default is Envoy's; MOSN's 90 s cut quiet connections that were still wanted.",
  ),
  maxConnectAttempts: defaulted(
    integer(1, 1000),
    1,
    "How many hosts are tried before the connection is given up. The default is Envoy's; MOSN tries three and does not look at the key.",
  ),
  statPrefix,
});

export const tcpProxy = converted(tcpSettings, (settings, report) => {
  checkDestinations(settings, report);
  return settings;
});

/** Settings of the network filter `udp_proxy`. */
export type UdpProxy = Read<typeof udpSettings>;

const udpSettings = object(
  'UDP proxy',
  'Carries datagrams to a cluster as they are. Those of one address are a session: they go to one host, and its answers come back.',
  {
    ...destinations,
    idleTimeout: defaulted(
      duration(),
      '60s',
      "How long a session may carry nothing either way before it is forgotten. The default is Envoy's; MOSN's 5 s is short for clients that ask seldom.",
    ),
    maxSessions: defaulted(
      integer(1, 65_000),
      8192,
      'How many sessions there may be at once; datagrams of more clients are lost, and counted. Each takes a socket, so that an address that anybody can write into a datagram does not cost all that there are.',
    ),
    maxConnectAttempts: ignored(integer(), 'a datagram is sent once, and nobody tells whether it has come', 'How many hosts are tried.'),
    statPrefix,
  },
);

export const udpProxy = converted(udpSettings, (settings, report) => {
  checkDestinations(settings, report);
  if (settings.idleTimeout < 1) report.at('idle_timeout').error('must be a millisecond at least');
  return settings;
});
