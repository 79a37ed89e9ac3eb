import type { LoadBalancer } from '../balancer.ts';
import { biased, leastLoaded } from './least-loaded.ts';
import type { BalancerSettings } from './settings.ts';

/** The host with the fewest requests under way. */
export function leastRequest(settings: BalancerSettings): LoadBalancer {
  const { activeRequestBias } = settings;
  return leastLoaded('LB_LEAST_REQUEST', (host) => biased(host.active + 1, activeRequestBias), settings);
}

/** The host with the fewest connections: for long-lived ones, each of which means work by itself. */
export function leastConnection(settings: BalancerSettings): LoadBalancer {
  const { activeRequestBias } = settings;
  return leastLoaded('LB_LEAST_CONNECTION', (host) => biased(host.counts.connectionActive + 1, activeRequestBias), settings);
}
