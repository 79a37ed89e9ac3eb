import { converted, list } from '../../base/schema/collections.ts';
import { defaulted, optional, refused, required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { regularExpression } from '../../base/schema/regular-expression.ts';
import { boolean, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';

/** A header or a query parameter that must be there. */
export type ValueMatch = Read<ReturnType<typeof valueMatch>>;

function valueMatch(name: string, about: string, aboutName: string) {
  const entry = object(name, about, {
    name: required(text({ atLeast: 1 }), aboutName),
    value: defaulted(text(), '', 'What it must be, letter for letter, or as `regex` says.'),
    regex: defaulted(boolean(), false, 'Whether `value` is a regular expression, which is found anywhere in it.'),
  });
  return converted(entry, (match, report) => {
    if (match.regex) regularExpression.read(match.value, report.at('value'));
    return match;
  });
}

const variableMatch = object('Variable match', 'A variable of a request that must have a value.', {
  name: required(text({ atLeast: 1 }), "The variable's name."),
  value: optional(text(), 'What it must be, letter for letter.'),
  regex: optional(regularExpression, 'What is found in it.'),
  model: optional(text(), '`and` or `or`: how it is joined to the next.'),
});

const dslExpression = object('DSL expression', 'A condition in the Common Expression Language.', {
  expression: required(text(), 'The condition.'),
});

const WIDER = 'it is not there yet, and without it the route would match more than was meant';

/** What a request must be like for a route to be taken. With nothing said, every request is. */
export type RouteMatch = Read<ReturnType<typeof routeMatch>>;

export function routeMatch() {
  const header = valueMatch(
    'Header match',
    'A header, or an attachment of a call, that a request must have.',
    'Its name, whatever the case. `method` is the method of a request.',
  );
  const parameter = valueMatch('Query parameter match', 'A query parameter that a request must have.', 'Its name.');
  return object('Route match', 'What a request must be like. Of `prefix`, `path` and `regex` the first that is there counts.', {
    prefix: optional(text({ atLeast: 1 }), 'What the path of the request begins with.'),
    path: optional(text({ atLeast: 1 }), 'The whole path without the query, whatever the case.'),
    regex: optional(regularExpression, 'A regular expression that is found anywhere in the path.'),
    headers: defaulted(list(header), [], 'Headers that must be there, all of them.'),
    queryParameters: defaulted(
      list(parameter),
      [],
      "Query parameters that must be there, all of them. MOSN has none of these; the key is Envoy's.",
    ),
    variables: refused(list(variableMatch), WIDER, 'Variables that must have values.'),
    dslExpressions: refused(list(dslExpression), WIDER, 'Conditions, all of which must hold.'),
  });
}
