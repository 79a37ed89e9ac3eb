import type { Timers } from '../base/timers.ts';
import type { Cluster as ClusterEntry } from '../config/index.ts';
import type { LoadBalancer } from '../upstream/balancer.ts';
import { LOAD_BALANCERS } from '../upstream/balancers/index.ts';
import { balancerSettings } from '../upstream/balancers/settings.ts';

/** How a cluster of the configuration chooses among its hosts. The configuration has made sure that there is such a balancer. */
export function buildBalancer({ loadBalancer, lbConfig }: ClusterEntry, timers: Timers): LoadBalancer {
  const make = LOAD_BALANCERS.get(loadBalancer);
  if (make === undefined) throw new Error(`there is no balancer ${loadBalancer}`);
  return make(balancerSettings(timers, lbConfig));
}
