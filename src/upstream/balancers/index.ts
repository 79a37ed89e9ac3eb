import type { LoadBalancer } from '../balancer.ts';
import { leastConnection, leastRequest } from './least-request.ts';
import { maglev } from './maglev.ts';
import { peakEwma } from './peak-ewma.ts';
import { random } from './random.ts';
import { requestRoundRobin } from './request-round-robin.ts';
import { ringHash } from './ring-hash.ts';
import { roundRobin } from './round-robin.ts';
import type { BalancerSettings } from './settings.ts';
import { weightedRoundRobin } from './weighted-round-robin.ts';

export type MakeLoadBalancer = (settings: BalancerSettings) => LoadBalancer;

/** The policies that a configuration can name (`lb_type`). */
export const LOAD_BALANCERS: ReadonlyMap<string, MakeLoadBalancer> = new Map<string, MakeLoadBalancer>([
  ['LB_ROUNDROBIN', roundRobin],
  ['LB_RANDOM', random],
  ['LB_WEIGHTED_ROUNDROBIN', weightedRoundRobin],
  ['LB_REQUEST_ROUNDROBIN', requestRoundRobin],
  ['LB_LEAST_REQUEST', leastRequest],
  ['LB_LEAST_CONNECTION', leastConnection],
  ['LB_PEAK_EWMA', peakEwma],
  ['LB_MAGLEV', maglev],
  ['LB_RINGHASH', ringHash],
]);
