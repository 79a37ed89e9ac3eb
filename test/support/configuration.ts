/** Builds MOSN v2 configurations for tests and benchmarks, as plain data. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ProxySettings {
  /** Port of the listener on 127.0.0.1. */
  readonly listen: number;
  /** `address:port` of each host of the one cluster. */
  readonly hosts: readonly string[];
  /** Port of the admin interface on 127.0.0.1. None without it. */
  readonly admin?: number;
  readonly logPath?: string;
  /** Merged into the sections of the same name. */
  readonly server?: object;
  readonly listener?: object;
  /** Into its one filter chain: `tls_context`. */
  readonly chain?: object;
  readonly proxy?: object;
  /** In place of the prefix `/`, which no RPC service has. */
  readonly match?: object;
  readonly route?: object;
  /** Beside `match` and `route`. */
  readonly router?: object;
  readonly cluster?: object;
}

/** One listener that hands every request to one cluster. */
export function proxyConfiguration(settings: ProxySettings): object {
  return {
    servers: [
      {
        default_log_path: settings.logPath ?? 'stdout',
        default_log_level: 'WARN',
        ...settings.server,
        routers: [
          {
            router_config_name: 'routes',
            virtual_hosts: [
              {
                name: 'all',
                domains: ['*'],
                routers: [
                  { match: settings.match ?? { prefix: '/' }, route: { cluster_name: 'hosts', ...settings.route }, ...settings.router },
                ],
              },
            ],
          },
        ],
        listeners: [
          {
            name: 'listener',
            address: `127.0.0.1:${settings.listen}`,
            bind_port: true,
            ...settings.listener,
            filter_chains: [
              {
                ...settings.chain,
                filters: [
                  {
                    type: 'proxy',
                    config: {
                      downstream_protocol: 'Http1',
                      upstream_protocol: 'Http1',
                      router_config_name: 'routes',
                      ...settings.proxy,
                    },
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
    cluster_manager: {
      clusters: [
        {
          name: 'hosts',
          type: 'SIMPLE',
          lb_type: 'LB_ROUNDROBIN',
          ...settings.cluster,
          hosts: settings.hosts.map((address) => ({ address })),
        },
      ],
    },
    ...(settings.admin !== undefined && {
      admin: { address: { socket_address: { address: '127.0.0.1', port_value: settings.admin } } },
    }),
  };
}

const folders: string[] = [];
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed when this process ends. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `meshloom-${name}-`));
  folders.push(folder);
  return folder;
}

/** Writes text or bytes, or the JSON of an object, to a file of that folder. Returns its path. */
export function writeConfiguration(folder: string, file: string, content: string | Buffer | object): string {
  const path = join(folder, file);
  writeFileSync(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content, undefined, 2));
  return path;
}
