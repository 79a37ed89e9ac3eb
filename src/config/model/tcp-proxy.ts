import { converted, list } from '../../base/schema/collections.ts';
import { duration } from '../../base/schema/duration.ts';
import { defaulted, ignored, optional, required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { connectionPlace } from '../../base/schema/place.ts';
import { integer, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import { checkWeights, weightedCluster } from './route.ts';

const streamRoute = object('Stream route', 'A cluster for some connections. With nothing said, for all.', {
  cluster: required(text({ atLeast: 1 }), 'The cluster.'),
  ...connectionPlace,
});

/** Settings of the network filter `tcp_proxy`. */
export type TcpProxy = Read<typeof tcpProxy>;

export const tcpProxy = converted(
  object('TCP proxy', 'Carries the bytes of a connection to a cluster as they are.', {
    cluster: optional(text({ atLeast: 1 }), 'The cluster. With it, `weighted_clusters` and `routes` have no effect.'),
    weightedClusters: defaulted(
      list(weightedCluster),
      [],
      'Clusters that share the connections, as in a route of `proxy`. With them, `routes` has no effect. MOSN knows them for requests only.',
    ),
    routes: defaulted(list(streamRoute), [], 'Clusters by the addresses of the connection. The first that fits is taken.'),
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
    statPrefix: ignored(text(), 'statistics go by listener and cluster', 'A name for statistics.'),
  }),
  (settings, report) => {
    const { cluster, weightedClusters: shares, routes } = settings;
    if (cluster === undefined && shares.length === 0 && routes.length === 0) {
      report.error('names no cluster', 'give it a `cluster`, `weighted_clusters` or `routes`');
    } else if (cluster === undefined && shares.length > 0) checkWeights(shares, report.at('weighted_clusters'));
    return settings;
  },
);
