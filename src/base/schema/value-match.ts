import type { ValueMatch } from '../value-match.ts';
import { converted } from './collections.ts';
import { defaulted, optional, required } from './fields.ts';
import { object } from './object.ts';
import { regularExpression } from './regular-expression.ts';
import type { Report } from './report.ts';
import { boolean, integer, text } from './scalars.ts';
import type { Schema } from './schema.ts';

const LEAST = -Number.MAX_SAFE_INTEGER;

const range = converted(
  object('Range', 'Whole numbers.', {
    start: required(integer(LEAST), 'The first of them.'),
    end: required(integer(LEAST), 'The first one above them.'),
  }),
  (written, report) => {
    if (written.end <= written.start) report.error('holds no number', 'let `end` be above `start`');
    return written;
  },
);

/** What a header, a query parameter or an attachment must be like, in MOSN's keys and beside them in Envoy's. */
export function valueMatch(name: string, about: string, aboutName: string): Schema<ValueMatch> {
  const entry = object(name, about, {
    name: required(text({ atLeast: 1 }), aboutName),
    value: defaulted(text(), '', 'What it must be, letter for letter, or as `regex` says.'),
    regex: defaulted(boolean(), false, 'Whether `value` is a regular expression, which is found anywhere in it.'),
    prefixMatch: optional(
      text({ atLeast: 1 }),
      'What it must begin with. This and all that follow are keys of Envoy, in place of `value`.',
    ),
    suffixMatch: optional(text({ atLeast: 1 }), 'What it must end with.'),
    containsMatch: optional(text({ atLeast: 1 }), 'What must stand anywhere in it.'),
    rangeMatch: optional(range, 'It must be one of these numbers.'),
    presentMatch: optional(boolean(), 'Whether it must be there at all, or must not be there.'),
    invertMatch: defaulted(
      boolean(),
      false,
      'Whether what was said must not be so. What is not there does not match in either case, but for `present_match`.',
    ),
  });
  return converted(entry, (match, report) => {
    if (match.regex) regularExpression.read(match.value, report.at('value'));
    checkWays(match, report);
    return match;
  });
}

function checkWays(match: ValueMatch, report: Report): void {
  const { value, prefixMatch, suffixMatch, containsMatch, rangeMatch, presentMatch } = match;
  const ways = [prefixMatch, suffixMatch, containsMatch, rangeMatch, presentMatch].filter((way) => way !== undefined).length;
  if (ways > 1 || (ways === 1 && value !== '')) report.error('says in several ways what the value must be', 'say it in one');
}
