import type { Protocol, ProtocolSettings } from 'meshloom/protocol';
import { Http2ClientConnection } from './client-connection.ts';
import { grpcHealth } from './grpc-health.ts';
import { http2Options, PROTOCOL_OPTIONS } from './options.ts';
import { sniffPreface } from './preface.ts';
import { Http2ServerConnection } from './server-connection.ts';

/** HTTP/2 (RFC 9113, RFC 7541, RFC 8441), with prior knowledge or by ALPN; the upgrade from HTTP/1.1 is not offered (RFC 9113 section 3.1). */
function protocol(settings: ProtocolSettings): Protocol {
  const options = http2Options(settings);
  return {
    name: 'http2',
    alpn: ['h2'],
    options: PROTOCOL_OPTIONS,
    configure: protocol,
    healthChecks: [grpcHealth],
    sniff: sniffPreface,
    server: (host) => new Http2ServerConnection(host, options),
    client: (host) => new Http2ClientConnection(host, options),
  };
}

export default protocol({});
