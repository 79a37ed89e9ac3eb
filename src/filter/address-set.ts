import { BlockList } from 'node:net';
import type { AddressRange } from '../base/schema/address-range.ts';
import { ipVersion } from '../base/schema/ip.ts';

/** Addresses of IP, by ranges. An IPv4 address that is written as IPv6 (RFC 4291 section 2.5.5.2) is the same. Immutable. */
export class AddressSet {
  readonly isEmpty: boolean;
  private readonly list = new BlockList();

  constructor(ranges: readonly AddressRange[]) {
    this.isEmpty = ranges.length === 0;
    for (const { address, prefixLength } of ranges) this.list.addSubnet(address, prefixLength, family(address));
  }

  /** Not of what is no address of IP. */
  has(address: string): boolean {
    return !this.isEmpty && ipVersion(address) !== undefined && this.list.check(address, family(address));
  }
}

function family(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** The address in `ip:port`, `[ip]:port`, `[ip]` or `ip`; what else it may be as it is: the path of a Unix socket. */
export function hostOf(address: string): string {
  if (address.startsWith('[')) return address.slice(1, Math.max(1, address.indexOf(']')));
  const colon = address.indexOf(':');
  return colon < 0 || address.includes(':', colon + 1) ? address : address.slice(0, colon);
}
