import { either, list } from '../../../base/schema/collections.ts';
import { defaulted, optional } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { boolean, integer, text } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';
import { stringMatch } from '../../string-match.ts';

export type CorsSettings = Read<typeof settings>;

export const settings = object('CORS', 'Tells browsers which other sites may use this one: `cors`.', {
  allowOrigins: defaulted(
    list(stringMatch),
    [],
    'The origins of pages that may, such as `https://shop.example`. `{ "exact": "*" }` means all of them.',
    { key: 'allow_origin_string_match' },
  ),
  allowMethods: defaulted(text(), '', 'The methods that they may use, with commas between. Empty: no word of it.'),
  allowHeaders: defaulted(text(), '', 'The headers that they may send, with commas between. Empty: no word of it.'),
  exposeHeaders: defaulted(text(), '', 'The headers of answers that they may read, with commas between. Empty: no word of it.'),
  maxAge: optional(
    either((value) => typeof value === 'number', integer(), text({ atLeast: 1 })),
    'For how many seconds a browser may remember what it was told. Absent: no word of it.',
  ),
  allowCredentials: defaulted(boolean(), false, 'Whether they may send cookies and the like.'),
  allowPrivateNetworkAccess: defaulted(boolean(), false, 'Whether pages of public addresses may.'),
});
