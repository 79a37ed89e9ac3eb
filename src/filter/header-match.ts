import { converted, list } from '../base/schema/collections.ts';
import { valueMatch } from '../base/schema/value-match.ts';
import { valueTest } from '../base/value-match.ts';
import type { RequestHead } from '../protocol/head.ts';
import { fieldReader } from '../router/field.ts';

/** Whether a request is one of those that a filter is for. */
export type RequestTest = (head: RequestHead) => boolean;

const headerMatch = converted(
  valueMatch(
    'Filter header match',
    'A header, or an attachment of a call, that a request must have.',
    'Its name, whatever the case. `method` is the method of a request, `service` the service of a call.',
  ),
  (match): RequestTest | undefined => {
    const read = fieldReader(match.name);
    const test = valueTest(match);
    // The schema has said what is wrong.
    return typeof test === 'string' ? undefined : (head) => test(read(head));
  },
);

/** Conditions on headers, as routes have them; read as one test that all of them hold. */
export const headerMatches = converted(
  list(headerMatch),
  (tests): RequestTest =>
    (head) =>
      tests.every((test) => test(head)),
);
