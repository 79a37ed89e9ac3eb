import type { Bytes } from '../../../base/bytes.ts';
import { answer } from '../../answer.ts';
import type { Exchange, Filter, Verdict } from '../../filter.ts';
import type { FilterKind } from '../../filter-kind.ts';
import { type PayloadLimitSettings, settings } from './settings.ts';

const kind: FilterKind<PayloadLimitSettings> = {
  type: 'payload_limit',
  settings,
  build: (own) => new PayloadLimitFilter(own),
};
export default kind;

/**
 * Refuses requests with long bodies: at once where the head says how long, else as soon as the limit is passed. The upstream may have had
 * a part of such a body then, and is told that no more will come.
 */
class PayloadLimitFilter implements Filter {
  readonly name = kind.type;
  private readonly own: PayloadLimitSettings;

  constructor(own: PayloadLimitSettings) {
    this.own = own;
  }

  onRoute(exchange: Exchange): Verdict {
    const limit = exchange.routeSettings(kind) ?? this.own;
    if (limit.maxEntitySize === 0) return undefined;
    // What has come of the body while filters held the head back was measured by the filter's own limit.
    const length = Math.max(Number(exchange.request.fields.get('content-length') ?? 0), exchange.bytesReceived);
    if (length > limit.maxEntitySize) refuse(exchange, limit);
    return undefined;
  }

  onRequestData(exchange: Exchange, bytes: Bytes): Bytes | undefined {
    const limit = exchange.routeSettings(kind) ?? this.own;
    if (limit.maxEntitySize === 0 || exchange.bytesReceived <= limit.maxEntitySize) return bytes;
    // Data of a tunnel is no body.
    if (exchange.response?.upgraded === true) return bytes;
    refuse(exchange, limit);
    return undefined;
  }
}

function refuse(exchange: Exchange, { maxEntitySize, status }: PayloadLimitSettings): void {
  answer(exchange, status, `a request body may have ${maxEntitySize} bytes here`);
}
