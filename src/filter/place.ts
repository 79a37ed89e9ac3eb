import type { AddressRange } from '../base/schema/address-range.ts';
import type { PortRange } from '../base/schema/place.ts';
import { AddressSet } from './address-set.ts';
import { hostOf } from './format/address-parts.ts';

/** The ends of a connection, as `Peer` has them. */
export interface Ends {
  readonly remoteAddress: string;
  readonly localAddress: string;
}

/** Where connections are from and what they are to, as `connectionPlace` reads it. */
export interface Place {
  readonly sourceAddresses: readonly AddressRange[];
  readonly sourcePorts: readonly PortRange[];
  readonly destinationAddresses: readonly AddressRange[];
  readonly destinationPorts: readonly PortRange[];
}

/** Whether a connection is in that place. What says nothing is anywhere; Unix sockets are in no range of addresses and have no port. */
export function placeTest(place: Place): (ends: Ends) => boolean {
  const source = endTest(place.sourceAddresses, place.sourcePorts);
  const destination = endTest(place.destinationAddresses, place.destinationPorts);
  return ({ remoteAddress, localAddress }) => source(remoteAddress) && destination(localAddress);
}

/** Whether an address `ip:port` lies in one of the ranges, and has one of the ports. */
function endTest(ranges: readonly AddressRange[], ports: readonly PortRange[]): (address: string) => boolean {
  const addresses = new AddressSet(ranges);
  return (address) => {
    if (!addresses.isEmpty && !addresses.has(hostOf(address))) return false;
    const port = Number(address.slice(address.lastIndexOf(':') + 1));
    return ports.length === 0 || ports.some(({ first, last }) => port >= first && port <= last);
  };
}
