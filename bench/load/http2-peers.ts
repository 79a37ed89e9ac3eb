/** The same proxies as for HTTP/1.1, but nginx with HTTP/2 on both sides. */
import { fileURLToPath } from 'node:url';
import type { Child } from '../../test/support/child.ts';
import { untilListening } from '../../test/support/ports.ts';
import type { BenchOptions } from './bench.ts';
import { ENVOY_HTTP, envoyWith, haproxyWith, meshloomWith, nginxWith, type Peer, relay } from './peers.ts';
import { LOAD_CORE, startPinned } from './pinned.ts';

/** Envoy answers 503 above 1,024 requests to a cluster unless it is told otherwise. */
const MOST_REQUESTS = 100_000;

const envoy = envoyWith(ENVOY_HTTP, {
  circuit_breakers: { thresholds: [{ max_requests: MOST_REQUESTS, max_pending_requests: MOST_REQUESTS }] },
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http2_protocol_options: {} },
    },
  },
});

const PEERS: readonly Peer[] = [
  relay,
  nginxWith('http2'),
  haproxyWith('proto h2'),
  envoy,
  meshloomWith({ proxy: { downstream_protocol: 'Http2', upstream_protocol: 'Http2' } }),
];

/** Those of them that the command line chose. */
export function http2Peers({ peers }: BenchOptions): Peer[] {
  const names = new Set(peers.map(({ name }) => name));
  return PEERS.filter(({ name }) => names.has(name));
}

export function startHttp2Backend(port: number): Promise<Child> {
  const program = fileURLToPath(new URL('./http2-backend.js', import.meta.url));
  return startPinned(LOAD_CORE, 'backend', [process.execPath, program, String(port)]).start(untilListening(port, 'backend'));
}
