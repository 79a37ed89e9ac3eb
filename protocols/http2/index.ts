import type { Protocol, ProtocolSettings } from 'meshloom/protocol';
import { Http2ClientConnection } from './client-connection.ts';
import { grpcHealth } from './grpc-health.ts';
import { http2Options, PROTOCOL_OPTIONS } from './options.ts';
import { sniffPreface } from './preface.ts';
import { Http2ServerConnection, takenOver } from './server-connection.ts';
import { H2C } from './upgrade.ts';

/** HTTP/2 (RFC 9113, RFC 7541, RFC 8441): with prior knowledge, by ALPN, or by the upgrade of a connection of HTTP/1.1 (RFC 7540 section 3.2). */
function protocol(settings: ProtocolSettings): Protocol {
  const options = http2Options(settings);
  return {
    name: 'http2',
    alpn: ['h2'],
    options: PROTOCOL_OPTIONS,
    configure: protocol,
    healthChecks: [grpcHealth],
    sniff: sniffPreface,
    takeOver: { name: H2C, server: (host, offer) => takenOver(host, options, offer) },
    server: (host) => new Http2ServerConnection(host, options),
    client: (host) => new Http2ClientConnection(host, options),
  };
}

export default protocol({});
