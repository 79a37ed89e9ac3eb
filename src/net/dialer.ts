import { connect, isIP, Socket } from 'node:net';
import type { Bytes } from '../base/bytes.ts';
import type { Timers } from '../base/timers.ts';
import { type Address, formatAddress, parseAddress } from './address.ts';
import { Connection } from './connection.ts';
import { type ConnectionLimits, type ConnectionSettings, connectionLimits } from './connection-settings.ts';
import { SharedReading } from './shared-reading.ts';

export interface DialOptions extends ConnectionLimits {
  /** `ip:port`, `[ip]:port`, `name:port`, or the path of a Unix socket, with or without `unix:` before it. */
  readonly address: string;
  readonly timers: Timers;
  readonly connectTimeoutMs?: number;
  /** What a plain connection begins with, whoever uses it. With `secure`, that has to see to it. */
  readonly greeting?: Bytes | undefined;
  /** TLS: makes the socket, which emits `TRUSTED` when the connection may be used. */
  readonly secure?: ((address: Address) => Socket) | undefined;
}

/** MOSN's figure: the SYN is sent four times within it (after 1, 3 and 7 s). */
export const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

/**
 * Calls an upstream. The connection may be written to at once; its owner hears `onConnect`, or `onClose` with 'connect-failed' or
 * 'timeout' and processed 'no', also when the address is none.
 */
export function dial(options: DialOptions): Connection {
  const address = parseAddress(options.address);
  const settings: ConnectionSettings = {
    ...connectionLimits(options),
    origin: 'upstream',
    timers: options.timers,
    secure: options.secure !== undefined,
    canReset: options.secure === undefined && typeof address !== 'string' && 'port' in address,
    remoteAddress: typeof address === 'string' ? options.address : formatAddress(address),
  };
  if (typeof address === 'string') {
    const socket = new Socket();
    const connection = new Connection(socket, settings, false);
    socket.destroy(new Error(address));
    return connection;
  }
  const reading = new SharedReading();
  const connection = new Connection(options.secure?.(address) ?? plainSocket(address, reading), settings, false);
  reading.listener = connection;
  if (options.greeting !== undefined && options.secure === undefined) connection.write(options.greeting);
  connection.limitConnecting(options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS);
  return connection;
}

function plainSocket(address: Address, onread: SharedReading): Socket {
  if ('path' in address) return connect({ path: address.path, allowHalfOpen: true, onread });
  return connect({
    host: address.host === '' ? 'localhost' : address.host,
    port: address.port,
    allowHalfOpen: true,
    noDelay: true,
    onread,
    // A name may have addresses of both families, of which only one works (RFC 8305).
    autoSelectFamily: isIP(address.host) === 0,
  });
}
