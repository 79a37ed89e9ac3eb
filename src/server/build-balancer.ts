import type { Timers } from '../base/timers.ts';
import type { Cluster as ClusterEntry, SlowStart as SlowStartEntry, Subsets } from '../config/index.ts';
import type { LoadBalancer } from '../upstream/balancer.ts';
import type { MakeLoadBalancer } from '../upstream/balancers/index.ts';
import { balancerSettings } from '../upstream/balancers/settings.ts';
import { Labels } from '../upstream/labels.ts';
import { ORIGINAL_DESTINATION, OriginalDestination } from '../upstream/original-destination.ts';
import { withPriorities } from '../upstream/priorities.ts';
import { SlowStart } from '../upstream/slow-start.ts';
import { type SubsetFallback, withSubsets } from '../upstream/subsets.ts';
import { STEADY_WEIGHTS, type Weights } from '../upstream/weights.ts';
import type { ClusterSurroundings } from './cluster-surroundings.ts';

/** MOSN's `fall_back_policy`, by number. */
const FALLBACKS: readonly SubsetFallback[] = ['none', 'any', 'default'];

/**
 * How a cluster of the configuration chooses among its hosts: by labels, among those by priority and place, and among those by the
 * balancer. The configuration has made sure that there is such a one.
 */
export function buildBalancer(entry: ClusterEntry, make: MakeLoadBalancer | undefined, timers: Timers): LoadBalancer {
  const { loadBalancer, lbConfig, localityWeights } = entry;
  if (make === undefined) throw new Error(`there is no balancer ${loadBalancer}`);
  const settings = balancerSettings(timers, { ...lbConfig, weights: weightsOf(entry.slowStart, timers) });
  const prioritized = withPriorities(make(settings), {
    overprovisioning: lbConfig.overprovisioningFactor / 100,
    panicThreshold: lbConfig.healthyPanicThreshold / 100,
    localityWeights,
    random: settings.random,
  });
  return divided(prioritized, entry.lbSubsetConfig);
}

function weightsOf(slowStart: SlowStartEntry | undefined, timers: Timers): Weights {
  if (slowStart?.mode === undefined || slowStart.slowStartDuration === 0) return STEADY_WEIGHTS;
  const { slowStartDuration: durationMs, aggression, minWeightPercent } = slowStart;
  return new SlowStart({ durationMs, aggression, minWeightPercent }, timers);
}

function divided(balancer: LoadBalancer, subsets: Subsets | undefined): LoadBalancer {
  if (subsets === undefined || subsets.subsetSelectors.length === 0) return balancer;
  return withSubsets(balancer, {
    fallback: FALLBACKS[subsets.fallBackPolicy] ?? 'none',
    defaultSubset: new Labels(Object.fromEntries(subsets.defaultSubset)),
    selectors: subsets.subsetSelectors,
  });
}

/** As in MOSN, the type of the cluster says it, or the balancer. */
export function goesToOriginalDestination({ type, loadBalancer }: ClusterEntry): boolean {
  return type === 'ORIGINAL_DST' || loadBalancer === ORIGINAL_DESTINATION;
}

/** The hosts of such a cluster, and the choice among them. */
export function buildOriginalDestination(
  { originalDstLbConfig }: ClusterEntry,
  { timers, listensAt }: ClusterSurroundings,
): OriginalDestination {
  const { useHeader, headerName, replaceLocal, maxHosts } = originalDstLbConfig;
  const header = headerName === undefined || headerName === '' || headerName === ':authority' ? 'host' : headerName.toLowerCase();
  return new OriginalDestination({ timers, listensAt, header: useHeader ? header : undefined, replaceLocal, maxHosts });
}
