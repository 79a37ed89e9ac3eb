import { addressRanges } from '../../base/schema/address-range.ts';
import { converted, list } from '../../base/schema/collections.ts';
import { duration } from '../../base/schema/duration.ts';
import { defaulted, ignored, optional, required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { integer, refuse, text } from '../../base/schema/scalars.ts';
import type { Leaf, Read, Schema } from '../../base/schema/schema.ts';

/** Ports from one to another, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

const portsShape: Leaf = { kind: 'leaf', brief: 'ports', takes: 'ports such as "80,8000-8999"', json: { type: 'string' } };

const ports: Schema<readonly PortRange[]> = {
  shape: portsShape,
  read(value, report) {
    if (typeof value !== 'string') return refuse(portsShape, value, report);
    const found: PortRange[] = [];
    for (const part of value.split(',').filter((each) => each.trim() !== '')) {
      const [, first, last] = /^\s*([0-9]{1,5})(?:-([0-9]{1,5}))?\s*$/.exec(part) ?? [];
      const range = { first: Number(first), last: Number(last ?? first) };
      if (!(range.first <= range.last && range.last <= 65535)) return refuse(portsShape, value, report);
      found.push(range);
    }
    return found;
  },
};

/** The Go fields of MOSN have no names of their own for JSON, hence the aliases. */
const streamRoute = object('Stream route', 'A cluster for some connections. With nothing said, for all.', {
  cluster: required(text({ atLeast: 1 }), 'The cluster.'),
  sourceAddresses: defaulted(addressRanges, [], 'Where the client is.', { key: 'source_addrs', aliases: ['SourceAddrs'] }),
  sourcePorts: defaulted(ports, '', 'Its port.', { key: 'source_port', aliases: ['SourcePort'] }),
  destinationAddresses: defaulted(addressRanges, [], 'The address that it connected to.', {
    key: 'destination_addrs',
    aliases: ['DestinationAddrs'],
  }),
  destinationPorts: defaulted(ports, '', 'The port that it connected to.', { key: 'destination_port', aliases: ['DestinationPort'] }),
});

/** Settings of the network filter `tcp_proxy`. */
export type TcpProxy = Read<typeof tcpProxy>;

export const tcpProxy = converted(
  object('TCP proxy', 'Carries the bytes of a connection to a cluster as they are.', {
    cluster: optional(text({ atLeast: 1 }), 'The cluster. With it, `routes` has no effect.'),
    routes: defaulted(list(streamRoute), [], 'Clusters by the addresses of the connection. The first that fits is taken.'),
    idleTimeout: defaulted(
      duration(),
      '1h',
      "How long a connection may carry nothing either way. `0s`: for ever. The default is Envoy's; MOSN's 90 s cut quiet connections that were still wanted.",
    ),
    maxConnectAttempts: defaulted(integer(1, 1000), 1, 'How many hosts are tried before the connection is given up.'),
    statPrefix: ignored(text(), 'statistics go by listener and cluster', 'A name for statistics.'),
  }),
  (settings, report) => {
    if (settings.cluster === undefined && settings.routes.length === 0) {
      report.error('names no cluster', 'give it a `cluster` or `routes`');
    }
    return settings;
  },
);
