import { isIPv4, isIPv6 } from 'node:net';
import { type Bytes, EMPTY } from '../../base/bytes.ts';
import { parseAddress } from '../address.ts';
import type { ConnectionEnds } from '../socket-acceptor.ts';
import { V2_FIXED_BYTES, V2_SIGNATURE } from './header.ts';

/** Versions of the PROXY protocol: a line of text, or bytes. */
export type ProxyProtocolVersion = 'v1' | 'v2';

interface End {
  readonly host: string;
  readonly port: number;
}

/**
 * What a connection to an upstream begins with, so that it knows whose it is. Without `ends`, or with such as are not both of IPv4 or both
 * of IPv6, it says that the connection is our own (v2: LOCAL), or that nobody knows (v1: UNKNOWN).
 */
export function writeProxyHeader(version: ProxyProtocolVersion, ends: ConnectionEnds | undefined): Bytes {
  const source = parseEnd(ends?.remoteAddress);
  const destination = parseEnd(ends?.localAddress);
  const known = source !== undefined && destination !== undefined && isIPv4(source.host) === isIPv4(destination.host);
  if (version === 'v1') return Buffer.from(known ? line(source, destination) : 'PROXY UNKNOWN\r\n', 'latin1');
  return known ? binary(source, destination) : Buffer.concat([V2_SIGNATURE, Buffer.from([0x20, 0x00, 0x00, 0x00])]);
}

function parseEnd(written: string | undefined): End | undefined {
  const address = written === undefined ? undefined : parseAddress(written);
  if (typeof address !== 'object' || 'path' in address) return undefined;
  return isIPv4(address.host) || isIPv6(address.host) ? address : undefined;
}

function line(source: End, destination: End): string {
  const family = isIPv4(source.host) ? 'TCP4' : 'TCP6';
  return `PROXY ${family} ${source.host} ${destination.host} ${source.port} ${destination.port}\r\n`;
}

function binary(source: End, destination: End): Bytes {
  const addresses = [source.host, destination.host].map((host) => (isIPv4(host) ? ipv4Bytes(host) : ipv6Bytes(host)));
  const addressBytes = addresses[0]!.length;
  const size = 2 * addressBytes + 4;
  const header = Buffer.alloc(V2_FIXED_BYTES + size);
  V2_SIGNATURE.copy(header);
  header[12] = 0x21;
  header[13] = addressBytes === 4 ? 0x11 : 0x21;
  header.writeUInt16BE(size, 14);
  for (const [at, bytes] of addresses.entries()) bytes.copy(header, V2_FIXED_BYTES + at * addressBytes);
  header.writeUInt16BE(source.port, V2_FIXED_BYTES + 2 * addressBytes);
  header.writeUInt16BE(destination.port, V2_FIXED_BYTES + 2 * addressBytes + 2);
  return header;
}

function ipv4Bytes(host: string): Bytes {
  return Buffer.from(host.split('.').map(Number));
}

/** Of a well-formed address without a zone: RFC 4291 section 2.2. */
function ipv6Bytes(host: string): Bytes {
  const [before, after = EMPTY] = host.split('::').map((half) => Buffer.concat(half === '' ? [] : half.split(':').map(groupBytes)));
  return Buffer.concat([before!, Buffer.alloc(16 - before!.length - after.length), after]);
}

function groupBytes(group: string): Bytes {
  if (group.includes('.')) return ipv4Bytes(group);
  const value = Number.parseInt(group, 16);
  return Buffer.from([value >> 8, value & 0xff]);
}
