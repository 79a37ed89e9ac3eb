import type { Protocol } from 'meshloom/protocol';
import { TcpClient } from './client.ts';
import { TcpServer } from './server.ts';

/** Raw TCP as a protocol whose every connection is one stream: what is proxied without being understood goes the same way as all else. */
const tcp: Protocol = {
  name: 'tcp',
  foreignRequestFault: () => 'raw bytes are no requests',
  /** Any bytes are valid, so that no bytes can tell: it must be asked for. */
  sniff: () => 'no',
  server: (host) => new TcpServer(host),
  client: (host) => new TcpClient(host),
};

export default tcp;
