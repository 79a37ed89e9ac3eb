import { ipVersion } from './ip.ts';
import { refuse } from './scalars.ts';
import type { Leaf, Schema } from './schema.ts';

/** Where to listen or to connect to. Either form is what node:net takes. An empty host means all addresses of the machine. */
export type Address = NetworkAddress | SocketPath;

export interface NetworkAddress {
  readonly host: string;
  readonly port: number;
}

export interface SocketPath {
  readonly path: string;
}

/** Sockets' paths have 108 bytes on Linux, 104 elsewhere, with a NUL at the end. */
const LONGEST_PATH = 103;

const HOST_NAME = /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}))*\.?$/;

/** Reads `10.0.0.1:80`, `[::1]:80`, `localhost:80`, and where `open` is set `:80`. Why it will not do, when it will not. */
export function parseNetworkAddress(written: string, open: boolean): NetworkAddress | { readonly wrong: string } {
  const colon = written.lastIndexOf(':');
  if (colon < 0 || written.endsWith(']')) return { wrong: 'a port is missing' };
  const portText = written.slice(colon + 1);
  const port = /^[0-9]{1,5}$/.test(portText) ? Number(portText) : Number.NaN;
  if (!(port <= 65535)) return { wrong: `${JSON.stringify(portText)} is no port from 0 to 65535` };
  let host = written.slice(0, colon);
  if (host.startsWith('[') && host.endsWith(']')) {
    host = host.slice(1, -1);
    return ipVersion(host) === 6 ? { host, port } : { wrong: `${JSON.stringify(host)} is no IPv6 address` };
  }
  if (host.includes(':')) return { wrong: 'an IPv6 address needs brackets, such as "[::1]:80"' };
  if (host === '') return open ? { host, port } : { wrong: 'a host is missing' };
  if (ipVersion(host) === 4) return { host, port };
  // What has only digits and dots is meant as an IPv4 address.
  if (/^[0-9.]+$/.test(host) || !HOST_NAME.test(host)) return { wrong: `${JSON.stringify(host)} is no IP address or host name` };
  return { host, port };
}

/** A Unix socket's path, or why it cannot be one. */
export function parseSocketPath(written: string): SocketPath | { readonly wrong: string } {
  if (written === '' || written.includes('\0')) return { wrong: 'it is no path' };
  if (Buffer.byteLength(written) > LONGEST_PATH) return { wrong: `a socket's path has at most ${LONGEST_PATH} bytes` };
  return { path: written };
}

const upstreamShape: Leaf = {
  kind: 'leaf',
  brief: 'address',
  takes: 'an address such as "127.0.0.1:8080", "[::1]:8080" or "example.org:8080", or the path of a Unix socket such as "/run/app.sock"',
  json: { type: 'string' },
};

/** Where a host is: `host:port`, or a Unix socket as an absolute path or with `unix:` before it. */
export function upstreamAddress(): Schema<Address> {
  return {
    shape: upstreamShape,
    read(value, report) {
      if (typeof value !== 'string') return refuse(upstreamShape, value, report);
      const isPath = value.startsWith('/') || value.startsWith('unix:');
      const address = isPath ? parseSocketPath(value.replace(/^unix:/, '')) : parseNetworkAddress(value, false);
      if ('wrong' in address) return refuse(upstreamShape, value, report, address.wrong);
      if ('port' in address && address.port === 0) return refuse(upstreamShape, value, report, 'nothing can be reached at port 0');
      return address;
    },
  };
}
