import { converted, list } from '../../base/schema/collections.ts';
import { defaulted, optional } from '../../base/schema/fields.ts';
import { ipVersion } from '../../base/schema/ip.ts';
import { object } from '../../base/schema/object.ts';
import { integer, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';

const server = converted(text({ atLeast: 1 }), (written, report) => {
  if (isServer(written)) return written;
  report.error(
    `must be an IP address, with or without a port, but is ${JSON.stringify(written)}`,
    'as in "10.0.0.10", "10.0.0.10:53" or "[fd00::a]:53"',
  );
  return undefined;
});

function isServer(written: string): boolean {
  if (ipVersion(written) !== undefined) return true;
  const [, host = '', port = '53'] = /^(.*?)(?::(\d{1,5}))?$/.exec(written) ?? [];
  const bracketed = host.startsWith('[') && host.endsWith(']');
  return isPort(port) && ipVersion(bracketed ? host.slice(1, -1) : host) === (bracketed ? 6 : 4);
}

function isPort(digits: string): boolean {
  return Number(digits) >= 1 && Number(digits) <= 65_535;
}

/** MOSN writes it as a text. */
export const dnsPort = converted(text(), (written, report) => {
  if (written === '') return 53;
  if (/^\d{1,5}$/.test(written) && isPort(written)) return Number(written);
  report.error(`must be a port in a text, but is ${JSON.stringify(written)}`, 'as in "53"');
  return undefined;
});

/** Who is asked for names, and how. */
export type DnsResolvers = Read<typeof dnsResolvers>;

export const dnsResolvers = object('DNS resolvers', 'Who is asked for names, and how. Without `servers` it has no effect, as in MOSN.', {
  servers: optional(list(server), 'The resolvers: an IP address, with a port where it is another than `port`.'),
  search: defaulted(list(text({ atLeast: 1 })), [], 'Domains that short names are looked for in.'),
  port: defaulted(dnsPort, '53', 'Their port.'),
  ndots: defaulted(
    integer(0, 15),
    1,
    'A name with so many dots is tried as it is before the domains are, one with fewer after them. MOSN has 0.',
  ),
  timeout: defaulted(integer(0, 60), 0, 'Seconds that a resolver may take. 0: five, and longer for the last attempts.'),
  attempts: defaulted(integer(0, 10), 0, 'How often each is asked. 0: four times. MOSN asks once.'),
});
