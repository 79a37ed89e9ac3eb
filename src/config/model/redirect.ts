import { converted } from '../../base/schema/collections.ts';
import { defaulted, optional } from '../../base/schema/fields.ts';
import { inWords } from '../../base/schema/json.ts';
import { object } from '../../base/schema/object.ts';
import { boolean, integer, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import { regexRewrite } from './rewrite.ts';

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

const status = converted(integer(300, 399), (written, report) => {
  if (!REDIRECTS.includes(written)) report.error(`must be one of ${REDIRECTS.join(', ')}, but is ${written}`);
  return written;
});

/** RFC 3986 section 3.1, in lower case as it is compared. */
const scheme = converted(text({ atLeast: 1 }), (written, report) => {
  const lower = written.toLowerCase();
  if (/^[a-z][a-z0-9.+-]*$/.test(lower)) return lower;
  report.error(`must be a scheme such as "https", but is ${inWords(written)}`);
  return undefined;
});

export type Redirect = Read<typeof redirect>;

export const redirect = converted(
  object('Redirect', 'Sends the client elsewhere. What is not named stays as it was, the query too.', {
    responseCode: defaulted(status, 301, 'The status.'),
    schemeRedirect: optional(scheme, 'The scheme.'),
    httpsRedirect: defaulted(boolean(), false, "Envoy's way to say the scheme `https`."),
    hostRedirect: optional(text({ atLeast: 1 }), 'The host, which takes the place of the port too.'),
    portRedirect: optional(integer(1, 65535), "The port. This and all that follow are keys of Envoy's."),
    pathRedirect: optional(text({ atLeast: 1 }), 'The path. One with a query takes the place of the query too.'),
    prefixRewrite: optional(text({ atLeast: 1 }), 'What takes the place of the `prefix`, or `path`, that was matched.'),
    regexRewrite: optional(regexRewrite, 'A part of the path that is replaced.'),
    stripQuery: defaulted(boolean(), false, 'Whether the query is left out.'),
  }),
  (written, report) => {
    const paths = [written.pathRedirect, written.prefixRewrite, written.regexRewrite].filter((way) => way !== undefined);
    if (paths.length > 1) report.error('says in several ways what becomes of the path', 'say it in one');
    if (written.httpsRedirect && written.schemeRedirect !== undefined) {
      report.at('https_redirect').error('says the scheme, which `scheme_redirect` says too', 'leave one of them out');
    }
    return written;
  },
);
