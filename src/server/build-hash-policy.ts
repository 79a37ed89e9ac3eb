import type { HashPolicy as HashEntry } from '../config/index.ts';
import { cookieHash, HashPolicy, type HashSource, headerHash, queryParameterHash, sourceAddressHash } from '../proxy/hash-policy.ts';

/** Loaded where a router has a route with one, for it stands on a hash that takes its time to load. */
export type BuildHashPolicy = typeof buildHashPolicy;

export function buildHashPolicy(entries: readonly HashEntry[]): HashPolicy {
  return new HashPolicy(entries.map(sourceOf));
}

function sourceOf({ header, cookie, queryParameter, terminal }: HashEntry): HashSource {
  if (header !== undefined) return headerHash(header.key, terminal);
  if (queryParameter !== undefined) return queryParameterHash(queryParameter.name, terminal);
  if (cookie === undefined) return sourceAddressHash(terminal);
  const maxAgeSeconds = cookie.ttl === undefined ? undefined : Math.ceil(cookie.ttl / 1000);
  return cookieHash({ name: cookie.name, path: cookie.path ?? '', maxAgeSeconds }, terminal);
}
