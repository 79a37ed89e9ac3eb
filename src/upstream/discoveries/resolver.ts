import { promises as dns, type RecordWithTtl } from 'node:dns';

export type AddressFamily = 'any' | 'ipv4' | 'ipv6';

export interface ResolvedName {
  /** IP addresses, without brackets. */
  readonly addresses: readonly string[];
  /** For how long the answer holds, in milliseconds; undefined where the source does not say. */
  readonly ttlMs: number | undefined;
}

/** Looks up the addresses of a name. Rejects when it cannot be told; a name without addresses resolves to none. */
export interface Resolver {
  resolve(name: string, family: AddressFamily): Promise<ResolvedName>;
}

const FAMILY = { any: 0, ipv4: 4, ipv6: 6 } as const;

/** As every program of the machine does it: hosts file, search domains and all. Says no time to live. */
export const systemResolver: Resolver = {
  async resolve(name, family) {
    const found = await dns.lookup(name, { all: true, family: FAMILY[family] });
    return { addresses: found.map(({ address }) => address), ttlMs: undefined };
  },
};

/** Which name servers are asked, and how: what a resolv.conf(5) says. */
export interface NameServers {
  /** `ip`, `ip:port` or `[ip]:port`, the first one first. None: those of the machine. */
  readonly servers: readonly string[];
  /** Domains that short names are looked for in. */
  readonly search: readonly string[];
  /** A name with so many dots is tried as it is before the domains are, one with fewer after them. */
  readonly ndots: number;
  /** How long one server may take at first, in milliseconds. undefined: as c-ares has it. */
  readonly timeoutMs: number | undefined;
  /** How often each server is asked. undefined: as c-ares has it. */
  readonly attempts: number | undefined;
}

/** Of resolv.conf(5). */
export const DEFAULT_NDOTS = 1;

export const MACHINE_NAME_SERVERS: NameServers = {
  servers: [],
  search: [],
  ndots: DEFAULT_NDOTS,
  timeoutMs: undefined,
  attempts: undefined,
};

/** Asks name servers and learns how long their answers hold. */
export function dnsResolver({ servers, search, ndots, timeoutMs, attempts }: NameServers): Resolver {
  const resolver = new dns.Resolver({
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    ...(attempts === undefined ? {} : { tries: attempts }),
  });
  if (servers.length > 0) resolver.setServers(servers);
  return {
    async resolve(name, family) {
      const names = namesFor(name, search, ndots);
      let none: unknown;
      for (const each of names) {
        try {
          const found = await resolveWith(resolver, each, family);
          if (found.addresses.length > 0 || each === names.at(-1)) return found;
        } catch (reason) {
          if (codeOf(reason) !== 'ENOTFOUND') throw reason;
          none = reason;
        }
      }
      throw none;
    },
  };
}

/** What a name may stand for, the likeliest first. One that ends in a dot stands for itself. */
export function namesFor(name: string, search: readonly string[], ndots: number): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const found = search.map((domain) => `${name}.${domain.replace(/\.$/, '')}`);
  return name.split('.').length > ndots ? [name, ...found] : [...found, name];
}

async function resolveWith(resolver: dns.Resolver, name: string, family: AddressFamily): Promise<ResolvedName> {
  const answers = await Promise.allSettled([
    family === 'ipv6' ? [] : resolver.resolve4(name, { ttl: true }),
    family === 'ipv4' ? [] : resolver.resolve6(name, { ttl: true }),
  ]);
  const records: RecordWithTtl[] = [];
  for (const answer of answers) {
    if (answer.status === 'fulfilled') records.push(...answer.value);
    // The name exists and has no address of this family.
    else if (codeOf(answer.reason) !== 'ENODATA') throw answer.reason;
  }
  return {
    addresses: records.map(({ address }) => address),
    ttlMs: records.length === 0 ? undefined : Math.min(...records.map(({ ttl }) => ttl)) * 1000,
  };
}

function codeOf(reason: unknown): unknown {
  return reason instanceof Error && 'code' in reason ? reason.code : undefined;
}
