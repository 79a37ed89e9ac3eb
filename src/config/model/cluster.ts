import { upstreamAddress } from '../../base/schema/address.ts';
import { converted, dictionary, list } from '../../base/schema/collections.ts';
import { duration } from '../../base/schema/duration.ts';
import { defaulted, ignored, optional, required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { anything, boolean, enumeration, integer, number, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import type { Catalogue } from '../catalogue.ts';
import { balancer, balancerSettings, originalDestination, STAND_IN, slowStart, subsets } from './balancing.ts';
import { discovery } from './discovery.ts';
import { dnsPort, dnsResolvers } from './dns.ts';
import { healthCheck } from './health-check.ts';
import { labels } from './metadata.ts';
import { outlierDetection } from './outlier-detection.ts';
import { preconnect } from './preconnect.ts';
import { extendConfig, protocolSettings } from './protocol-settings.ts';
import { tlsContextField } from './tls.ts';

/** MOSN takes a weight outside as the nearest inside. */
const weight = converted(integer(0, 2 ** 32 - 1), (value, report) => {
  const within = Math.min(Math.max(value, 1), 128);
  if (within !== value) report.warn(`is ${value}, which counts as ${within}`, 'weights go from 1 to 128');
  return within;
});

/** One host of a cluster. */
export type Host = Read<typeof host>;

const host = object('Host', 'One host of a cluster.', {
  address: required(upstreamAddress(), 'Where it is: `host:port`, or the path of a Unix socket.'),
  hostname: optional(text({ atLeast: 1 }), 'Its name, for rewriting the authority.'),
  weight: defaulted(weight, 1, 'Its share, from 1 to 128, for balancers that go by weight.'),
  metadata: defaulted(labels, {}, 'Its labels, by which `lb_subset_config` divides hosts.'),
  priority: defaulted(
    integer(0, 127),
    0,
    "Ours, in Envoy's meaning. 0 is the first: hosts of the next one get what the well hosts of the first cannot carry, with `overprovisioning_factor`.",
  ),
  locality: optional(text({ atLeast: 1 }), 'Ours. Where it stands, such as a zone, for `locality_weights`.'),
  tlsDisable: defaulted(boolean(), false, 'Whether this host is spoken to without TLS.'),
});

/** What is used of a cluster at most, at any one time. 0 is no limit. */
export type Thresholds = Read<typeof thresholds>;

const none = integer(0, 2 ** 32 - 1);

const retryBudget = converted(
  object('Retry budget', 'How many retries may be under way, as a share of all requests under way. Envoy has it, and its defaults.', {
    budgetPercent: defaulted(number(0, 100), 20, 'Of a hundred requests under way so many may be retries.'),
    minRetryConcurrency: defaulted(integer(0, 2 ** 32 - 1), 3, 'So many are allowed however little is under way.'),
  }),
  ({ budgetPercent, minRetryConcurrency }) => ({ percent: budgetPercent, minConcurrency: minRetryConcurrency }),
);

const thresholds = object('Thresholds', 'What is used of a cluster at most at any one time, of all its hosts together. 0: no limit.', {
  maxConnections: defaulted(none, 0, "Connections. The default is MOSN's: as many as the traffic needs."),
  maxPendingRequests: defaulted(
    none,
    16384,
    'Requests that wait for a connection. The default bounds what a dead cluster can hold in memory to some 100 MiB.',
  ),
  maxRequests: defaulted(none, 0, "Requests under way. The default is MOSN's."),
  maxRetries: defaulted(none, 0, "Retries under way. The default is MOSN's."),
  retryBudget: optional(retryBudget, 'Retries as a share of what is under way. Takes the place of `max_retries`.'),
});

const circuitBreakers = converted(list(thresholds), ([first, ...more], report) => {
  if (more.length > 0) report.at(1).warn('has no effect, as the first entry counts');
  return first ?? thresholds.read({}, report);
});

/** A number for which 0 says nothing, as Go does not tell it from an absent one. */
function orDefault(standard: number) {
  return converted(integer(0, 2 ** 32 - 1), (value) => (value === 0 ? standard : value));
}

const clusterType = enumeration('SIMPLE', 'STATIC', 'STRICT_DNS', 'DYNAMIC', 'EDS', 'ORIGINAL_DST');

const presentType = converted(clusterType, (type, report) => {
  if (type === 'EDS' || type === 'DYNAMIC')
    report.warn('is not acted upon by Meshloom: no discovery is there yet, the hosts stay those in `hosts`');
  return type;
});

const keepalive = object('Keepalive', "MOSN's heartbeats on connections to hosts.", {
  interval: optional(duration(), "As the cluster's `probe_interval`, which comes before it. `0s`: as if absent."),
  timeout: ignored(duration(), 'a host is given up when it gives no sign of life three times in a row', 'How long the answer may take.'),
});

/** Hosts that do the same work. */
export type Cluster = Read<ReturnType<typeof cluster>>;

export function cluster(catalogue: Catalogue) {
  const entry = object('Cluster', 'Hosts that do the same work.', {
    name: required(text({ atLeast: 1 }), 'The name that routes know it by.'),
    type: defaulted(
      presentType,
      'SIMPLE',
      'How its hosts are found. `SIMPLE` and `STATIC` are the same: those in `hosts`. `ORIGINAL_DST`: each request goes where its client meant to go, whatever the balancer.',
    ),
    loadBalancer: defaulted(balancer(catalogue.balancers), STAND_IN, 'How a host is chosen for each request.', { key: 'lb_type' }),
    hosts: defaulted(list(host), [], 'The hosts.'),
    discovery: optional(
      discovery(catalogue),
      'Who finds the hosts, of those that plugins bring. Those in `hosts` are there until it has found some.',
    ),
    connectTimeout: defaulted(duration(), '10s', "How long connecting to a host may take. The default is MOSN's."),
    idleTimeout: defaulted(
      duration(),
      '90s',
      "How long a connection is kept without a request on it. `0s`: for ever. The default is that of Go's HTTP client.",
    ),
    connectionPerDownstream: optional(
      boolean(),
      'Whether each connection of a client has a connection to a host of its own, on which the host can call the client back. Absent: for the requests that announce a callback, as those of Dubbo do; all others share connections.',
    ),
    connectionsPerHost: defaulted(
      integer(1, 1024),
      1,
      'How many connections to a host requests are spread over, in protocols of which one connection carries many at once (Dubbo, HTTP/2). More are made when one has no room left for another request, whatever this says. The default makes the fewest connections, whose requests leave in the fewest system calls.',
    ),
    proxyProtocol: optional(
      enumeration('v1', 'v2'),
      "The version of the PROXY protocol in which each connection begins, so that the host knows the client: Envoy's `upstream_proxy_protocol`. Each connection of a client has connections to the hosts of its own then, which end with it. What nobody but us asks for, such as a health check, is said to be our own.",
    ),
    probeInterval: optional(
      duration(),
      "How long a host may be silent before it is asked for a sign of life, where the protocol has one: a heartbeat of Dubbo, a PING of HTTP/2. A host that gives none after three such times has its connection closed. `0s`: never. Absent: the protocol's own custom, which is 60s for Dubbo and never for HTTP/2.",
    ),
    protocolSettings: optional(
      converted(extendConfig(catalogue), (written, report) => protocolSettings(written, undefined, catalogue, report)),
      'Settings of protocols towards the hosts, an object for each under its name. What is said of a protocol towards clients stands in the key of the same name of the proxy.',
      { key: 'extend_config' },
    ),
    maxRequestsPerConnection: defaulted(
      integer(0, 2 ** 32 - 1),
      0,
      'How many requests a connection carries before it is replaced. 0, the default: without limit. MOSN has 1024 written there and never looks at it.',
      { key: 'max_request_per_conn' },
    ),
    connectionBufferLimitBytes: defaulted(
      orDefault(1_048_576),
      1_048_576,
      'Bytes that wait to be sent to a host before the sender is paused. 0: the default, 1 MiB as in Envoy: with one read of a socket (64 KiB) each read would pause, and a large body would take twice the time.',
      { key: 'conn_buffer_limit_bytes' },
    ),
    circuitBreakers: defaulted(circuitBreakers, [{}], 'What is used of it at most. As in MOSN, the first entry alone counts.'),
    tlsContext: tlsContextField(catalogue),
    clusterManagerTls: defaulted(boolean(), false, 'Whether the TLS settings of the cluster manager take the place of its own.'),
    healthCheck: optional(healthCheck(catalogue), 'How its hosts are checked.'),
    outlierDetection: optional(outlierDetection, "How outliers among its hosts are found. MOSN has nothing like it, the keys are Envoy's."),
    closeConnectionsOnHostHealthFailure: defaulted(
      boolean(),
      false,
      'Whether requests under way at a host, and its connections, end at once when it becomes unhealthy. Otherwise they finish, and what comes later gets new connections. Envoy has it.',
    ),
    preconnect: optional(preconnect(catalogue), 'Connections that are ready before anybody asks for them.'),
    slowStart: optional(slowStart, 'Lets the share of new hosts, and of those that have been ill, grow little by little.'),
    localityWeights: optional(
      dictionary(integer(0, 2 ** 32 - 1)),
      "Ours, in Envoy's meaning. Shares of the localities of the hosts, by name, as far as their hosts are well. Absent: it makes no difference where a host is.",
    ),
    lbConfig: defaulted(balancerSettings, {}, 'Settings of the balancer.', { key: 'lbconfig' }),
    lbSubsetConfig: optional(subsets, 'Divides its hosts by their labels. As in MOSN it has no effect without `subset_selectors`.'),
    originalDstLbConfig: defaulted(originalDestination, {}, 'How the host is found, with the type `ORIGINAL_DST`.'),
    spec: ignored(anything(), 'there is no subscription to a registry yet', 'The services of a registry that bring the hosts.'),
    keepalive: optional(keepalive, "MOSN's heartbeats on connections to hosts."),
    dnsRefreshRate: optional(duration(), "The time between two look-ups of a `STRICT_DNS` cluster. The default is MOSN's 5s."),
    respectDnsTtl: defaulted(boolean(), false, 'Whether answers of DNS say how long they hold, in place of `dns_refresh_rate`.'),
    dnsLookupFamily: optional(enumeration('V4_ONLY', 'V6_ONLY'), 'Which addresses are asked for. Absent: both.'),
    dnsResolvers: optional(dnsResolvers, 'Who is asked. Absent: the operating system, by all of its ways, such as the hosts file.'),
    dnsResolverFile: optional(
      text({ atLeast: 1 }),
      'A file like /etc/resolv.conf that says who is asked, where `dns_resolvers` does not. MOSN reads /etc/resolv.conf itself when it is absent.',
    ),
    dnsResolverPort: defaulted(dnsPort, '53', 'The port of the resolvers in that file.'),
    mark: ignored(integer(), 'Node.js has no way to set it', 'The mark of the sockets (SO_MARK).'),
    subType: ignored(text(), 'neither here nor in MOSN does anything go by it', 'A finer type.'),
    clusterPoolEnable: ignored(
      boolean(),
      'each cluster has pools of its own anyway',
      'Whether connections are pooled by cluster.',
      (own) => own === true,
    ),
  });
  return converted(entry, ({ keepalive: beats, ...rest }) => ({
    ...rest,
    probeInterval: rest.probeInterval ?? (beats?.interval || undefined),
  }));
}
