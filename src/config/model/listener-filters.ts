import { didYouMean } from '../../base/nearest.ts';
import { converted, list } from '../../base/schema/collections.ts';
import { defaulted, ignored, optional } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import type { Report } from '../../base/schema/report.ts';
import { anything, boolean, enumeration, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import { variants } from '../../base/schema/variants.ts';

/** How connections that were meant for others come to a listener: MOSN's words. */
export type Diversion = Read<typeof diversion>;

export const diversion = enumeration('redirect', 'tproxy');

/** Decision 0015. */
const NO_REDIRECT =
  'Node.js cannot ask the system where a redirected connection was meant to go (SO_ORIGINAL_DST): its local address counts in its place';
const INSTEAD = 'let whoever diverts it say so in the PROXY protocol (listener filter "proxy_protocol"), or use "tproxy"';

export function warnOfRedirect(report: Report): void {
  report.warn(`is not acted upon by Meshloom: ${NO_REDIRECT}`, INSTEAD);
}

/** Versions of the PROXY protocol, as Envoy writes them. */
const VERSIONS = { V1: 1, V2: 2 } as const;

/** Settings of the listener filter `proxy_protocol`: Envoy's. */
export type ProxyProtocol = Read<typeof proxyProtocol>;

const proxyProtocol = converted(
  object('PROXY protocol', 'Each connection begins with who it is of, which a proxy or load balancer before us says.', {
    allowWithout: defaulted(
      boolean(),
      false,
      'Whether connections without a header are let in, as they are. Anybody can then say that he is somebody else.',
      { key: 'allow_requests_without_proxy_protocol' },
    ),
    disallowedVersions: defaulted(list(enumeration('V1', 'V2')), [], 'Versions of the protocol that end a connection.'),
    statPrefix: ignored(text(), 'nothing is counted by it', 'A name for statistics.'),
    rules: ignored(anything(), 'additions to the addresses (TLV) are passed over', 'Which additions become metadata.'),
    passThroughTlvs: ignored(anything(), 'additions to the addresses (TLV) are passed over', 'Which additions are passed on.'),
  }),
  ({ allowWithout, disallowedVersions }) => {
    const versions = new Set<1 | 2>([1, 2]);
    for (const version of disallowedVersions) versions.delete(VERSIONS[version]);
    return { allowWithout, versions };
  },
);

const originalDestination = object('Original destination filter', 'Connections that were meant for others are diverted to this listener.', {
  type: defaulted(diversion, 'redirect', 'How they are diverted.'),
  fallbackToLocal: ignored(boolean(), 'one listener never hands connections to another', 'Whether listeners of 127.0.0.1 are looked for.'),
});

const types = { proxy_protocol: proxyProtocol, original_dst: originalDestination };

const listenerFilter = variants('Listener filter', 'A filter that sees the beginning of a connection.', types, (type, report) => {
  if (type === 'tls_inspector') {
    report.warn(
      'is not needed: where there is TLS the first bytes are looked at anyway',
      'write "inspector": true for plain connections too',
    );
  } else report.error(`names no listener filter: there is none called ${JSON.stringify(type)}`, didYouMean(type, Object.keys(types)));
});

/** What the filters of a listener come to: each may stand there once, and their order is always the same. */
export interface ListenerFilters {
  readonly proxyProtocol: ProxyProtocol | undefined;
  readonly diverted: Diversion | undefined;
}

export const listenerFilters = converted(list(listenerFilter), (filters, report): ListenerFilters => {
  let headers: ProxyProtocol | undefined;
  let diverted: Diversion | undefined;
  for (const filter of filters) {
    const known = filter.type === 'proxy_protocol' ? headers : diverted;
    if (known !== undefined) report.where(filter).error(`is there twice: ${filter.type} stands before it already`);
    else if (filter.type === 'proxy_protocol') headers = filter.config;
    else {
      diverted = filter.config.type;
      if (diverted === 'redirect') warnOfRedirect(report.where(filter.config).at('type'));
    }
  }
  return { proxyProtocol: headers, diverted };
});

/** For the key of MOSN's that says the same without a filter. */
export const useOriginalDst = optional(
  diversion,
  'How connections that were meant for others are diverted to this listener. `tproxy`: the local address of a connection is where its client meant to go. The listening socket must be transparent for that (IP_TRANSPARENT), which Node.js cannot make it; without that the system diverts nothing. `redirect`: its local address is taken for it, as the system tells nobody who cannot ask for SO_ORIGINAL_DST.',
);
