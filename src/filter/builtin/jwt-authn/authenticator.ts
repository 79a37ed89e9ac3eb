import { errors, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Timers } from '../../../base/timers.ts';
import type { RequestHead } from '../../../protocol/head.ts';
import type { FilterSurroundings } from '../../filter-kind.ts';
import type { KeySet } from './key-set.ts';
import { RemoteKeys } from './key-source.ts';
import type { Requirement } from './requirement.ts';
import type { JwtSettings, Provider } from './settings.ts';
import { type TokenPlace, tokenPlaces } from './tokens.ts';
import { GOOD, MISSING, refusal, type Verdict } from './verdict.ts';
import { VerifiedTokens } from './verified-tokens.ts';

/** Finds the tokens of requests, and judges them. */
export class Authenticator {
  private readonly providers: ReadonlyMap<string, ProviderCheck>;

  constructor({ providers }: JwtSettings, surroundings: FilterSurroundings) {
    this.providers = new Map(Array.from(providers, ([name, provider]) => [name, new ProviderCheck(provider, surroundings)]));
  }

  /** What only a good token may say is never what a client says. */
  sanitize(head: RequestHead): void {
    for (const provider of this.providers.values()) provider.sanitize(head);
  }

  judge(required: Requirement, head: RequestHead): Promise<Verdict> {
    switch (required.needs) {
      case 'provider':
        return this.providers.get(required.name)!.judge(head, required.audiences);
      case 'all':
        return this.all(required.of, head);
      case 'any':
        return this.any(required.of, head);
      default:
        // By itself: of whomever a token is, it is looked at.
        return this.any([...this.everyProvider(), required], head);
    }
  }

  private everyProvider(): readonly Requirement[] {
    return Array.from(this.providers.keys(), (name): Requirement => ({ needs: 'provider', name, audiences: undefined }));
  }

  private async all(required: readonly Requirement[], head: RequestHead): Promise<Verdict> {
    for (const each of required) {
      const verdict = await this.judge(each, head);
      if (verdict.is !== 'good') return verdict;
    }
    return GOOD;
  }

  private async any(required: readonly Requirement[], head: RequestHead): Promise<Verdict> {
    let worst: Verdict = MISSING;
    for (const each of required) {
      if (each.needs === 'allow missing' || each.needs === 'allow missing or failed') continue;
      const verdict = await this.judge(each, head);
      if (verdict.is === 'good') return verdict;
      if (verdict.is === 'refused') worst = verdict;
    }
    if (required.some(({ needs }) => needs === 'allow missing or failed')) return GOOD;
    return worst.is === 'missing' && required.some(({ needs }) => needs === 'allow missing') ? GOOD : worst;
  }
}

/** One issuer, and the tokens that are his. */
class ProviderCheck {
  private readonly provider: Provider;
  private readonly places: readonly TokenPlace[];
  private readonly remote: RemoteKeys | undefined;
  private readonly payloadHeader: string;
  private readonly timers: Timers;
  private readonly verified: VerifiedTokens | undefined;

  constructor(provider: Provider, { timers, ask }: FilterSurroundings) {
    this.provider = provider;
    this.places = tokenPlaces(provider);
    this.payloadHeader = provider.forwardPayloadHeader.toLowerCase();
    this.timers = timers;
    this.verified = provider.cache === undefined ? undefined : new VerifiedTokens(provider.cache.size);
    this.remote = provider.remoteKeys === undefined ? undefined : new RemoteKeys(provider.remoteKeys, timers, ask);
  }

  sanitize({ fields }: RequestHead): void {
    if (this.payloadHeader !== '') fields.delete(this.payloadHeader);
  }

  async judge(head: RequestHead, audiences: readonly string[] = this.provider.audiences): Promise<Verdict> {
    const tokens = this.places.map((place) => place.find(head)).filter((token) => token !== undefined);
    const [first] = tokens;
    if (first === undefined) return MISSING;
    // A second one might be what the upstream looks at.
    for (const token of tokens) {
      const verdict = await this.verify(token, audiences);
      if (verdict.is !== 'good') return verdict;
    }
    if (!this.provider.forward) for (const place of this.places) place.remove(head);
    if (this.payloadHeader !== '') head.fields.set(this.payloadHeader, first.split('.')[1] ?? '');
    return GOOD;
  }

  private async verify(token: string, audiences: readonly string[]): Promise<Verdict> {
    const { issuer, localKeys, clockSkewSeconds } = this.provider;
    const options: JWTVerifyOptions = {
      clockTolerance: clockSkewSeconds,
      ...(issuer === undefined ? {} : { issuer }),
      ...(audiences.length === 0 ? {} : { audience: [...audiences] }),
    };
    let keys: KeySet;
    try {
      keys = localKeys ?? (await this.remote!.current());
    } catch (error) {
      return unavailable(error);
    }
    if (this.verified?.has(token, keys, audiences, this.timers.wallClock) === true) return GOOD;
    const verdict = await this.check(token, keys, options, audiences);
    if (verdict !== 'no key') return verdict;
    const newer = this.remote?.newer();
    if (newer === undefined) return refusal(new errors.JWKSNoMatchingKey());
    try {
      keys = await newer;
    } catch (error) {
      return unavailable(error);
    }
    const second = await this.check(token, keys, options, audiences);
    return second === 'no key' ? refusal(new errors.JWKSNoMatchingKey()) : second;
  }

  private async check(token: string, keys: KeySet, options: JWTVerifyOptions, audiences: readonly string[]): Promise<Verdict | 'no key'> {
    try {
      const { payload } = await jwtVerify(token, keys, options);
      const { exp = Number.POSITIVE_INFINITY } = payload;
      this.verified?.add(token, keys, audiences, (exp + this.provider.clockSkewSeconds) * 1000);
      return GOOD;
    } catch (error) {
      return error instanceof errors.JWKSNoMatchingKey ? 'no key' : refusal(error);
    }
  }
}

/** Not the client's fault, who may try again. */
function unavailable(error: unknown): Verdict {
  return {
    is: 'refused',
    status: 503,
    why: `the keys of the issuer cannot be had: ${error instanceof Error ? error.message : String(error)}`,
  };
}
