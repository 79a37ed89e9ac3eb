import { addressRanges } from '../../../base/schema/address-range.ts';
import { defaulted, optional } from '../../../base/schema/fields.ts';
import { notation } from '../../../base/schema/notation.ts';
import { object } from '../../../base/schema/object.ts';
import { boolean, integer } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';

/** RFC 9110 section 7.6.3: a token. */
const pseudonym = notation('name', 'a name without spaces, such as "meshloom"', (text) =>
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text) ? undefined : 'it may have letters, digits, hyphens and dots',
);

export type ForwardedSettings = Read<typeof settings>;

export const settings = object('Forwarded', 'Tells upstreams whom requests come from: `forwarded`.', {
  trustedHops: defaulted(
    integer(0, 100),
    0,
    'How many proxies stand before this one, whoever they are. What they say is kept. 0: the client is nobody whose word counts.',
  ),
  trustedProxies: defaulted(addressRanges, [], 'Proxies whose word is kept wherever they stand, by their addresses.'),
  xForwardedFor: defaulted(boolean(), true, 'Whether `x-forwarded-for` gets the address that the request comes from.'),
  xForwardedProto: defaulted(
    boolean(),
    true,
    'Whether `x-forwarded-proto` says `http` or `https`, as the client spoke to the first proxy.',
  ),
  xForwardedHost: defaulted(boolean(), false, 'Whether `x-forwarded-host` says which host the client asked for.'),
  forwarded: defaulted(boolean(), false, 'Whether `forwarded` (RFC 7239) says all of it.'),
  xRequestId: defaulted(boolean(), true, 'Whether a request without an `x-request-id` gets one, and one from a stranger a new one.'),
  preserveExternalRequestId: defaulted(boolean(), false, "Whether strangers' `x-request-id` is kept."),
  requestIdInResponse: defaulted(boolean(), false, 'Whether the answer has the `x-request-id`, too.'),
  via: optional(pseudonym, 'What this proxy calls itself in `via`, of requests and answers. Absent: there is no `via` from here.'),
  calls: defaulted(
    boolean(),
    false,
    'Whether calls of RPC protocols get all of this too, as attachments. The default is no, for it makes each call be written anew.',
  ),
});
