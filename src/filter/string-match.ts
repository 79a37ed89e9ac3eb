import { regex } from '../base/regex.ts';
import { converted } from '../base/schema/collections.ts';
import { defaulted, optional } from '../base/schema/fields.ts';
import { object } from '../base/schema/object.ts';
import { regularExpression } from '../base/schema/regular-expression.ts';
import { boolean, text } from '../base/schema/scalars.ts';

/** Whether a text is one of those that are meant. */
export type TextTest = (text: string) => boolean;

const pattern = object('Text pattern', 'A regular expression.', {
  regex: optional(regularExpression, 'The regular expression, which must fit the whole text.'),
});

/** One of Envoy's ways to say which texts are meant. */
export const stringMatch = converted(
  object('Text match', 'Which texts are meant: one of `exact`, `prefix`, `suffix`, `contains` and `safe_regex`.', {
    exact: optional(text(), 'The text.'),
    prefix: optional(text({ atLeast: 1 }), 'What it begins with.'),
    suffix: optional(text({ atLeast: 1 }), 'What it ends with.'),
    contains: optional(text({ atLeast: 1 }), 'What is somewhere in it.'),
    safeRegex: optional(pattern, 'What it is like.'),
    ignoreCase: defaulted(boolean(), false, 'Whether the case of letters does not matter. Not for `safe_regex`.'),
  }),
  ({ exact, prefix, suffix, contains, safeRegex, ignoreCase }, report): TextTest | undefined => {
    const tests: TextTest[] = [];
    const plain = (wanted: string | undefined, fits: (text: string, wanted: string) => boolean): void => {
      if (wanted === undefined) return;
      const lower = wanted.toLowerCase();
      tests.push(ignoreCase ? (text) => fits(text.toLowerCase(), lower) : (text) => fits(text, wanted));
    };
    plain(exact, (text, wanted) => text === wanted);
    plain(prefix, (text, wanted) => text.startsWith(wanted));
    plain(suffix, (text, wanted) => text.endsWith(wanted));
    plain(contains, (text, wanted) => text.includes(wanted));
    if (safeRegex?.regex !== undefined) {
      const compiled = regex(`^(?:${safeRegex.regex})$`);
      if (typeof compiled !== 'string') tests.push((text) => compiled.test(text));
    }
    if (tests.length !== 1) report.error('must have exactly one of `exact`, `prefix`, `suffix`, `contains` and `safe_regex`');
    return tests[0];
  },
);
