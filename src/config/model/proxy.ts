import { converted } from '../../base/schema/collections.ts';
import { defaulted, ignored, optional, required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { boolean, integer, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import type { Catalogue } from '../catalogue.ts';
import { extendConfig, protocolSettings } from './protocol-settings.ts';
import { downstreamProtocols, upstreamProtocol } from './protocols.ts';

/** Settings of the network filter `proxy`. */
export type Proxy = Read<ReturnType<typeof proxy>>;

const headerName = converted(text({ atLeast: 1 }), (name) => name.toLowerCase());

/** Settings of what is read from requests and written into them. */
export type TimeoutHeaders = Read<typeof timeoutHeaders>;

const timeoutHeaders = object(
  'Timeout headers',
  'Headers, or attachments, with a number of milliseconds. MOSN always reads two of them; here a client may say such a thing only where it is let.',
  {
    timeout: optional(
      headerName,
      "The request's own time in place of the route's `timeout`: `x-mosn-global-timeout`, `x-envoy-upstream-rq-timeout-ms`. It goes no further.",
    ),
    perTryTimeout: optional(
      headerName,
      "The request's own time in place of the `retry_timeout`: `x-mosn-try-timeout`, `x-envoy-upstream-rq-per-try-timeout-ms`. It goes no further.",
    ),
    expected: optional(
      headerName,
      'Tells the host how long its answer will be waited for, of all times that apply the shortest: `x-envoy-expected-rq-timeout-ms`.',
    ),
  },
);

export function proxy(catalogue: Catalogue) {
  const entry = object('Proxy', 'Speaks a protocol with the client, finds a route for each request, and sends it to a cluster.', {
    downstreamProtocol: required(
      text({ atLeast: 1 }),
      'The protocol of the client. Several with commas between, or `Auto` for all that there are: it is found out from the first bytes. `X`: the one in `extend_config.sub_protocol`.',
    ),
    upstreamProtocol: optional(
      text({ atLeast: 1 }),
      'The protocol towards the cluster. Absent, or `Auto`: the one that the client speaks.',
    ),
    routerConfigName: required(text({ atLeast: 1 }), 'The router.'),
    extendConfig: optional(
      extendConfig(catalogue),
      'Settings of protocols towards clients: an object for each, under its name. Where there is one protocol only, its settings may stand here as they are. Those towards hosts stand in the key of the same name of their cluster.',
    ),
    fallbackForUnknownProtocol: defaulted(
      boolean(),
      false,
      'Whether a connection in none of the protocols goes to the next network filter, with all that it has said. So does one that says too little to tell, after the `request_headers_timeout`. Otherwise both are closed.',
    ),
    normalizePath: defaulted(
      boolean(),
      false,
      "Whether filters and hosts get the path of a request in the spelling that routes see: without escapes that need not be, dot segments and empty segments. Routes see it so in any case; otherwise all else sees it as it came. Envoy's keys `normalize_path` and `merge_slashes` together; an escaped slash counts as one here.",
    ),
    timeoutHeaders: optional(
      timeoutHeaders,
      'Headers that say how long an answer may take, and that say so to the next hop. Absent: none.',
    ),
    name: ignored(text(), 'neither here nor in MOSN does anything go by it', 'A name.'),
    routerHandlerName: ignored(text(), 'there is one way to find a route', 'An extension that finds routes.'),
    validateClusters: defaulted(
      boolean(),
      false,
      'Whether it is an error when a route of the router names a cluster that is not there, and not only a warning.',
    ),
    concurrencyNum: ignored(integer(), 'one thread serves, so that there are none to share out', 'How many workers serve one connection.'),
  });
  return converted(entry, (written, report) => {
    const settings = written.extendConfig ?? new Map<string, unknown>();
    const downstream = downstreamProtocols(written.downstreamProtocol, settings, catalogue, report);
    const upstream = upstreamProtocol(written.upstreamProtocol, settings, catalogue, report);
    return {
      /** The protocols that a client may speak, by their names in the catalogue. More than one: the first bytes decide. */
      downstreamProtocols: downstream,
      /** The protocol towards the cluster; undefined for the one that the client speaks. */
      upstreamProtocol: upstream,
      fallbackForUnknownProtocol: written.fallbackForUnknownProtocol,
      routerConfigName: written.routerConfigName,
      timeoutHeaders: written.timeoutHeaders,
      normalizePath: written.normalizePath,
      validateClusters: written.validateClusters,
      /** Settings by protocol. One that is not named here has its defaults. */
      protocolSettings: protocolSettings(settings, downstream, catalogue, report.at('extend_config')),
    };
  });
}
