import { converted, list } from '../schema/collections.ts';
import { defaulted, optional, refused, required } from '../schema/fields.ts';
import { object } from '../schema/object.ts';
import { regularExpression, whyNot } from '../schema/regex.ts';
import { boolean, text } from '../schema/scalars.ts';
import type { Read } from '../schema/schema.ts';

/** One header that a request must have. All of a route's must be there. */
export type HeaderMatch = Read<typeof headerMatch>;

const headerMatch = converted(
  object('Header match', 'A header, or an attachment of a call, that a request must have.', {
    name: required(
      text({ atLeast: 1 }),
      'Its name, without regard to case where the protocol has none. `method` is the method of a request.',
    ),
    value: defaulted(text(), '', 'What it must be: exactly, with regard to case, or as `regex` says.'),
    regex: defaulted(boolean(), false, 'Whether `value` is a regular expression, which may match a part.'),
  }),
  (match, report) => {
    const wrong = match.regex ? whyNot(match.value) : undefined;
    if (wrong !== undefined) report.at('value').error('is no regular expression that can be used', wrong);
    return match;
  },
);

const variableMatch = object('Variable match', 'A variable of a request that must have a value.', {
  name: required(text({ atLeast: 1 }), "The variable's name."),
  value: optional(text(), 'What it must be, exactly.'),
  regex: optional(regularExpression(), 'What it must match.'),
  model: optional(text(), '`and` or `or`: how it is joined to the next.'),
});

const dslExpression = object('DSL expression', 'A condition in the Common Expression Language.', {
  expression: required(text(), 'The condition.'),
});

const WIDER = 'without it the route would match more than was meant';

/** What a request must be like for a route to be taken. With nothing said, every request is. */
export type RouteMatch = Read<typeof routeMatch>;

export const routeMatch = object(
  'Route match',
  'What a request must be like. Of `prefix`, `path` and `regex` the first that is there counts.',
  {
    prefix: optional(text({ atLeast: 1 }), 'What the path of the request begins with.'),
    path: optional(text({ atLeast: 1 }), 'The whole path, without the query.'),
    regex: optional(regularExpression(), 'A regular expression that matches the path, or a part of it.'),
    headers: defaulted(list(headerMatch), [], 'Headers that must be there, all of them.'),
    variables: refused(list(variableMatch), WIDER, 'Variables that must have values.'),
    dslExpressions: refused(list(dslExpression), WIDER, 'Conditions, all of which must hold.'),
  },
);
