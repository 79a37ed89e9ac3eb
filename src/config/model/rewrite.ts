import { regex } from '../../base/regex.ts';
import { converted } from '../../base/schema/collections.ts';
import { defaulted, ignored, required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { regularExpression } from '../../base/schema/regular-expression.ts';
import { anything, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import { substitution } from '../../base/substitution.ts';

const rewritePattern = object('Pattern', 'A regular expression.', {
  regex: required(regularExpression, 'The regular expression. All that it finds is replaced.'),
  googleRe2: ignored(anything(), 'there is no program size to bound', 'Settings of RE2.'),
});

export type RegexRewrite = Read<typeof regexRewrite>;

export const regexRewrite = converted(
  object('Regex rewrite', 'A part of the path that is replaced.', {
    pattern: required(rewritePattern, 'What is replaced.'),
    substitution: defaulted(
      text(),
      '',
      'What takes its place. The first group is `\\1` as in Envoy, or as in MOSN `$1`, or `$name` by its name, in braces where more letters follow; `\\0` is all that was found, and `$$` a dollar.',
    ),
  }),
  (written, report) => {
    const pattern = regex(written.pattern.regex);
    const pieces = typeof pattern === 'string' ? pattern : substitution(pattern, written.substitution);
    if (typeof pieces === 'string') report.at('substitution').error(pieces);
    return { regex: written.pattern.regex, substitution: written.substitution };
  },
);
