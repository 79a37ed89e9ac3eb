import type { LoadBalancer } from '../balancer.ts';
import { equalWeights } from '../weights.ts';
import { EdfPicker } from './edf-picker.ts';
import { roundRobin } from './round-robin.ts';
import type { BalancerSettings } from './settings.ts';

/** Each host as often as its weight says. */
export function weightedRoundRobin(settings: BalancerSettings): LoadBalancer {
  const { weights, random } = settings;
  const evenly = roundRobin(settings);
  return {
    name: 'LB_WEIGHTED_ROUNDROBIN',
    build: (hosts) => (equalWeights(hosts, weights) ? evenly.build(hosts) : new EdfPicker(hosts, (host) => weights.of(host), random)),
  };
}
