import { CallbackTimer } from '../../../base/timers.ts';
import { answer } from '../../answer.ts';
import { type Exchange, type Filter, HOLD, type Verdict } from '../../filter.ts';
import type { FilterKind, FilterSurroundings } from '../../filter-kind.ts';
import { slot } from '../../slot.ts';
import { type FaultSettings, settings } from './settings.ts';

const kind: FilterKind<FaultSettings> = {
  type: 'fault',
  settings,
  build: (own, surroundings) => new FaultFilter(own, surroundings),
};
export default kind;

const DELAY = slot<CallbackTimer>();

/** Holds requests back, answers them in the upstream's place, or both, by chance. In MOSN's meaning and Envoy's. */
class FaultFilter implements Filter {
  readonly name = kind.type;
  private readonly own: FaultSettings;
  private readonly surroundings: FilterSurroundings;

  constructor(own: FaultSettings, surroundings: FilterSurroundings) {
    this.own = own;
    this.surroundings = surroundings;
  }

  onRoute(exchange: Exchange): Verdict {
    const faults = exchange.routeSettings(kind) ?? this.own;
    // A request that is routed anew has been held back.
    const delay = exchange.get(DELAY) === undefined ? faults.delay : undefined;
    const { upstreamCluster, headers } = faults;
    if (upstreamCluster !== '' && exchange.route?.clusterName !== upstreamCluster) return undefined;
    if (!headers(exchange.request)) return undefined;
    if (delay === undefined || delay.fixedDelay === 0 || !this.happens(delay.percentage)) {
      this.abort(faults, exchange);
      return undefined;
    }
    const waiting = new CallbackTimer(() => {
      if (!this.abort(faults, exchange)) exchange.resume();
    });
    exchange.addFlag('DI');
    exchange.set(DELAY, waiting);
    this.surroundings.timers.schedule(waiting, delay.fixedDelay);
    return HOLD;
  }

  /** The client may leave while its request is held back. */
  onComplete(exchange: Exchange): void {
    const waiting = exchange.get(DELAY);
    if (waiting !== undefined) this.surroundings.timers.cancel(waiting);
  }

  private abort({ abort }: FaultSettings, exchange: Exchange): boolean {
    if (abort === undefined || !this.happens(abort.percentage)) return false;
    answer(exchange, abort.status, 'fault injected', 'FI');
    return true;
  }

  private happens(percentage: number): boolean {
    return percentage > 0 && this.surroundings.random() * 100 < percentage;
  }
}
