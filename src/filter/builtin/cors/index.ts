import { EMPTY } from '../../../base/bytes.ts';
import { FieldList, type Fields } from '../../../protocol/fields.ts';
import { LocalResponse } from '../../../protocol/local-response.ts';
import type { Exchange, Filter, Verdict } from '../../filter.ts';
import type { FilterKind } from '../../filter-kind.ts';
import { slot } from '../../slot.ts';
import { type CorsSettings, settings } from './settings.ts';

const kind: FilterKind<CorsSettings> = {
  type: 'cors',
  settings,
  build: (own) => new CorsFilter(own),
};
export default kind;

/** Of an exchange whose origin is allowed: that origin, for the request may be changed on its way. */
const ORIGIN = slot<string>();

/**
 * Cross-origin resource sharing (Fetch Standard, section 3.2), in Envoy's meaning: a preflight from an allowed origin is answered here, and
 * answers to allowed origins say so. Whoever is not allowed is refused by its browser, which is not told what it needs to hear.
 */
class CorsFilter implements Filter {
  readonly name = kind.type;
  private readonly own: CorsSettings;

  constructor(own: CorsSettings) {
    this.own = own;
  }

  onRoute(exchange: Exchange): Verdict {
    const { request } = exchange;
    const origin = request.fields.get('origin');
    if (origin === undefined) return undefined;
    const policy = exchange.routeSettings(kind) ?? this.own;
    if (!policy.allowOrigins.some((allows) => allows(origin) || allows('*'))) return undefined;
    exchange.set(ORIGIN, origin);
    if (request.method === 'OPTIONS' && request.fields.has('access-control-request-method')) {
      exchange.respond(preflight(policy, request.fields), EMPTY);
    }
    return undefined;
  }

  onResponse(exchange: Exchange): Verdict {
    const origin = exchange.get(ORIGIN);
    if (origin === undefined || exchange.response === undefined) return undefined;
    const { allowCredentials, exposeHeaders } = exchange.routeSettings(kind) ?? this.own;
    const { fields } = exchange.response;
    fields.set('access-control-allow-origin', origin);
    if (allowCredentials) fields.set('access-control-allow-credentials', 'true');
    if (exposeHeaders !== '') fields.set('access-control-expose-headers', exposeHeaders);
    // The answer is another one for another origin: caches must know (Fetch Standard, section 3.2.5).
    const vary = fields.get('vary');
    if (vary === undefined) fields.set('vary', 'origin');
    else if (!/(?:^|,)\s*(?:origin|\*)\s*(?:,|$)/i.test(vary)) fields.set('vary', `${vary}, origin`);
    return undefined;
  }
}

function preflight(policy: CorsSettings, asked: Fields): LocalResponse {
  const fields = new FieldList([['content-length', '0']]);
  if (policy.allowMethods !== '') fields.set('access-control-allow-methods', policy.allowMethods);
  if (policy.allowHeaders !== '') fields.set('access-control-allow-headers', policy.allowHeaders);
  if (policy.maxAge !== undefined) fields.set('access-control-max-age', String(policy.maxAge));
  if (policy.allowPrivateNetworkAccess && asked.get('access-control-request-private-network') === 'true') {
    fields.set('access-control-allow-private-network', 'true');
  }
  return new LocalResponse(200, fields);
}
