import type { Protocol, ProtocolSettings } from 'meshloom/protocol';
import { Http1Client } from './client.ts';
import { sharedOf } from './connection.ts';
import { limitsOf, OPTIONS } from './options.ts';
import { Http1Server } from './server.ts';
import { sniff } from './sniff.ts';

/** HTTP/1.1 and HTTP/1.0, RFC 9110 and RFC 9112. */
function http1(settings: ProtocolSettings): Protocol {
  const shared = sharedOf(limitsOf(settings));
  return {
    name: 'http1',
    alpn: ['http/1.1'],
    options: OPTIONS,
    configure: http1,
    sniff,
    server: (host) => new Http1Server(host, shared),
    client: (host) => new Http1Client(host, shared),
  };
}

export default http1({});
