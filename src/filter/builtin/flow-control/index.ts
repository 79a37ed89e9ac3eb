import { CallbackTimer } from '../../../base/timers.ts';
import { routingPath } from '../../../router/path.ts';
import { answer } from '../../answer.ts';
import { type Exchange, type Filter, HOLD, type Verdict } from '../../filter.ts';
import type { FilterKind, FilterSurroundings } from '../../filter-kind.ts';
import { queryOf } from '../../format/request-parts.ts';
import { Policies } from '../../policies.ts';
import { slot } from '../../slot.ts';
import { Limit, Resource } from './resource.ts';
import { type FlowControlSettings, settings } from './settings.ts';

const kind: FilterKind<FlowControlSettings> = {
  type: 'flowControlFilter',
  settings,
  build: (own, surroundings) => new FlowControlFilter(own, surroundings),
};
export default kind;

/** MOSN's, where the configuration says 0. */
const TOO_MANY = 429;

/** What a request has taken, and gives back when it is over. */
interface Passing {
  readonly resource: Resource;
  readonly turn: CallbackTimer | undefined;
}

const PASSING = slot<Passing>();

/** Bounds how many requests of a resource come, and how many are there at once. Sentinel's rules, with MOSN's keys. */
class FlowControlFilter implements Filter {
  readonly name = kind.type;
  private readonly surroundings: FilterSurroundings;
  private readonly policies: Policies<FlowControlSettings, FlowPolicy>;

  constructor(own: FlowControlSettings, surroundings: FilterSurroundings) {
    this.surroundings = surroundings;
    this.policies = new Policies(kind, own, (each) => new FlowPolicy(each));
  }

  onRoute(exchange: Exchange): Verdict {
    const { settings: policy, resources } = this.policies.of(exchange);
    // A request that is routed anew has been counted.
    if (!policy.globalSwitch || exchange.get(PASSING) !== undefined) return undefined;
    const found = resources.get(nameOf(exchange, policy));
    if (found === undefined) return undefined;
    const { timers } = this.surroundings;
    let wait = 0;
    for (const limit of found.limits) {
      const asked = limit.ask(timers.now);
      if (asked === undefined) {
        answer(exchange, policy.action.status || TOO_MANY, policy.action.body, 'RL');
        return undefined;
      }
      wait = Math.max(wait, asked);
    }
    const { resource } = found;
    resource.pass(timers.now);
    const turn = wait === 0 ? undefined : new CallbackTimer(() => exchange.resume());
    exchange.set(PASSING, { resource, turn });
    if (turn === undefined) return undefined;
    timers.schedule(turn, wait);
    return HOLD;
  }

  onComplete(exchange: Exchange): void {
    const passing = exchange.get(PASSING);
    if (passing === undefined) return;
    passing.resource.concurrent--;
    if (passing.turn !== undefined) this.surroundings.timers.cancel(passing.turn);
  }
}

/** The resources that rules speak of, and what they say of each. */
class FlowPolicy {
  readonly settings: FlowControlSettings;
  readonly resources = new Map<string, { readonly resource: Resource; readonly limits: Limit[] }>();

  constructor(settings: FlowControlSettings) {
    this.settings = settings;
    for (const rule of settings.rules) {
      const counted = this.resource(rule.relationStrategy === 1 ? rule.refResource : rule.resource).resource;
      this.resource(rule.resource).limits.push(new Limit(rule, counted));
    }
  }

  private resource(name: string) {
    const found = this.resources.get(name) ?? { resource: new Resource(), limits: [] };
    this.resources.set(name, found);
    return found;
  }
}

function nameOf({ request }: Exchange, { limitKeyType }: FlowControlSettings): string {
  // As routes see it: other spellings are no other resource.
  if (limitKeyType === 'PATH') return routingPath(request);
  return limitKeyType === 'ARG' ? (queryOf(request.path) ?? '') : request.path;
}
