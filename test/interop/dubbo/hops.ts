/** Rows of proxies before providers: one process for each hop, with a listener for each provider. */

import type { Child } from '../../support/child.ts';
import { temporaryFolder, writeConfiguration } from '../../support/configuration.ts';
import { startMeshloomFile } from '../../support/meshloom.ts';
import { freePort, freePorts } from '../../support/ports.ts';

function router(name: string, protocol: HopProtocol): object {
  const toCluster = { cluster_name: name };
  // Makes the proxy look for the group, which stands behind the arguments, in every call.
  const nobody = { match: { headers: [{ name: 'group', value: 'nobody' }] }, direct_response: { status: 500 } };
  const anyService = { match: { headers: [{ name: 'service', value: '.*' }] }, route: toCluster };
  return {
    router_config_name: name,
    virtual_hosts: [
      {
        name,
        domains: ['*'],
        routers: protocol === 'dubbo' ? [nobody, anyService] : [{ match: { prefix: '/' }, route: toCluster }],
      },
    ],
  };
}

function listener(name: string, port: number, protocol: HopProtocol): object {
  return {
    name,
    // Dubbo connects to the machine's own address where 127.0.0.1 is asked for.
    address: `0.0.0.0:${port}`,
    bind_port: true,
    filter_chains: [
      { filters: [{ type: 'proxy', config: { downstream_protocol: protocol, upstream_protocol: protocol, router_config_name: name } }] },
    ],
  };
}

/** As the configuration names what is spoken on both sides. Triple is HTTP/2. */
export type HopProtocol = 'dubbo' | 'Http2';

/** One process that carries calls to any number of clusters. */
export class Hop {
  readonly child: Child;
  /** Where to call for each cluster, in their order. */
  readonly ports: readonly number[];
  private readonly adminPort: number;

  private constructor(child: Child, ports: readonly number[], adminPort: number) {
    this.child = child;
    this.ports = ports;
    this.adminPort = adminPort;
  }

  /** `clusters`: the ports of 127.0.0.1 that are the hosts of each. */
  static async start(clusters: readonly (readonly number[])[], protocol: HopProtocol = 'dubbo'): Promise<Hop> {
    const ports = await freePorts(clusters.length);
    const adminPort = await freePort();
    const names = clusters.map((_, at) => `cluster ${at}`);
    const file = writeConfiguration(temporaryFolder('dubbo'), 'hop.json', {
      servers: [
        {
          default_log_path: 'stdout',
          default_log_level: 'WARN',
          graceful_timeout: '500ms',
          routers: names.map((name) => router(name, protocol)),
          listeners: names.map((name, at) => listener(name, ports[at]!, protocol)),
        },
      ],
      cluster_manager: {
        clusters: names.map((name, at) => ({
          name,
          type: 'SIMPLE',
          lb_type: 'LB_ROUNDROBIN',
          hosts: clusters[at]!.map((port) => ({ address: `127.0.0.1:${port}` })),
        })),
      },
      admin: { address: { socket_address: { address: '127.0.0.1', port_value: adminPort } } },
    });
    return new Hop(await startMeshloomFile(file, [...ports, adminPort]), ports, adminPort);
  }

  /** Connections that were opened to the listener of that cluster, but for the one that saw it listen. */
  async connectionTotal(cluster: number): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.adminPort}/api/v1/stats`, { signal: AbortSignal.timeout(5_000) });
    const { downstream } = (await response.json()) as { downstream: Record<string, Record<string, string>> };
    return Number(downstream[`listener.cluster ${cluster}`]?.['connection_total']) - 1;
  }

  /** Ends it, which it must obey, and returns what it had to say. */
  async stop(): Promise<string> {
    const how = await this.child.stop();
    if (how !== 0) throw new Error(`a hop ended with ${how}:\n${this.child.output}`);
    return this.child.output;
  }
}
