import { regex } from '../../../base/regex.ts';
import { converted } from '../../../base/schema/collections.ts';
import { defaulted, optional } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { regularExpression } from '../../../base/schema/regular-expression.ts';
import { text } from '../../../base/schema/scalars.ts';
import { headerMatches, type RequestTest } from '../../header-match.ts';

const expression = object('Path expression', 'A regular expression.', {
  regex: optional(regularExpression, 'The expression, in the syntax of RE2, which must fit the whole path.'),
});

/** Which requests a rule is for. In a call of an RPC the path is the service. */
export const ruleMatch = converted(
  object('JWT rule match', 'Requests by their path, without its query, and headers. All that is said must hold.', {
    prefix: optional(text(), 'What the path begins with.'),
    path: optional(text({ atLeast: 1 }), 'The path.'),
    safeRegex: optional(expression, 'What the path is like.', { aliases: ['safeRegex'] }),
    headers: defaulted(headerMatches, [], 'Headers that the request must have.'),
  }),
  ({ prefix, path, safeRegex, headers }): RequestTest | undefined => {
    const compiled = safeRegex?.regex === undefined ? undefined : regex(`^(?:${safeRegex.regex})$`);
    // The schema has said what is wrong.
    if (typeof compiled === 'string') return undefined;
    return (head) => {
      const query = head.path.indexOf('?');
      const bare = query < 0 ? head.path : head.path.slice(0, query);
      if (prefix !== undefined && !bare.startsWith(prefix)) return false;
      if (path !== undefined && bare !== path) return false;
      return (compiled === undefined || compiled.test(bare)) && headers(head);
    };
  },
);
