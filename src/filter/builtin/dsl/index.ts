import { converted } from '../../../base/schema/collections.ts';
import { ignored, optional } from '../../../base/schema/fields.ts';
import { notation } from '../../../base/schema/notation.ts';
import { object } from '../../../base/schema/object.ts';
import { boolean, text } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';
import type { Expression } from '../../expression/expression.ts';
import { statement } from '../../expression/statement.ts';
import type { Exchange, Filter, Verdict } from '../../filter.ts';
import type { FilterKind } from '../../filter-kind.ts';

const written = notation('DSL statement', "a statement of MOSN's DSL", (source) => {
  const compiled = statement(source);
  return typeof compiled === 'string' ? compiled : undefined;
});

const compiled = converted(written, (source): Expression | undefined => {
  const run = statement(source);
  // What is wrong with it has been said.
  return typeof run === 'string' ? undefined : run;
});

type DslSettings = Read<typeof settings>;

const settings = object('DSL', "Runs statements of MOSN's DSL: `dsl`.", {
  beforeRoute: optional(compiled, 'Runs before a route is looked for.', { key: 'before_router_by_dsl' }),
  afterRoute: optional(compiled, 'Runs when the route is known.', { key: 'after_router_by_dsl' }),
  afterBalancer: optional(compiled, 'Runs when the host is known, for each attempt.', { key: 'after_balancer_by_dsl' }),
  onAnswer: optional(compiled, 'Runs when the head of the answer is here.', { key: 'send_filter_by_dsl' }),
  atEnd: optional(compiled, 'Runs when all is over, and can change nothing any more.', { key: 'log_filter_by_dsl' }),
  sendRouterByDsl: ignored(text(), "MOSN's sample has it, and MOSN does not read it: it is `send_filter_by_dsl`", 'A slip of the pen.'),
  debug: ignored(boolean(), 'MOSN does not act upon it either', 'Whether statements are logged.'),
});

const kind: FilterKind<DslSettings> = {
  type: 'dsl',
  settings,
  build: (own) => new DslFilter(own),
};
export default kind;

/** Runs statements at certain points of an exchange. One that asks for what is not there does nothing. */
class DslFilter implements Filter {
  readonly name = kind.type;
  private readonly own: DslSettings;

  constructor(own: DslSettings) {
    this.own = own;
  }

  onRequest(exchange: Exchange): Verdict {
    this.own.beforeRoute?.(exchange);
    return undefined;
  }

  onRoute(exchange: Exchange): Verdict {
    this.settingsOf(exchange).afterRoute?.(exchange);
    return undefined;
  }

  onUpstream(exchange: Exchange): Verdict {
    this.settingsOf(exchange).afterBalancer?.(exchange);
    return undefined;
  }

  onResponse(exchange: Exchange): Verdict {
    this.settingsOf(exchange).onAnswer?.(exchange);
    return undefined;
  }

  onComplete(exchange: Exchange): void {
    this.settingsOf(exchange).atEnd?.(exchange);
  }

  private settingsOf(exchange: Exchange): DslSettings {
    return exchange.routeSettings(kind) ?? this.own;
  }
}
