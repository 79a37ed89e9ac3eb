import type { LoadBalancer } from '../balancer.ts';
import { random } from './random.ts';
import { requestRoundRobin } from './request-round-robin.ts';
import { roundRobin } from './round-robin.ts';
import { weightedRoundRobin } from './weighted-round-robin.ts';

/** What MOSN takes when a cluster names no policy, or one that it does not know. */
export const DEFAULT_LOAD_BALANCER = 'LB_ROUNDROBIN';

/** The policies that a configuration can name (`lb_type`). */
export const LOAD_BALANCERS: ReadonlyMap<string, LoadBalancer> = new Map(
  [roundRobin(), random(), weightedRoundRobin(), requestRoundRobin].map((balancer) => [balancer.name, balancer]),
);

/** The policy of that name. For an unknown one the default, and `report` is told. */
export function loadBalancer(name: string | undefined, report: (message: string) => void): LoadBalancer {
  const fallback = LOAD_BALANCERS.get(DEFAULT_LOAD_BALANCER)!;
  if (!name) return fallback;
  const balancer = LOAD_BALANCERS.get(name);
  if (balancer === undefined) {
    report(
      `there is no load balancer "${name}": ${DEFAULT_LOAD_BALANCER} takes its place; there are ${[...LOAD_BALANCERS.keys()].join(', ')}`,
    );
  }
  return balancer ?? fallback;
}
