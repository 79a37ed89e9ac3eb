import { converted, list } from '../../base/schema/collections.ts';
import { defaulted, required } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import type { Report } from '../../base/schema/report.ts';
import { boolean, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';

/** A header that is added. The name is in lower case. */
export type HeaderAddition = Read<typeof headerAddition>;

const headerName = converted(text({ atLeast: 1 }), (name, report) => {
  // RFC 9110 section 5.6.2: anything else could end the field, or the whole head.
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) report.error('is no name that a header can have');
  return name.toLowerCase();
});

/** What frames a message, and with whom the connection is: the codec writes it (RFC 9112 section 6, RFC 9110 section 7.6.1). */
const WRITTEN_BY_CODECS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** Whether a header may be changed. One that may not is left out with a warning, for MOSN starts, and its codecs pass over most of these. */
function isChangeable(name: string, report: Report): boolean {
  if (name === 'host') report.warn('has no effect', 'use `host_rewrite`');
  else if (WRITTEN_BY_CODECS.has(name)) report.warn('has no effect: the protocol says how a message is framed, and nobody else');
  else return true;
  return false;
}

const headerValue = converted(text(), (value, report) => {
  // RFC 9110 section 5.5: CR, LF and NUL would let whoever writes this end the field, or the whole head.
  if (/[\r\n\0]/.test(value)) report.error('holds an end of line or a NUL, which no header can');
  return value;
});

const headerAddition = converted(
  object('Header to add', 'A header that is added, after or in place of those of the same name.', {
    header: required(
      object('Header', 'A name and a value.', {
        key: required(headerName, 'The name.'),
        value: defaulted(
          headerValue,
          '',
          "The value. Names of variables in percent signs stand for what these hold: MOSN's as in `%downstream_remote_address%`, Envoy's as in `%DOWNSTREAM_REMOTE_ADDRESS%` and `%REQ(x-name)%`.",
        ),
      }),
      'The header.',
    ),
    append: defaulted(boolean(), true, "Whether those of the same name are kept. The default is MOSN's."),
  }),
  ({ header, append }, report) =>
    isChangeable(header.key, report.at('header').at('key')) ? { name: header.key, value: header.value, append } : undefined,
);

const additions = list(headerAddition);
const names = list(converted(headerName, (name, report) => (isChangeable(name, report) ? name : undefined)));

/** The four keys that routes, virtual hosts and routers share. */
export const headerLists = {
  requestHeadersToAdd: defaulted(additions, [], 'Headers that are added to the request.'),
  requestHeadersToRemove: defaulted(names, [], 'Headers that are taken from the request, by name, after others were added.'),
  responseHeadersToAdd: defaulted(additions, [], 'Headers that are added to the response.'),
  responseHeadersToRemove: defaulted(names, [], 'Headers that are taken from the response, by name, after others were added.'),
};
