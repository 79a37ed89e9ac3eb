import type { Logger } from '../../../base/log.ts';
import { FieldList } from '../../../protocol/fields.ts';
import { LocalResponse } from '../../../protocol/local-response.ts';
import { answer } from '../../answer.ts';
import { type Exchange, type Filter, HOLD, type Verdict } from '../../filter.ts';
import type { FilterKind, FilterSurroundings } from '../../filter-kind.ts';
import { Policies } from '../../policies.ts';
import { slot } from '../../slot.ts';
import type { Check, Decision, Field } from './decision.ts';
import { GrpcCheck } from './grpc-check.ts';
import { HttpCheck } from './http-check.ts';
import { type AuthorizationSettings, settings } from './settings.ts';

const kind: FilterKind<AuthorizationSettings> = {
  type: 'ext_authz',
  settings,
  build: (own, surroundings) => new AuthorizationFilter(own, surroundings),
};
export default kind;

/** What has become of one exchange. */
interface Asking {
  cancel: () => void;
  over: boolean;
  /** For the client, with the answer. */
  answer: readonly Field[];
}

const ASKING = slot<Asking>();

interface Policy {
  readonly settings: AuthorizationSettings;
  /** Undefined: nobody is asked. */
  readonly check: Check | undefined;
}

/** Lets a service decide about each request: Envoy's filter of that name. */
class AuthorizationFilter implements Filter {
  readonly name = kind.type;
  private readonly policies: Policies<AuthorizationSettings, Policy>;
  private readonly log: Logger;

  constructor(own: AuthorizationSettings, surroundings: FilterSurroundings) {
    this.log = surroundings.log;
    this.policies = new Policies(kind, own, (each) => ({ settings: each, check: checkOf(each, surroundings) }));
  }

  onRoute(exchange: Exchange): Verdict {
    const policy = this.policies.of(exchange);
    // Another route may have been looked for since.
    if (policy.check === undefined || exchange.get(ASKING) !== undefined) return undefined;
    const asking: Asking = { cancel: () => {}, over: false, answer: [] };
    exchange.set(ASKING, asking);
    const asked = policy.check.ask(exchange, (decision) => {
      if (asking.over) return;
      asking.over = true;
      asking.cancel();
      this.onDecision(exchange, asking, policy, decision);
    });
    asking.cancel = () => asked.cancel();
    return HOLD;
  }

  onResponse(exchange: Exchange): Verdict {
    for (const [name, value] of exchange.get(ASKING)?.answer ?? []) exchange.response?.fields.set(name, value);
    return undefined;
  }

  /** The client may leave while the service decides. */
  onComplete(exchange: Exchange): void {
    const asking = exchange.get(ASKING);
    if (asking === undefined || asking.over) return;
    asking.over = true;
    asking.cancel();
  }

  private onDecision(
    exchange: Exchange,
    asking: Asking,
    { settings: { failureModeAllow, statusOnError } }: Policy,
    decision: Decision,
  ): void {
    const { fields } = exchange.request;
    switch (decision.is) {
      case 'allowed':
        for (const name of decision.remove) fields.delete(name);
        for (const [name, value] of decision.set) fields.set(name, value);
        for (const [name, value] of decision.append) fields.append(name, value);
        asking.answer = decision.answer;
        exchange.resume();
        return;
      case 'denied':
        deny(exchange, decision);
        return;
      case 'error':
        if (this.log.enabled('debug')) this.log.debug(`ext_authz: no decision: ${decision.why}`);
        if (failureModeAllow) exchange.resume();
        else answer(exchange, statusOnError.code, 'it cannot be found out whether this is allowed', 'UAEX');
    }
  }
}

function checkOf(
  { disabled, httpService, grpcService, checkSettings }: AuthorizationSettings,
  { ask }: FilterSurroundings,
): Check | undefined {
  if (disabled) return undefined;
  if (httpService !== undefined) return new HttpCheck(httpService, ask);
  return grpcService === undefined ? undefined : new GrpcCheck(grpcService, checkSettings.contextExtensions, ask);
}

function deny(exchange: Exchange, { status, fields, body }: Extract<Decision, { is: 'denied' }>): void {
  const list = new FieldList(fields);
  list.set('content-length', String(body.length));
  exchange.respond(new LocalResponse(status, list), body, 'UAEX');
}
