import type { LoadBalancer } from '../balancer.ts';
import type { BalancerSettings } from './settings.ts';

export type MakeLoadBalancer = (settings: BalancerSettings) => LoadBalancer;

/** The policies that a configuration can name (`lb_type`). Each is loaded when a cluster has it. */
const POLICIES: Readonly<Record<string, () => Promise<MakeLoadBalancer>>> = {
  LB_ROUNDROBIN: async () => (await import('./round-robin.ts')).roundRobin,
  LB_RANDOM: async () => (await import('./random.ts')).random,
  LB_WEIGHTED_ROUNDROBIN: async () => (await import('./weighted-round-robin.ts')).weightedRoundRobin,
  LB_REQUEST_ROUNDROBIN: async () => (await import('./request-round-robin.ts')).requestRoundRobin,
  LB_LEAST_REQUEST: async () => (await import('./least-request.ts')).leastRequest,
  LB_LEAST_CONNECTION: async () => (await import('./least-request.ts')).leastConnection,
  LB_PEAK_EWMA: async () => (await import('./peak-ewma.ts')).peakEwma,
  LB_MAGLEV: async () => (await import('./maglev.ts')).maglev,
  LB_RINGHASH: async () => (await import('./ring-hash.ts')).ringHash,
};

/** The names of all of them. */
export const LOAD_BALANCERS: readonly string[] = Object.keys(POLICIES);

/** Loads those among some names, and passes over all others. */
export async function loadBalancers(names: Iterable<string>): Promise<ReadonlyMap<string, MakeLoadBalancer>> {
  const known = [...new Set(names)].filter((name) => Object.hasOwn(POLICIES, name));
  return new Map(await Promise.all(known.map(async (name): Promise<[string, MakeLoadBalancer]> => [name, await POLICIES[name]!()])));
}
