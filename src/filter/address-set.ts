import { BlockList } from 'node:net';
import type { AddressRange } from '../base/schema/address-range.ts';
import { ipVersion } from '../base/schema/ip.ts';

/** Of so many addresses it is remembered whether they are in the set: those whose connections are busy. Looking is ten times as dear. */
const REMEMBERED = 4096;

/** Addresses of IP, by ranges. An IPv4 address that is written as IPv6 (RFC 4291 section 2.5.5.2) is the same. */
export class AddressSet {
  readonly isEmpty: boolean;
  private readonly list = new BlockList();
  private readonly known = new Map<string, boolean>();

  constructor(ranges: readonly AddressRange[]) {
    this.isEmpty = ranges.length === 0;
    for (const { address, prefixLength } of ranges) this.list.addSubnet(address, prefixLength, family(address));
  }

  /** Not of what is no address of IP. */
  has(address: string): boolean {
    if (this.isEmpty) return false;
    const known = this.known.get(address);
    if (known !== undefined) return known;
    const found = ipVersion(address) !== undefined && this.list.check(address, family(address));
    if (this.known.size === REMEMBERED) this.known.clear();
    this.known.set(address, found);
    return found;
  }
}

function family(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
