import { converted, list } from '../../base/schema/collections.ts';
import { duration } from '../../base/schema/duration.ts';
import { defaulted, ignored, optional, required } from '../../base/schema/fields.ts';
import { notation } from '../../base/schema/notation.ts';
import { object } from '../../base/schema/object.ts';
import type { Report } from '../../base/schema/report.ts';
import { boolean, integer, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import type { Catalogue } from '../catalogue.ts';
import { perFilterConfig } from './filter-settings.ts';
import { hashPolicy } from './hash-policy.ts';
import { headerLists } from './headers.ts';
import { labels, metadata } from './metadata.ts';
import { upstreamProtocol } from './protocols.ts';
import { type Redirect, redirect } from './redirect.ts';
import { retryPolicy } from './retry-policy.ts';
import { regexRewrite } from './rewrite.ts';
import { type RouteMatch, routeMatch } from './route-match.ts';

export type WeightedCluster = Read<typeof weightedCluster>;

export const weightedCluster = converted(
  object('Weighted cluster', 'One of the clusters that share the requests of a route.', {
    cluster: required(
      object('Cluster weight', 'A cluster and its share.', {
        name: required(text({ atLeast: 1 }), 'The name of the cluster.'),
        weight: defaulted(integer(0, 2 ** 32 - 1), 0, 'Its share, out of the sum of all weights of the route.'),
        metadataMatch: optional(labels, 'The labels of the hosts of it that are asked, besides those of the route and before them.'),
      }),
      'The cluster and its share.',
    ),
  }),
  (entry) => entry.cluster,
);

/** In `upstream_protocol`: the one that the client speaks, whatever the listener says. */
export const AS_CLIENT = '';

const hedgePolicy = object('Hedge policy', 'Asks a second host while the first takes its time.', {
  hedgeOnPerTryTimeout: defaulted(
    boolean(),
    false,
    'Whether a try that takes longer than `retry_timeout` goes on while the request is sent to another host: the first good answer wins. It counts as a retry, and is made only where doing a request twice is doing it once.',
  ),
});

export type RouteAction = Read<ReturnType<typeof routeAction>>;

function routeAction(catalogue: Catalogue) {
  const entry = object('Route action', 'Sends a request to a cluster, and says how.', {
    clusterName: optional(text({ atLeast: 1 }), 'The cluster.'),
    clusterHeader: optional(
      text({ atLeast: 1 }),
      'A header that names the cluster. Where it is missing, the cluster is what the other keys say.',
    ),
    clusterVariable: optional(
      notation('variable', 'the name of a variable', catalogue.variableFault),
      'A variable that names the cluster. `cluster_name` comes before it, as in MOSN.',
    ),
    weightedClusters: defaulted(list(weightedCluster), [], 'Clusters that share the requests.'),
    upstreamProtocol: optional(
      text({ atLeast: 1 }),
      "The protocol towards the cluster, in place of the listener's; `Auto` is the one that the client speaks.",
    ),
    timeout: optional(
      duration(),
      "How long the answer may take, from the end of the request to its own end. `0s`: for ever. Absent: MOSN's 60s, but only to the head of the answer, so that no long answer is cut by a limit that nobody asked for.",
    ),
    idleTimeout: optional(
      duration(),
      "How long nothing of a request or its answer may come or go. Absent: for ever, or as long as the listener says. The key is Envoy's.",
    ),
    maxStreamDuration: optional(
      duration(),
      "How long a request may last, from its head to the end of the answer. Absent: for ever. The key is Envoy's.",
    ),
    retryPolicy: defaulted(retryPolicy, {}, 'When it is tried again.'),
    hedgePolicy: optional(hedgePolicy, 'What is done while a try takes too long.'),
    prefixRewrite: optional(text({ atLeast: 1 }), 'What takes the place of the `prefix`, or `path`, that was matched.'),
    regexRewrite: optional(regexRewrite, 'A part of the path that is replaced. Counts only without `prefix_rewrite`.'),
    hostRewrite: optional(text({ atLeast: 1 }), 'What takes the place of the authority (Host).'),
    autoHostRewrite: defaulted(boolean(), false, 'Whether the host name of the chosen host takes the place of the authority.'),
    autoHostRewriteHeader: optional(text({ atLeast: 1 }), 'A header whose value takes the place of the authority.'),
    ...headerLists,
    hashPolicy: defaulted(
      list(hashPolicy),
      [],
      'What keeps equal requests on one host, with the balancers `LB_RINGHASH` and `LB_MAGLEV`. Several count together; in MOSN only the first does.',
    ),
    metadataMatch: optional(labels, 'The labels of the hosts of the cluster that are asked, where the cluster has subsets.'),
  });
  return converted(entry, (written, report) => {
    const spoken = upstreamProtocol(written.upstreamProtocol, new Map(), catalogue, report);
    // As the listener says, as the client speaks, or by its name in the catalogue.
    return { ...written, upstreamProtocol: written.upstreamProtocol === undefined ? undefined : (spoken ?? AS_CLIENT) };
  });
}

export type DirectResponse = Read<typeof directResponse>;

const directResponse = object('Direct response', 'Answers here, and asks nobody.', {
  status: required(integer(200, 599), 'The status.'),
  body: defaulted(text(), '', 'The body.'),
});

const mirrorPolicy = object('Mirror policy', 'Another cluster that gets a copy of the requests, and whose answers nobody sees.', {
  cluster: required(text({ atLeast: 1 }), 'The cluster.'),
  percent: defaulted(integer(0, 100), 0, "Of a hundred requests so many are copied, drawn by chance. The default is MOSN's: none."),
  traceSampled: ignored(boolean(), 'there is no tracing yet', 'Whether copies are traced.'),
});

/** One route: what it matches, and the one thing that is done. */
export type Route = Read<ReturnType<typeof route>>;

export function route(catalogue: Catalogue) {
  const entry = object(
    'Route',
    'The first route of a virtual host that matches is taken. It has one of `route`, `redirect` and `direct_response`.',
    {
      match: defaulted(routeMatch(catalogue), {}, 'What a request must be like.'),
      route: optional(routeAction(catalogue), 'Send it to a cluster.'),
      redirect: optional(redirect, 'Send the client elsewhere.'),
      directResponse: optional(directResponse, 'Answer here.'),
      metadata: ignored(metadata, 'neither here nor in MOSN does anything go by it', 'Properties of the route.'),
      perFilterConfig: perFilterConfig(catalogue),
      requestMirrorPolicies: optional(
        mirrorPolicy,
        'Who gets a copy of the requests. A copy waits for nobody and nobody for it; one that falls behind by more than the `per_connection_buffer_limit_bytes` of the listener is given up.',
      ),
    },
  );
  return converted(entry, (written, report) => {
    checkAction(written, report);
    return written;
  });
}

interface Actions {
  readonly match: RouteMatch;
  readonly route: RouteAction | undefined;
  readonly redirect: Redirect | undefined;
  readonly directResponse: object | undefined;
}

function checkAction({ match, route: action, redirect: elsewhere, directResponse: answer }: Actions, report: Report): void {
  if (match.prefix === undefined && match.path === undefined) {
    const why = ['has no effect without a `prefix` or `path` to match', 'use `regex_rewrite`'] as const;
    if (action?.prefixRewrite !== undefined)
      report
        .at('route')
        .at('prefix_rewrite')
        .warn(...why);
    if (elsewhere?.prefixRewrite !== undefined)
      report
        .at('redirect')
        .at('prefix_rewrite')
        .warn(...why);
  }
  if (elsewhere !== undefined || answer !== undefined) {
    if (action !== undefined) report.at('route').warn('has no effect, as the route answers by itself');
    if (elsewhere !== undefined && answer !== undefined) report.at('redirect').warn('has no effect, as `direct_response` comes first');
    return;
  }
  if (action === undefined) {
    report.error('does nothing', 'give it a `route`, a `redirect` or a `direct_response`');
    return;
  }
  const { clusterName, clusterHeader, clusterVariable, weightedClusters, hedgePolicy: hedges, retryPolicy: retries } = action;
  if (hedges?.hedgeOnPerTryTimeout === true && retries.retryTimeout === 0) {
    report.at('route').at('hedge_policy').warn('has no effect where one try has no time', 'give `retry_policy` a `retry_timeout`');
  }
  if (weightedClusters.length > 0) {
    checkWeights(weightedClusters, report.at('route').at('weighted_clusters'));
    return;
  }
  if (clusterName === undefined && clusterHeader === undefined && clusterVariable === undefined) {
    report
      .at('route')
      .error('names no cluster', 'give it a `cluster_name`, a `cluster_header`, a `cluster_variable` or `weighted_clusters`');
  }
}

/** Of some clusters that share requests, or connections. */
export function checkWeights(clusters: readonly WeightedCluster[], place: Report): void {
  const total = clusters.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) place.error('have no weight together', 'give at least one a weight above 0');
  else if (total >= 2 ** 32) place.error(`weigh ${total} together`, 'stay below 4294967296');
}
