import type { LoadBalancer } from '../balancer.ts';
import { random } from './random.ts';
import { requestRoundRobin } from './request-round-robin.ts';
import { roundRobin } from './round-robin.ts';

/** The policies that the configuration can name (`lb_type`). */
export const LOAD_BALANCERS: ReadonlyMap<string, LoadBalancer> = new Map(
  [random(), roundRobin(), requestRoundRobin].map((balancer) => [balancer.name, balancer]),
);

/** What MOSN takes when a cluster names no policy, or one that it does not know. */
export const DEFAULT_LOAD_BALANCER = 'LB_ROUNDROBIN';
