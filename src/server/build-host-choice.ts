import type { RouteAction } from '../config/index.ts';
import type { HostPolicy } from '../proxy/route.ts';
import { Labels } from '../upstream/labels.ts';
import type { BuildHashPolicy } from './build-hash-policy.ts';

/** What the requests of a route say about the host that they want; undefined where any will do. */
export function buildHostPolicy(action: RouteAction | undefined, buildHashPolicy: BuildHashPolicy | undefined): HostPolicy | undefined {
  if (action === undefined) return undefined;
  const { hashPolicy, metadataMatch, weightedClusters } = action;
  const ofRoute = labelsOf(metadataMatch);
  const byCluster = new Map(weightedClusters.map(({ name, metadataMatch: own }) => [name, labelsOf(metadataMatch, own)]));
  const labelled = ofRoute !== undefined || [...byCluster.values()].some((labels) => labels !== undefined);
  if (hashPolicy.length === 0 && !labelled) return undefined;
  const policy = hashPolicy.length === 0 ? undefined : buildHashPolicy?.(hashPolicy);
  return {
    hash: policy === undefined ? undefined : (exchange) => policy.hash(exchange),
    labels: labelled ? (cluster) => byCluster.get(cluster) ?? ofRoute : undefined,
  };
}

/** Whether a request of the route may be given a cookie. */
export function makesCookies(action: RouteAction | undefined): boolean {
  return action?.hashPolicy.some(({ cookie }) => cookie?.ttl !== undefined) ?? false;
}

/** The labels that a weighted cluster asks for come before those of its route. */
function labelsOf(...levels: readonly (ReadonlyMap<string, string> | undefined)[]): Labels | undefined {
  const pairs = levels.flatMap((level) => [...(level ?? [])]);
  return pairs.length === 0 ? undefined : new Labels(Object.fromEntries(pairs));
}
