import type { Bytes } from '../../../base/bytes.ts';
import { defaulted } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { boolean, integer } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';
import { type Exchange, type Filter, HOLD, type Verdict } from '../../filter.ts';
import type { FilterKind } from '../../filter-kind.ts';
import { slot } from '../../slot.ts';

type BufferSettings = Read<typeof settings>;

const settings = object('Request buffer', 'Sends a request to its upstream when all of it is here: `buffer`.', {
  maxRequestBytes: defaulted(
    integer(1),
    1_048_576,
    'How long the body of a request may be; a longer one is answered with 413. The default keeps a thousand requests at once within a gigabyte.',
  ),
  disabled: defaulted(boolean(), false, 'Whether requests pass as they come: for routes, in `per_filter_config`.'),
});

const kind: FilterKind<BufferSettings> = {
  type: 'buffer',
  settings,
  build: (own) => new BufferFilter(own),
};
export default kind;

/** A body that is gathered, while its head is held back. */
interface Gathering {
  readonly pieces: Bytes[];
  whole: boolean;
}

const GATHERING = slot<Gathering>();

/** Gathers the body of a request, so that an upstream is not kept waiting by a slow client. In Envoy's meaning. */
class BufferFilter implements Filter {
  readonly name = kind.type;
  private readonly own: BufferSettings;

  constructor(own: BufferSettings) {
    this.own = own;
  }

  onRoute(exchange: Exchange): Verdict {
    const { disabled, maxRequestBytes } = exchange.routeSettings(kind) ?? this.own;
    if (disabled || exchange.timing.requestReceived !== undefined || exchange.get(GATHERING)?.whole === true) return undefined;
    // What is to become a tunnel has no body to wait for.
    if (exchange.request.upgrade !== '') return undefined;
    const length = Number(exchange.request.fields.get('content-length') ?? 0);
    if (length > maxRequestBytes) {
      refuse(exchange, maxRequestBytes);
      return undefined;
    }
    exchange.set(GATHERING, { pieces: [], whole: false });
    return HOLD;
  }

  onRequestData(exchange: Exchange, bytes: Bytes, end: boolean): Bytes | undefined {
    const gathering = exchange.get(GATHERING);
    if (gathering === undefined) return bytes;
    const { maxRequestBytes } = exchange.routeSettings(kind) ?? this.own;
    if (exchange.bytesReceived > maxRequestBytes) {
      gathering.pieces.length = 0;
      refuse(exchange, maxRequestBytes);
      return undefined;
    }
    gathering.pieces.push(bytes);
    if (!end) return undefined;
    const { pieces } = gathering;
    gathering.whole = true;
    const body = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    exchange.resume();
    return body;
  }
}

function refuse(exchange: Exchange, maxRequestBytes: number): void {
  exchange.reply('too-large', `a request body may have ${maxRequestBytes} bytes here`);
}
