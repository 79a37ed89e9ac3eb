/** The proxies that are measured against each other, each restricted to one worker. */
import { fileURLToPath } from 'node:url';
import { type ProxySettings, proxyConfiguration, writeConfiguration } from '../../test/support/configuration.ts';
import { findTool } from '../../test/support/tools.ts';

/** One proxy process: where it listens, whom it asks (ports of 127.0.0.1), and a folder for its files. */
export interface Hop {
  readonly listen: number;
  readonly target: number;
  readonly folder: string;
}

export interface Peer {
  readonly name: string;
  /** Why it cannot be measured here, if it cannot. */
  missing(): string | undefined;
  /** Writes what configuration it needs and returns the command that starts it in the foreground. */
  command(hop: Hop): readonly [command: string, ...args: string[]];
}

function built(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

function missingTool(name: string): string | undefined {
  return findTool(name) === undefined ? `${name} is not installed` : undefined;
}

/** Hands bytes on and looks at none of them: the floor of whatever is spoken. */
export const relay: Peer = {
  name: 'relay',
  missing: () => undefined,
  command: ({ listen, target }) => [process.execPath, built('./relay.js'), String(listen), String(target)],
};

/** Meshloom with these changes to a proxy for HTTP/1.1. */
export function meshloomWith(settings: Partial<ProxySettings>): Peer {
  return {
    name: 'meshloom',
    missing: () => undefined,
    command({ listen, target, folder }) {
      const hosts = [`127.0.0.1:${target}`];
      const configuration = proxyConfiguration({ ...settings, listen, hosts, logPath: `${folder}/meshloom.log` });
      const file = writeConfiguration(folder, `meshloom-${listen}.json`, configuration);
      return [process.execPath, built('../../src/main.js'), 'start', '-c', file];
    },
  };
}

/** nginx that listens with these parameters. Towards its upstreams it speaks HTTP/1.1. */
export function nginxWith(parameters = ''): Peer {
  return {
    name: 'nginx',
    missing: () => missingTool('nginx'),
    command({ listen, target, folder }) {
      const text = nginxConfiguration(listen, target, folder, parameters);
      const file = writeConfiguration(folder, `nginx-${listen}.conf`, text);
      return [findTool('nginx')!, '-p', folder, '-c', file, '-e', `${folder}/nginx-${listen}.log`];
    },
  };
}

function nginxConfiguration(listen: number, target: number, folder: string, parameters: string): string {
  return `daemon off;
worker_processes 1;
worker_rlimit_nofile 30000;
pid ${folder}/nginx-${listen}.pid;
error_log ${folder}/nginx-${listen}.log error;
events { worker_connections 25000; }
http {
  access_log off;
  keepalive_timeout 300s;
  keepalive_requests 1000000000;
  upstream target {
    server 127.0.0.1:${target};
    keepalive 128;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${listen} ${parameters} backlog=4096;
    client_max_body_size 0;
    proxy_request_buffering off;
    proxy_buffering on;
    proxy_max_temp_file_size 0;
    location / {
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_pass http://target;
    }
  }
}
`;
}

/** HAProxy with these parameters on both sides. */
export function haproxyWith(parameters = ''): Peer {
  return {
    name: 'haproxy',
    missing: () => missingTool('haproxy'),
    command({ listen, target, folder }) {
      const file = writeConfiguration(folder, `haproxy-${listen}.cfg`, haproxyConfiguration(listen, target, parameters));
      return [findTool('haproxy')!, '-db', '-f', file];
    },
  };
}

function haproxyConfiguration(listen: number, target: number, parameters: string): string {
  return `global
  nbthread 1
  no strict-limits
  maxconn 12000
defaults
  mode http
  maxconn 12000
  timeout connect 5s
  timeout client 300s
  timeout server 300s
  timeout http-keep-alive 300s
listen proxy
  bind 127.0.0.1:${listen} backlog 4096 ${parameters}
  http-reuse always
  server target 127.0.0.1:${target} ${parameters}
`;
}

/** Envoy with that network filter, which sends everything to the cluster `hosts`. */
export function envoyWith(filter: { name: string; typed_config: object }, cluster: object = {}): Peer {
  const socketAddress = (port: number): object => ({ socket_address: { address: '127.0.0.1', port_value: port } });
  return {
    name: 'envoy',
    missing: () => missingTool('envoy'),
    command({ listen, target, folder }) {
      const file = writeConfiguration(folder, `envoy-${listen}.json`, {
        static_resources: {
          listeners: [{ address: socketAddress(listen), tcp_backlog_size: 4096, filter_chains: [{ filters: [filter] }] }],
          clusters: [
            {
              name: 'hosts',
              type: 'STATIC',
              ...cluster,
              load_assignment: {
                cluster_name: 'hosts',
                endpoints: [{ lb_endpoints: [{ endpoint: { address: socketAddress(target) } }] }],
              },
            },
          ],
        },
      });
      return [findTool('envoy')!, '-c', file, '--concurrency', '1', '--use-dynamic-base-id', '-l', 'error'];
    },
  };
}

/** Envoy's filter of HTTP, with one route. It finds out by itself which version its clients speak. */
export const ENVOY_HTTP = {
  name: 'http',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    stat_prefix: 'http',
    route_config: {
      virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'hosts', timeout: '0s' } }] }],
    },
    http_filters: [
      {
        name: 'router',
        typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
      },
    ],
  },
};

export const PEERS: readonly Peer[] = [relay, nginxWith(), haproxyWith(), envoyWith(ENVOY_HTTP), meshloomWith({})];
