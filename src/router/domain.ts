/** An authority in its two parts; `port` is '' when there is none. Brackets around an IPv6 address are not part of it. */
export interface HostAndPort {
  readonly host: string;
  readonly port: string;
}

/** undefined for what has more than one colon and no brackets, or brackets in the wrong place (RFC 3986 section 3.2.2). */
export function splitAuthority(authority: string): HostAndPort | undefined {
  if (authority.charCodeAt(0) === OPENING_BRACKET) {
    const end = authority.indexOf(']');
    if (end < 0) return undefined;
    const host = authority.slice(1, end);
    if (end + 1 === authority.length) return { host, port: '' };
    return authority.charCodeAt(end + 1) === COLON ? { host, port: authority.slice(end + 2) } : undefined;
  }
  const colon = authority.indexOf(':');
  if (colon < 0) return { host: authority, port: '' };
  if (authority.indexOf(':', colon + 1) >= 0) return undefined;
  return { host: authority.slice(0, colon), port: authority.slice(colon + 1) };
}

const OPENING_BRACKET = 0x5b;
const COLON = 0x3a;

export type DomainKind = 'exact' | 'suffix' | 'prefix' | 'default';

/** A domain of a virtual host. */
export interface Domain {
  readonly kind: DomainKind;
  /** In lower case, and without the asterisk. */
  readonly text: string;
  /** Digits, '' for requests that name no port, `*` for any. */
  readonly port: string;
}

/** What a domain means; a string says what is wrong with it. */
export function parseDomain(domain: string): Domain | string {
  const parts = splitAuthority(domain.toLowerCase());
  if (parts === undefined) return `"${domain}" is no host with a port; an IPv6 address needs brackets`;
  const { host, port } = parts;
  if (host === '') return `"${domain}" has no host; "*" takes every host`;
  if (port !== '' && port !== '*' && !isPort(port)) return `"${port}" is no port: a number from 1 to 65535, or *`;
  if (host === '*' && (port === '' || port === '*')) return { kind: 'default', text: '', port: '*' };
  const asterisk = host.indexOf('*');
  if (asterisk < 0) return { kind: 'exact', text: host, port };
  if (asterisk === host.lastIndexOf('*')) {
    if (asterisk === 0) return { kind: 'suffix', text: host.slice(1), port };
    if (asterisk === host.length - 1) return { kind: 'prefix', text: host.slice(0, -1), port };
  }
  return `"${domain}" may have one asterisk, at its beginning or at its end`;
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

/** What is wrong with a domain; undefined when nothing is. */
export function domainFault(domain: string): string | undefined {
  const parsed = parseDomain(domain);
  return typeof parsed === 'string' ? parsed : undefined;
}
