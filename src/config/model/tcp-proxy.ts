import { converted, either, list } from '../../base/schema/collections.ts';
import { duration } from '../../base/schema/duration.ts';
import { defaulted, ignored, optional, required } from '../../base/schema/fields.ts';
import { ipVersion } from '../../base/schema/ip.ts';
import { object } from '../../base/schema/object.ts';
import { integer, refuse, text } from '../../base/schema/scalars.ts';
import type { Leaf, Read, Schema } from '../../base/schema/schema.ts';

/** Addresses with the same first bits. */
export interface AddressRange {
  readonly address: string;
  readonly prefixLength: number;
}

/** Ports from one to another, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

const rangeShape: Leaf = {
  kind: 'leaf',
  brief: 'address range',
  takes: 'a range of addresses such as "10.0.0.0/8"',
  json: { type: 'string' },
};

const writtenRange: Schema<AddressRange> = {
  shape: rangeShape,
  read(value, report) {
    const [, address = '', bits] = (typeof value === 'string' ? /^([0-9A-Fa-f.:]+)(?:\/([0-9]{1,3}))?$/.exec(value) : null) ?? [];
    return addressRange(address, bits === undefined ? undefined : Number(bits)) ?? refuse(rangeShape, value, report);
  },
};

const objectRange = converted(
  object('Address range', 'Addresses with the same first bits.', {
    address: required(text(), 'An address.'),
    length: required(integer(0, 128), 'How many of its bits count.'),
  }),
  ({ address, length }, report) => {
    const range = addressRange(address, length);
    if (range === undefined) report.error(`is no range of addresses: ${JSON.stringify(`${address}/${length}`)}`);
    return range;
  },
);

function addressRange(address: string, length: number | undefined): AddressRange | undefined {
  const version = ipVersion(address);
  const bits = version === 4 ? 32 : 128;
  if (version === undefined || (length ?? 0) > bits) return undefined;
  return { address, prefixLength: length ?? bits };
}

const ranges = list(either((value) => typeof value === 'string', writtenRange, objectRange));

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
  sourceAddresses: defaulted(ranges, [], 'Where the client is.', { key: 'source_addrs', aliases: ['SourceAddrs'] }),
  sourcePorts: defaulted(ports, '', 'Its port.', { key: 'source_port', aliases: ['SourcePort'] }),
  destinationAddresses: defaulted(ranges, [], 'The address that it connected to.', {
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
