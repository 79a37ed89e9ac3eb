import { dictionary } from '../../../base/schema/collections.ts';
import { duration } from '../../../base/schema/duration.ts';
import { defaulted } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { boolean, number, text } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';
import { answer } from '../../answer.ts';
import type { Exchange, Filter, Verdict } from '../../filter.ts';
import type { FilterKind, FilterSurroundings } from '../../filter-kind.ts';
import { pathOf } from '../../format/request-parts.ts';
import { slot } from '../../slot.ts';

type HealthCheckSettings = Read<typeof settings>;

const settings = object('Client health check', 'Answers those who ask whether this proxy is well: `healthcheck`.', {
  endpoint: defaulted(text(), '', 'The path, or the service of a call, that is asked for it. Empty: nobody asks.'),
  passthrough: defaulted(
    boolean(),
    false,
    'Whether the upstream is asked instead. Its answer holds for `cache_time`, in which others get the same.',
  ),
  cacheTime: defaulted(duration(), '0s', "How long the upstream's answer holds. `0s`: each time it is asked anew."),
  clusterMinHealthyPercentages: defaulted(
    dictionary(number(0, 100)),
    {},
    'Clusters without which this proxy is not well, each with the share of its hosts that must be healthy, in percent.',
  ),
});

const kind: FilterKind<HealthCheckSettings> = {
  type: 'healthcheck',
  settings,
  build: (own, surroundings) => new HealthCheckFilter(own, surroundings),
};
export default kind;

/** Of a question that was passed on: its answer is remembered. */
const PASSED_ON = slot<true>();

/** Answers health checks of clients, in MOSN's and Envoy's meaning, before there is a route. */
class HealthCheckFilter implements Filter {
  readonly name = kind.type;
  private readonly settings: HealthCheckSettings;
  private readonly surroundings: FilterSurroundings;
  /** The upstream's latest answer, and how long it holds. */
  private status = 0;
  private until = Number.NEGATIVE_INFINITY;

  constructor(own: HealthCheckSettings, surroundings: FilterSurroundings) {
    this.settings = own;
    this.surroundings = surroundings;
  }

  onRequest(exchange: Exchange): Verdict {
    const { endpoint, passthrough } = this.settings;
    if (endpoint === '' || pathOf(exchange.request.path) !== endpoint) return undefined;
    if (!passthrough) answer(exchange, this.isWell() ? 200 : 503, '');
    else if (this.surroundings.timers.now < this.until) answer(exchange, this.status, '');
    else exchange.set(PASSED_ON, true);
    return undefined;
  }

  onResponse(exchange: Exchange): Verdict {
    if (exchange.get(PASSED_ON) === undefined || exchange.response === undefined) return undefined;
    this.status = exchange.response.status;
    this.until = this.surroundings.timers.now + this.settings.cacheTime;
    return undefined;
  }

  private isWell(): boolean {
    for (const [cluster, wanted] of this.settings.clusterMinHealthyPercentages) {
      const { hosts, healthy } = this.surroundings.hostsOf(cluster) ?? { hosts: 0, healthy: 0 };
      // A cluster without hosts has none that are healthy, as in Envoy.
      if (wanted > 0 && (hosts === 0 || (healthy * 100) / hosts < wanted)) return false;
    }
    return true;
  }
}
