import { regex } from '../../../base/regex.ts';
import { converted } from '../../../base/schema/collections.ts';
import { defaulted, optional } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { regularExpression } from '../../../base/schema/regular-expression.ts';
import { text } from '../../../base/schema/scalars.ts';
import { routingPath } from '../../../router/path.ts';
import { headerMatches, type RequestTest } from '../../header-match.ts';

const expression = object('Path expression', 'A regular expression.', {
  regex: optional(regularExpression, 'The expression, in the syntax of RE2, which must fit the whole path.'),
});

/** Which requests a rule is for. In a call of an RPC the path is the service. */
export const ruleMatch = converted(
  object(
    'JWT rule match',
    'Requests by their path, as routes see it, without its query and in these very letters, and headers. All that is said must hold.',
    {
      prefix: optional(text(), 'What the path begins with.'),
      path: optional(text({ atLeast: 1 }), 'The path.'),
      safeRegex: optional(expression, 'What the path is like.', { aliases: ['safeRegex'] }),
      headers: defaulted(headerMatches, [], 'Headers that the request must have.'),
    },
  ),
  ({ prefix, path, safeRegex, headers }): RequestTest | undefined => {
    const compiled = safeRegex?.regex === undefined ? undefined : regex(`^(?:${safeRegex.regex})$`);
    // The schema has said what is wrong.
    if (typeof compiled === 'string') return undefined;
    return (head) => {
      // As routes see it: no other spelling may get past a rule to the route that the rule is meant for.
      const seen = routingPath(head);
      if (prefix !== undefined && !seen.startsWith(prefix)) return false;
      if (path !== undefined && seen !== path) return false;
      return (compiled === undefined || compiled.test(seen)) && headers(head);
    };
  },
);
