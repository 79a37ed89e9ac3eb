import { addressRanges } from './address-range.ts';
import { defaulted } from './fields.ts';
import { refuse } from './scalars.ts';
import type { Leaf, Schema } from './schema.ts';

/** Ports from one to another, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

const portsShape: Leaf = { kind: 'leaf', brief: 'ports', takes: 'ports such as "80,8000-8999"', json: { type: 'string' } };

/** Ports of a place. None written: all. */
export const portRanges: Schema<readonly PortRange[]> = {
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

/** Where a connection is from, and what it is to: a place that says nothing is anywhere. Go's names for the fields are read as well. */
export const connectionPlace = {
  sourceAddresses: defaulted(addressRanges, [], 'Where the client is.', { key: 'source_addrs', aliases: ['SourceAddrs'] }),
  sourcePorts: defaulted(portRanges, '', 'Its port.', { key: 'source_port', aliases: ['SourcePort'] }),
  destinationAddresses: defaulted(addressRanges, [], 'The address that it connected to.', {
    key: 'destination_addrs',
    aliases: ['DestinationAddrs'],
  }),
  destinationPorts: defaulted(portRanges, '', 'The port that it connected to.', { key: 'destination_port', aliases: ['DestinationPort'] }),
};
