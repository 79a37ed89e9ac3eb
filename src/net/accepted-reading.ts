import { type Server, Socket } from 'node:net';
import { Connection } from './connection.ts';
import type { ConnectionSettings } from './connection-settings.ts';
import { SharedReading } from './shared-reading.ts';

/** What every accepted socket of Node has, though its documentation does not say so. */
interface Accepted extends Socket {
  /** What libuv reads and writes by. */
  _handle?: { readStart(): unknown } | null;
  /** Which counts its connections. */
  _server?: Server | null;
}

/**
 * A connection of a socket that was just accepted, which reads into the memory that all share. Node has a word for that (`onread`) where a
 * socket is made, and makes accepted ones without asking: so another socket takes the accepted one's place. That is a tenth of the CPU of
 * a small request through two proxies, see decision 0016. Where a Node has other insides than we know the accepted socket stays, and
 * reads as Node lets it.
 */
export function acceptedConnection(accepted: Socket, server: Server, settings: ConnectionSettings): Connection {
  const reading = new SharedReading();
  const socket = replace(accepted, server, reading);
  const connection = new Connection(socket ?? accepted, settings);
  reading.listener = connection;
  return connection;
}

function replace(accepted: Accepted, server: Server, onread: SharedReading): Socket | undefined {
  const handle = accepted._handle;
  if (typeof handle?.readStart !== 'function' || accepted._server !== server) return undefined;
  const options = { handle, allowHalfOpen: true, readable: true, writable: true, onread };
  // Its types know none but one more way to make a handle.
  const socket: Accepted = new Socket(options as object);
  if (socket._handle !== handle) return undefined;
  // It is the new one's end that the server is to hear of, and nobody else that may close what both have.
  socket._server = server;
  accepted._server = null;
  accepted._handle = null;
  return socket;
}
