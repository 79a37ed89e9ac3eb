import { didYouMean } from '../../base/nearest.ts';
import { converted } from '../../base/schema/collections.ts';
import { isRecord } from '../../base/schema/json.ts';
import type { Report } from '../../base/schema/report.ts';
import type { Schema } from '../../base/schema/schema.ts';
import { typedEntry, variants } from '../../base/schema/variants.ts';
import type { Catalogue } from '../catalogue.ts';
import { type Proxy as ProxySettings, proxy } from './proxy.ts';
import { type Router, router } from './router.ts';
import { type TcpProxy, tcpProxy, type UdpProxy, udpProxy } from './tcp-proxy.ts';

/** One that takes connections. */
export type Taking = { readonly type: 'proxy'; readonly config: ProxySettings } | { readonly type: 'tcp_proxy'; readonly config: TcpProxy };

/** One that looks at connections and lets others take them, with its settings as its own schema has read them. */
export interface Looking {
  readonly type: string;
  readonly config: unknown;
}

/** An entry of `filters`, by what it does. */
export type NetworkFilterEntry =
  | { readonly is: 'taking'; readonly filter: Taking }
  | { readonly is: 'looking'; readonly filter: Looking }
  | { readonly is: 'datagrams'; readonly config: UdpProxy }
  | { readonly is: 'routes'; readonly config: Router };

const NAME = 'Network filter';
const ABOUT = 'What is done with the bytes of a connection.';

/** Network filters of MOSN's that are not there, and why. */
const ABSENT: Readonly<Record<string, string>> = {
  grpc: 'it runs services that are written in Go inside the proxy; calls of gRPC are proxied by "proxy" with HTTP/2',
  tunnel: "MOSN's tunnels are not there",
  transcoder: 'MOSN has only the name; "proxy" turns HTTP/1 and HTTP/2 into each other',
  rpc_proxy: 'MOSN has only the name; write "proxy" with the protocol',
  x_proxy: 'MOSN has only the name; write "proxy" with the protocol',
};

export function networkFilter(catalogue: Catalogue): Schema<NetworkFilterEntry> {
  const looking = catalogue.connectionFilters;
  const entry = typedEntry(NAME, ABOUT);
  const takers = { proxy: proxy(catalogue), tcp_proxy: tcpProxy, udp_proxy: udpProxy, connection_manager: router(catalogue) };
  const known = converted(
    variants(NAME, ABOUT, takers, (type, report) => refuse(type, catalogue, report)),
    (filter, report): NetworkFilterEntry | undefined => {
      if (filter.type === 'connection_manager') return { is: 'routes', config: filter.config };
      if (!catalogue.networkFilters.has(filter.type)) {
        refuse(filter.type, catalogue, report.at('type'));
        return undefined;
      }
      return filter.type === 'udp_proxy' ? { is: 'datagrams', config: filter.config } : { is: 'taking', filter };
    },
  );
  const { shape } = known;
  return {
    shape:
      shape.kind === 'variants'
        ? { ...shape, of: new Map([...shape.of, ...Array.from(looking, ([type, schema]) => [type, schema.shape] as const)]) }
        : shape,
    read(value, report) {
      const schema = looking.get(typeOf(value));
      if (schema === undefined) return known.read(value, report);
      const written = entry.read(value, report);
      if (written === undefined) return undefined;
      const config = schema.read(written.config ?? {}, report.at('config'));
      return config === undefined ? undefined : { is: 'looking', filter: { type: written.type, config } };
    },
  };
}

function typeOf(value: unknown): string {
  const type = isRecord(value) ? Object.entries(value).find(([key]) => key.toLowerCase() === 'type')?.[1] : undefined;
  return typeof type === 'string' ? type : '';
}

function refuse(type: string, { networkFilters, connectionFilters }: Catalogue, report: Report): void {
  if (Object.hasOwn(ABSENT, type)) {
    report.error(`is not supported by Meshloom: there is no network filter ${type}: ${ABSENT[type]}`);
    return;
  }
  const near = didYouMean(type, [...networkFilters, ...connectionFilters.keys()]);
  report.error(`names no network filter: there is none called ${JSON.stringify(type)}`, near);
}
