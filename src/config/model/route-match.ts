import { converted, list } from '../../base/schema/collections.ts';
import { defaulted, ignored, optional, required } from '../../base/schema/fields.ts';
import { notation } from '../../base/schema/notation.ts';
import { object } from '../../base/schema/object.ts';
import { regularExpression } from '../../base/schema/regular-expression.ts';
import { enumeration, integer, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import { valueMatch } from '../../base/schema/value-match.ts';
import type { Catalogue } from '../catalogue.ts';

/** A variable that a request must have a value of. */
export type VariableMatch = Read<ReturnType<typeof variableMatch>>;

function variableMatch({ variableFault }: Catalogue) {
  const entry = object('Variable match', 'A variable that must have a value. One that a request does not have counts as empty.', {
    name: required(notation('variable', 'the name of a variable', variableFault), "The variable's name."),
    value: defaulted(text(), '', 'What it must be, letter for letter.'),
    regex: optional(regularExpression, 'What must be found in it. It counts in place of `value`.'),
    model: defaulted(
      enumeration('and', 'or'),
      'and',
      'How it is joined to the next. From left to right, as in MOSN: after an `or` begins another condition, and one that holds is enough.',
    ),
  });
  return converted(entry, (match, report) => {
    if (match.value === '' && match.regex === undefined) report.error('asks for nothing', 'give it a `value` or a `regex`');
    return match;
  });
}

const DENOMINATORS = { HUNDRED: 100, TEN_THOUSAND: 10_000, MILLION: 1_000_000 } as const;

const fraction = converted(
  object('Fraction', 'A share of all requests.', {
    numerator: defaulted(integer(), 0, 'How many of `denominator`.'),
    denominator: defaulted(enumeration('HUNDRED', 'TEN_THOUSAND', 'MILLION'), 'HUNDRED', 'Out of how many.'),
  }),
  ({ numerator, denominator }) => Math.min(1, numerator / DENOMINATORS[denominator]),
);

const runtimeFraction = converted(
  object('Runtime fraction', 'A share of the requests, drawn anew for each.', {
    defaultValue: required(fraction, 'The share.'),
    runtimeKey: ignored(text(), 'there are no runtime values', "The name of Envoy's runtime value that takes its place."),
  }),
  ({ defaultValue }) => defaultValue,
);

function dslExpression({ expressionFault }: Catalogue) {
  const condition = notation('CEL expression', 'a condition in the Common Expression Language', expressionFault);
  return converted(
    object('DSL expression', 'A condition in the Common Expression Language.', {
      expression: required(
        condition,
        'The condition, such as `request.method == "GET" && request.headers["x"].startsWith("y")`. One that asks for what a request does not have does not hold.',
      ),
    }),
    (written) => written.expression,
  );
}

/** What a request must be like for a route to be taken. With nothing said, every request is. */
export type RouteMatch = Read<ReturnType<typeof routeMatch>>;

export function routeMatch(catalogue: Catalogue) {
  const header = valueMatch(
    'Header match',
    'A header, or an attachment of a call, that a request must have.',
    'Its name, whatever the case. `method` is the method of a request; for calls `service`, `version` and `group` are those of the service. `:method`, `:path`, `:scheme` and `:authority` are those of HTTP.',
  );
  const parameter = valueMatch('Query parameter match', 'A query parameter that a request must have.', 'Its name.');
  return object(
    'Route match',
    'What a request must be like: everything that is said must hold. Of `prefix`, `path` and `regex` the first that is there counts.',
    {
      prefix: optional(text({ atLeast: 1 }), 'What the path of the request, or the service of a call, begins with.'),
      path: optional(text({ atLeast: 1 }), 'The whole path without the query, whatever the case.'),
      regex: optional(regularExpression, 'A regular expression that is found anywhere in the path.'),
      headers: defaulted(list(header), [], 'Headers that must be there, all of them.'),
      queryParameters: defaulted(
        list(parameter),
        [],
        "Query parameters that must be there, all of them. MOSN has none of these; the key is Envoy's.",
      ),
      variables: defaulted(list(variableMatch(catalogue)), [], 'Variables that must have values.'),
      runtimeFraction: optional(
        runtimeFraction,
        "The share of the requests that match, of those for which all else holds. The key is Envoy's.",
      ),
      dslExpressions: defaulted(list(dslExpression(catalogue)), [], 'Conditions, all of which must hold.'),
    },
  );
}
