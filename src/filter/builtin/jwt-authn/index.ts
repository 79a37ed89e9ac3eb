import { FieldList } from '../../../protocol/fields.ts';
import { LocalResponse } from '../../../protocol/local-response.ts';
import { type Exchange, type Filter, type Verdict as FilterVerdict, HOLD } from '../../filter.ts';
import type { FilterKind, FilterSurroundings } from '../../filter-kind.ts';
import { Policies } from '../../policies.ts';
import { slot } from '../../slot.ts';
import { Authenticator } from './authenticator.ts';
import { type JwtSettings, settings } from './settings.ts';
import type { Verdict } from './verdict.ts';

const kind: FilterKind<JwtSettings> = {
  type: 'jwt_authn',
  settings,
  build: (own, surroundings) => new JwtFilter(own, surroundings),
};
export default kind;

/** Of an exchange that waits for a judgement; taken away when it is over. */
const WAITING = slot<true | undefined>();

interface Policy {
  readonly settings: JwtSettings;
  readonly authenticator: Authenticator;
}

/** Lets requests in by their tokens: Envoy's filter of that name, which MOSN has taken over. */
class JwtFilter implements Filter {
  readonly name = kind.type;
  private readonly policies: Policies<JwtSettings, Policy>;

  constructor(own: JwtSettings, surroundings: FilterSurroundings) {
    this.policies = new Policies(kind, own, (each) => ({ settings: each, authenticator: new Authenticator(each, surroundings) }));
  }

  onRoute(exchange: Exchange): FilterVerdict {
    const { settings: rules, authenticator } = this.policies.of(exchange);
    const { request } = exchange;
    authenticator.sanitize(request);
    if (rules.bypassCorsPreflight && isPreflight(exchange)) return undefined;
    const required = rules.rules.find(({ match }) => match(request))?.requires;
    if (required === undefined) return undefined;
    exchange.set(WAITING, true);
    void authenticator.judge(required, request).then((verdict) => this.onJudged(exchange, verdict));
    return HOLD;
  }

  /** The client may leave while its token is looked at. */
  onComplete(exchange: Exchange): void {
    exchange.set(WAITING, undefined);
  }

  private onJudged(exchange: Exchange, verdict: Verdict): void {
    if (exchange.get(WAITING) === undefined) return;
    if (verdict.is === 'good') exchange.resume();
    else refuse(exchange, verdict);
  }
}

function refuse(exchange: Exchange, verdict: Exclude<Verdict, { is: 'good' }>): void {
  const { status, why } = verdict.is === 'missing' ? { status: 401, why: 'a token is missing' } : verdict;
  const body = Buffer.from(why);
  const fields = new FieldList([
    ['content-type', 'text/plain'],
    ['content-length', String(body.length)],
  ]);
  // RFC 6750 section 3: who brought no token is told no error.
  if (status === 401)
    fields.set('www-authenticate', verdict.is === 'missing' ? 'Bearer' : `Bearer error="invalid_token", error_description="${why}"`);
  else if (status === 403) fields.set('www-authenticate', 'Bearer error="insufficient_scope"');
  exchange.respond(new LocalResponse(status, fields), body);
}

/** Fetch Standard, section 3.2.2. */
function isPreflight({ request: { method, fields } }: Exchange): boolean {
  return method === 'OPTIONS' && fields.has('origin') && fields.has('access-control-request-method');
}
