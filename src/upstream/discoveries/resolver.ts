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

/** Asks name servers (`ip` or `ip:port`; those of the machine when there are none) and learns how long their answers hold. */
export function dnsResolver(servers: readonly string[] = []): Resolver {
  const resolver = new dns.Resolver();
  if (servers.length > 0) resolver.setServers(servers);
  return {
    async resolve(name, family) {
      const answers = await Promise.allSettled([
        family === 'ipv6' ? [] : resolver.resolve4(name, { ttl: true }),
        family === 'ipv4' ? [] : resolver.resolve6(name, { ttl: true }),
      ]);
      const records: RecordWithTtl[] = [];
      for (const answer of answers) {
        if (answer.status === 'fulfilled') records.push(...answer.value);
        // The name exists and has no address of this family.
        else if (!(answer.reason instanceof Error && 'code' in answer.reason && answer.reason.code === 'ENODATA')) throw answer.reason;
      }
      return {
        addresses: records.map(({ address }) => address),
        ttlMs: records.length === 0 ? undefined : Math.min(...records.map(({ ttl }) => ttl)) * 1000,
      };
    },
  };
}
