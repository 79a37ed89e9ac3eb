import { converted } from '../../base/schema/collections.ts';
import { duration } from '../../base/schema/duration.ts';
import { defaulted, optional, required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { boolean, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';

/** RFC 6265 section 4.1.1: a token, without what would end it. */
const cookieName = converted(text({ atLeast: 1 }), (name, report) => {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) report.error('is no name that a cookie can have');
  return name;
});

const cookiePath = converted(text(), (path, report) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 6265 section 4.1.1 forbids just these.
  if (/[\x00-\x1f\x7f;]/.test(path)) report.error('holds what would end it: a semicolon or a control character');
  return path;
});

export type HashPolicy = Read<typeof hashPolicy>;

/** One property of a request. */
export const hashPolicy = converted(
  object('Hash policy', 'A property of requests that keeps equal ones on one host, with a balancer that goes by it.', {
    header: optional(
      object('Header hash', 'A header.', {
        key: required(text({ atLeast: 1 }), 'The name of the header, or what a match of headers may name: `:path`, `service`, `method`.', {
          aliases: ['header_name'],
        }),
      }),
      'The value of a header or an attachment.',
    ),
    cookie: optional(
      object('Cookie hash', 'A cookie.', {
        name: required(cookieName, 'The name of the cookie.'),
        path: optional(cookiePath, 'The path of the cookie, when it is made here.'),
        ttl: optional(
          duration(),
          'How long the cookie lives that a client is given which has none. `0s`: until the client ends. Absent: none is given. MOSN never gives one.',
        ),
      }),
      'The value of a cookie.',
    ),
    sourceIp: optional(object('Source hash', 'The address of the client.', {}), 'The address of the client.'),
    queryParameter: optional(
      object('Query parameter hash', 'A query parameter.', { name: required(text({ atLeast: 1 }), 'The name of the parameter.') }),
      "The value of a query parameter. The key is Envoy's.",
    ),
    terminal: defaulted(boolean(), false, "Whether those after it do not count when the request has this one. The key is Envoy's."),
  }),
  (policy, report) => {
    const kinds = [policy.header, policy.cookie, policy.sourceIp, policy.queryParameter].filter((kind) => kind !== undefined);
    if (kinds.length !== 1) {
      report.error(
        `names ${kinds.length === 0 ? 'nothing' : `${kinds.length} properties`} to go by`,
        'give it one of `header`, `cookie`, `source_ip`, `query_parameter`',
      );
    }
    return policy;
  },
);
