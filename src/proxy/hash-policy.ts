import { hashOf } from '../base/hash.ts';
import { combineHashes, NO_HASH } from '../base/hash-bits.ts';
import type { Exchange } from '../filter/filter.ts';
import { fieldReader } from '../router/field.ts';
import { queryParameter } from '../router/query.ts';
import { type CookieSettings, cookieValue, setCookie } from './cookie.ts';
import { makeCookie } from './made-cookies.ts';

/** One property of a request that keeps equal requests on one host. */
export interface HashSource {
  /** NO_HASH where the request has no such thing. */
  hash(exchange: Exchange): number;
  /** Those that come after it do not count once it has a hash. */
  readonly terminal: boolean;
}

/** The properties that a route goes by, in their order (Envoy's and MOSN's `hash_policy`). */
export class HashPolicy {
  private readonly sources: readonly HashSource[];

  constructor(sources: readonly HashSource[]) {
    this.sources = sources;
  }

  /** NO_HASH where the request has none of them: then any host will do. */
  hash(exchange: Exchange): number {
    let all = NO_HASH;
    for (const source of this.sources) {
      const one = source.hash(exchange);
      if (one === NO_HASH) continue;
      all = all === NO_HASH ? one : combineHashes(all, one);
      if (source.terminal) break;
    }
    return all;
  }
}

/** A header or an attachment, or what a route's match of headers would find under that name. */
export function headerHash(name: string, terminal: boolean): HashSource {
  const read = fieldReader(name);
  return { terminal, hash: ({ request }) => hashOfOptional(read(request)) };
}

export function queryParameterHash(name: string, terminal: boolean): HashSource {
  return { terminal, hash: ({ request }) => hashOfOptional(queryParameter(request.path, name)) };
}

/** The address of the client, without its port. */
export function sourceAddressHash(terminal: boolean): HashSource {
  return {
    terminal,
    hash: ({ downstream: { remoteAddress } }) =>
      hashOf(remoteAddress.slice(0, Math.max(0, remoteAddress.lastIndexOf(':'))) || remoteAddress),
  };
}

/** A cookie. Where its `maxAgeSeconds` says how long it may live, a client that has none is given one, so that it comes back to its host. */
export function cookieHash(settings: CookieSettings, terminal: boolean, random: () => number = Math.random): HashSource {
  return {
    terminal,
    hash(exchange) {
      const { request } = exchange;
      const value = cookieValue(request.fields.get('cookie') ?? '', settings.name);
      // RPC, which has no scheme, knows no cookies that could come back.
      if (value !== undefined || settings.maxAgeSeconds === undefined || request.scheme === '') return hashOfOptional(value);
      const fresh = Math.floor(random() * 2 ** 52)
        .toString(16)
        .padStart(13, '0');
      makeCookie(exchange, setCookie(settings, fresh));
      return hashOf(fresh);
    },
  };
}

function hashOfOptional(text: string | undefined): number {
  return text === undefined ? NO_HASH : hashOf(text);
}
