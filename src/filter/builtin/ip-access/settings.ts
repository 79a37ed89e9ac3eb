import { addressRanges } from '../../../base/schema/address-range.ts';
import { list } from '../../../base/schema/collections.ts';
import { defaulted, required } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { enumeration, text } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';

const addressRule = object('IP access rule', 'What is done with the clients of some addresses.', {
  action: defaulted(enumeration('allow', 'deny'), 'allow', 'Whether they are let in.'),
  addresses: required(addressRanges, 'The addresses, one by one or as ranges.', { key: 'addrs' }),
});

export type IpAccessSettings = Read<typeof settings>;

export const settings = object('IP access', 'Lets requests in by the address of the client: `ip_access`.', {
  defaultAction: defaulted(enumeration('allow', 'deny'), 'allow', 'What is done with clients that no rule is for.'),
  rules: defaulted(list(addressRule), [], 'The rules, of which the first that is for the client counts.', { key: 'ips' }),
  header: defaulted(
    text(),
    '',
    'A header that says who the client is, when proxies stand before this one. Where a request has none, and where this is empty, it is whom the connection comes from.',
  ),
  trustedProxies: defaulted(
    addressRanges,
    [],
    "The proxies whose word is taken for it: the client is the last address in the header that is not one of them. None: anybody's word is, as in MOSN, and a client may say it is whoever it likes. MOSN has no such key.",
  ),
});
