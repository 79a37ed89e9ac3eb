import type { Configurable, Exchange } from './filter.ts';

/**
 * What a filter makes of its settings: once of its own, and once of those of each route that has some (`per_filter_config`), when the
 * first request of that route comes. So that what belongs to a route, such as its count of requests, is there once.
 */
export class Policies<Settings extends object, Policy> {
  private readonly kind: Configurable<Settings>;
  private readonly own: Policy;
  private readonly make: (settings: Settings) => Policy;
  private readonly ofRoutes = new Map<Settings, Policy>();

  constructor(kind: Configurable<Settings>, own: Settings, make: (settings: Settings) => Policy) {
    this.kind = kind;
    this.own = make(own);
    this.make = make;
  }

  /** What holds for that exchange. Before there is a route: the filter's own. */
  of(exchange: Exchange): Policy {
    const settings = exchange.routeSettings(this.kind);
    if (settings === undefined) return this.own;
    let policy = this.ofRoutes.get(settings);
    if (policy === undefined) {
      policy = this.make(settings);
      this.ofRoutes.set(settings, policy);
    }
    return policy;
  }
}
