import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { parseAddress } from '../net/address.ts';

const EVERY_ADDRESS: ReadonlySet<string> = new Set(['', '0.0.0.0', '::']);

/** Whether one of these listeners, each at `ip:port`, gets what is sent there. A name other than `localhost` is not looked up. */
export function isListenedAt(host: string, port: number, listeners: Iterable<string>): boolean {
  for (const listener of listeners) {
    const address = parseAddress(listener);
    if (typeof address === 'string' || 'path' in address || address.port !== port) continue;
    if (address.host === host || (EVERY_ADDRESS.has(address.host) && isLocal(host)) || (isLoopback(host) && isLoopback(address.host)))
      return true;
  }
  return false;
}

function isLocal(host: string): boolean {
  if (isLoopback(host) || EVERY_ADDRESS.has(host)) return true;
  return Object.values(networkInterfaces()).some((addresses = []) => addresses.some(({ address }) => address === host));
}

/** Over-careful with 127.0.0.2 and 127.0.0.1, which a listener may tell apart: a loop is worse. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
