import { regex } from '../base/regex.ts';
import { converted, list } from '../base/schema/collections.ts';
import { defaulted, required } from '../base/schema/fields.ts';
import { object } from '../base/schema/object.ts';
import { regularExpression } from '../base/schema/regular-expression.ts';
import { boolean, text } from '../base/schema/scalars.ts';
import type { RequestHead } from '../protocol/head.ts';
import { fieldReader } from '../router/field.ts';

/** Whether a request is one of those that a filter is for. */
export type RequestTest = (head: RequestHead) => boolean;

const headerMatch = converted(
  object('Filter header match', 'A header, or an attachment of a call, that a request must have.', {
    name: required(
      text({ atLeast: 1 }),
      'Its name, whatever the case. `method` is the method of a request, `service` the service of a call.',
    ),
    value: defaulted(text(), '', 'What it must be, letter for letter, or as `regex` says.'),
    regex: defaulted(boolean(), false, 'Whether `value` is a regular expression, which is found anywhere in it.'),
  }),
  ({ name, value, regex: isPattern }, report): RequestTest | undefined => {
    const read = fieldReader(name);
    if (!isPattern) return (head) => read(head) === value;
    const source = regularExpression.read(value, report.at('value'));
    const compiled = source === undefined ? undefined : regex(source);
    if (compiled === undefined || typeof compiled === 'string') return undefined;
    return (head) => {
      const found = read(head);
      return found !== undefined && compiled.test(found);
    };
  },
);

/** Conditions on headers, as routes have them; read as one test that all of them hold. */
export const headerMatches = converted(
  list(headerMatch),
  (tests): RequestTest =>
    (head) =>
      tests.every((test) => test(head)),
);
