/** A configuration of MOSN's from the few parts that a feature test cares about. */

/** Everything is merged into the section of its name, in MOSN's own spelling. */
export interface StageConfiguration {
  /** The routes of the one virtual host. Default: everything goes to the cluster `backends`. */
  readonly routes?: readonly object[];
  readonly virtualHost?: object;
  /** In place of the one. */
  readonly virtualHosts?: readonly object[];
  readonly router?: object;
  /** By name: each with `hosts`, or with `backends`. Default: `backends`, of all backends there are. */
  readonly clusters?: Readonly<Record<string, StageCluster>>;
  /** Settings of the network filter `proxy`. */
  readonly proxy?: object;
  /** In place of the network filter `proxy`. */
  readonly networkFilters?: readonly object[];
  readonly streamFilters?: readonly object[];
  readonly listener?: object;
  /** Beside `filters` of the filter chain: `tls_context`. */
  readonly chain?: object;
  readonly server?: object;
  /** Beside `servers` and `cluster_manager`. */
  readonly root?: object;
}

export interface StageCluster {
  readonly backends?: readonly { readonly address: string }[];
  /** Any other setting of the cluster. */
  readonly [setting: string]: unknown;
}

export function stageConfiguration(
  protocol: string,
  backends: readonly { readonly address: string }[],
  { clusters = { backends: { backends } }, ...settings }: StageConfiguration,
): object {
  const { routes = [{ match: {}, route: { cluster_name: 'backends' } }] } = settings;
  const proxy = {
    type: 'proxy',
    config: { downstream_protocol: protocol, upstream_protocol: protocol, router_config_name: 'routes', ...settings.proxy },
  };
  return {
    servers: [
      {
        default_log_path: 'stdout',
        default_log_level: 'WARN',
        ...settings.server,
        routers: [
          {
            router_config_name: 'routes',
            virtual_hosts: settings.virtualHosts ?? [{ name: 'all', domains: ['*'], routers: routes, ...settings.virtualHost }],
            ...settings.router,
          },
        ],
        listeners: [
          {
            name: 'listener',
            address: '127.0.0.1:0',
            bind_port: true,
            ...settings.listener,
            filter_chains: [{ filters: settings.networkFilters ?? [proxy], ...settings.chain }],
            ...(settings.streamFilters === undefined ? {} : { stream_filters: settings.streamFilters }),
          },
        ],
      },
    ],
    cluster_manager: {
      clusters: Object.entries(clusters).map(([name, { backends: hosts = [], ...cluster }]) => ({
        name,
        type: 'SIMPLE',
        lb_type: 'LB_ROUNDROBIN',
        hosts: hosts.map(({ address }) => ({ address })),
        ...cluster,
      })),
    },
    ...settings.root,
  };
}
