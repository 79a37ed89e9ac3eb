import type { Connection } from '../net/connection.ts';

/** As much of a connection as this layer uses. Tests script one. */
export type Wire = Pick<
  Connection,
  | 'id'
  | 'owner'
  | 'remoteAddress'
  | 'localAddress'
  | 'secure'
  | 'serverName'
  | 'bytesRead'
  | 'bytesWritten'
  | 'applicationProtocol'
  | 'writable'
  | 'write'
  | 'pause'
  | 'resume'
  | 'end'
  | 'close'
  | 'destroy'
>;
