import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import type { Bytes } from '../../base/bytes.ts';
import { formatHostAndPort } from '../address.ts';
import type { ConnectionEnds } from '../socket-acceptor.ts';

/** What a connection begins with that a proxy has made: the PROXY protocol of HAProxy, whose text the sections below are of. */
export interface ProxyHeader {
  readonly version: 1 | 2;
  /** In bytes: what follows is the client's. */
  readonly length: number;
  /** Undefined where the proxy speaks for itself (LOCAL), or does not know (UNKNOWN, UNSPEC): the socket's own are the right ones then. */
  readonly ends: ConnectionEnds | undefined;
}

/** Section 2.2: what version 2 begins with. No protocol of text can. */
export const V2_SIGNATURE: Bytes = Buffer.from([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]);

export const V2_FIXED_BYTES = 16;

const V1_SIGNATURE: Bytes = Buffer.from('PROXY ');

/** Section 2.1: the longest line there can be, with its end. */
const MAX_V1_BYTES = 107;

/** Of what follows the fixed part of version 2: addresses, and additions (TLV) of load balancers, which stay below 1 KiB with a certificate's name. */
export const MAX_V2_BYTES = 4_096;

const LOCAL = 0;
const PROXY = 1;
/** Section 2.2: address family and transport. */
const TCP4 = 0x11;
const TCP6 = 0x21;
const LAST_FAMILY = 3;
const LAST_TRANSPORT = 2;

/** Reads the header at the beginning of a connection: 'more' while it is not all there, 'none' when there is none, or what is wrong with it. */
export function readProxyHeader(prefix: Bytes): ProxyHeader | 'more' | 'none' | { readonly wrong: string } {
  if (begins(prefix, V1_SIGNATURE)) return prefix.length < V1_SIGNATURE.length ? 'more' : readLine(prefix);
  if (begins(prefix, V2_SIGNATURE)) return prefix.length < V2_FIXED_BYTES ? 'more' : readBinary(prefix);
  return 'none';
}

/** Whether it is the beginning of the signature, or begins with it. */
function begins(prefix: Bytes, signature: Bytes): boolean {
  const length = Math.min(prefix.length, signature.length);
  return prefix.compare(signature, 0, length, 0, length) === 0;
}

function readLine(prefix: Bytes): ProxyHeader | 'more' | { readonly wrong: string } {
  const end = prefix.subarray(0, MAX_V1_BYTES).indexOf('\r\n', 0, 'latin1');
  if (end < 0) return prefix.length < MAX_V1_BYTES ? 'more' : { wrong: `its line does not end within ${MAX_V1_BYTES} bytes` };
  const length = end + 2;
  const [family, source = '', destination = '', sourcePort = '', destinationPort = '', ...more] = prefix
    .toString('latin1', V1_SIGNATURE.length, end)
    .split(' ');
  // Section 2.1: whatever follows UNKNOWN is passed over.
  if (family === 'UNKNOWN') return { version: 1, length, ends: undefined };
  const isAddress = family === 'TCP4' ? isIPv4 : family === 'TCP6' ? isIPv6 : undefined;
  if (isAddress === undefined) return { wrong: 'its family is none of TCP4, TCP6 and UNKNOWN' };
  if (more.length > 0 || !isAddress(source) || !isAddress(destination)) return { wrong: 'its addresses are none' };
  const [from, to] = [readPort(sourcePort), readPort(destinationPort)];
  if (from === undefined || to === undefined) return { wrong: 'its ports are none' };
  return { version: 1, length, ends: { remoteAddress: endOf(source, from), localAddress: endOf(destination, to) } };
}

function readPort(digits: string): number | undefined {
  const port = /^(?:0|[1-9][0-9]{0,4})$/.test(digits) ? Number(digits) : Number.NaN;
  return port <= 65_535 ? port : undefined;
}

function readBinary(prefix: Bytes): ProxyHeader | 'more' | { readonly wrong: string } {
  const [version, command] = halves(prefix[12]!);
  const [family, transport] = halves(prefix[13]!);
  const size = prefix.readUInt16BE(14);
  if (version !== 2) return { wrong: `its version is ${version}` };
  if (command !== LOCAL && command !== PROXY) return { wrong: `its command is ${command}` };
  if (family > LAST_FAMILY || transport > LAST_TRANSPORT) return { wrong: 'its family is none' };
  if (size > MAX_V2_BYTES) return { wrong: `it has ${size} bytes, of ${MAX_V2_BYTES} at most` };
  const length = V2_FIXED_BYTES + size;
  if (prefix.length < length) return 'more';
  const body = prefix.subarray(V2_FIXED_BYTES, length);
  const addressBytes = prefix[13] === TCP4 ? 4 : prefix[13] === TCP6 ? 16 : 0;
  // Of a connection of the proxy's own, or that came over a Unix socket, there are no ends to take over.
  if (command === LOCAL || addressBytes === 0) return { version: 2, length, ends: undefined };
  if (size < 2 * addressBytes + 4) return { wrong: `its addresses do not fit into ${size} bytes` };
  // What follows the ports are additions (section 2.2.1 and on), which are for whoever knows them.
  const ends = {
    remoteAddress: endOf(addressText(body.subarray(0, addressBytes)), body.readUInt16BE(2 * addressBytes)),
    localAddress: endOf(addressText(body.subarray(addressBytes, 2 * addressBytes)), body.readUInt16BE(2 * addressBytes + 2)),
  };
  return { version: 2, length, ends };
}

function halves(byte: number): readonly [number, number] {
  return [byte >> 4, byte & 0x0f];
}

function addressText(bytes: Bytes): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups: string[] = [];
  for (let at = 0; at < bytes.length; at += 2) groups.push(bytes.readUInt16BE(at).toString(16));
  return groups.join(':');
}

/** In the one way that every address is written in here, however the proxy wrote it. */
function endOf(address: string, port: number): string {
  return formatHostAndPort(isIPv6(address) ? new SocketAddress({ address, family: 'ipv6' }).address : address, port);
}
