import { type HostChoice, type LoadBalancer, NOTHING, type Picker } from '../balancer.ts';
import type { Host } from '../host.ts';
import { firstFrom } from './pick.ts';

class RequestRoundRobinPicker implements Picker {
  private readonly hosts: readonly Host[];

  constructor(hosts: readonly Host[]) {
    this.hosts = hosts;
  }

  pick(_choice: HostChoice, tried: readonly Host[], overlook = NOTHING): Host | undefined {
    return firstFrom(this.hosts, 0, tried, overlook);
  }
}

/** MOSN's: every request begins at the first host of the list, and each further attempt goes one on. A list of preference. */
export function requestRoundRobin(): LoadBalancer {
  return { name: 'LB_REQUEST_ROUNDROBIN', build: (hosts) => new RequestRoundRobinPicker(hosts) };
}
