import type { Exchange, Filter, Verdict } from '../../filter.ts';
import type { FilterKind, FilterSurroundings } from '../../filter-kind.ts';
import { Regulator } from './regulator.ts';
import { type FaultToleranceSettings, settings } from './settings.ts';

const kind: FilterKind<FaultToleranceSettings> = {
  type: 'fault_tolerance',
  settings,
  build: (own, surroundings) => new FaultToleranceFilter(own, surroundings),
};
export default kind;

/** Counts what hosts answer, also where we had to answer for them. */
class FaultToleranceFilter implements Filter {
  readonly name = kind.type;
  private readonly enabled: boolean;
  private readonly failures: ReadonlySet<number>;
  private readonly regulator: Regulator;

  constructor(own: FaultToleranceSettings, { timers, suspendHost, log }: FilterSurroundings) {
    this.enabled = own.enabled;
    this.failures = new Set(own.exceptionTypes);
    this.regulator = new Regulator(own, timers, (cluster, host, forMs) => {
      const suspended = suspendHost(cluster, host, forMs);
      if (suspended) log.info(`cluster "${cluster}": host ${host} is suspended for ${forMs} ms: it fails more often than the others`);
      return suspended;
    });
  }

  onResponse({ host, route, response }: Exchange): Verdict {
    if (this.enabled && host !== undefined && route !== undefined && response !== undefined) {
      this.regulator.count(route.clusterName, host.address, this.failures.has(response.status));
    }
    return undefined;
  }
}
