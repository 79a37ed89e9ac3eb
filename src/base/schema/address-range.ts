import { converted, either, list } from './collections.ts';
import { required } from './fields.ts';
import { ipVersion } from './ip.ts';
import { object } from './object.ts';
import { integer, refuse, text } from './scalars.ts';
import type { Leaf, Schema } from './schema.ts';

/** Addresses with the same first bits. */
export interface AddressRange {
  readonly address: string;
  readonly prefixLength: number;
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

/** Addresses of IP, one by one or by their first bits: `"10.0.0.0/8"`, or `{ "address": "10.0.0.0", "length": 8 }`. */
export const addressRanges = list(either((value) => typeof value === 'string', writtenRange, objectRange));
