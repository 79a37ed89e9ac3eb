/** Calls of Dubbo, few connections with many calls in flight and many with one, through a route by service and method. */
import { fileURLToPath } from 'node:url';
import type { Child } from '../../../test/support/child.ts';
import { untilListening } from '../../../test/support/ports.ts';
import { type BenchOptions, inRows, type Scenario } from '../bench.ts';
import { METHOD, SERVICE } from '../dubbo-frames.ts';
import { ownBurst } from '../generate.ts';
import { envoyWith, meshloomWith, type Peer, relay } from '../peers.ts';
import { LOAD_CORE, startPinned } from '../pinned.ts';
import { measureThroughput } from '../rounds.ts';

const envoy = envoyWith({
  name: 'dubbo',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.dubbo_proxy.v3.DubboProxy',
    stat_prefix: 'dubbo',
    route_config: [
      {
        name: 'routes',
        interface: SERVICE,
        routes: [{ match: { method: { name: { exact: METHOD } } }, route: { cluster: 'hosts' } }],
      },
    ],
  },
});

const meshloom = meshloomWith({
  proxy: { downstream_protocol: 'dubbo', upstream_protocol: 'dubbo' },
  match: {
    headers: [
      { name: 'service', value: SERVICE },
      { name: 'method', value: METHOD },
    ],
  },
});

/** nginx and HAProxy know nothing of Dubbo. */
const PEERS: readonly Peer[] = [relay, envoy, meshloom];

function startBackend(port: number): Promise<Child> {
  const program = fileURLToPath(new URL('../dubbo-backend.js', import.meta.url));
  return startPinned(LOAD_CORE, 'backend', [process.execPath, program, String(port)]).start(untilListening(port, 'backend'));
}

function dubbo(name: string, connections: number, inFlight: number): Scenario {
  const title = `Dubbo, ${connections} connections with ${inFlight} in flight on each, every answer checked`;
  const options = ['--language', './dubbo-language.js', '--connections', String(connections), '--in-flight', String(inFlight)];
  return {
    name,
    run(chosen: BenchOptions) {
      const names = new Set(chosen.peers.map((peer) => peer.name));
      return measureThroughput(chosen, {
        title,
        rows: inRows(PEERS.filter((peer) => names.has(peer.name))),
        burst: (port, seconds) => ownBurst(port, seconds, options),
        backend: startBackend,
      });
    },
  };
}

export const dubboScenarios: readonly Scenario[] = [dubbo('dubbo-c8w64', 8, 64), dubbo('dubbo-c64w1', 64, 1)];
