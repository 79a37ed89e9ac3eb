import type { KeySet } from './key-set.ts';

/** A token that was found genuine: with which keys, for whom, and until when. */
interface Verified {
  readonly keys: KeySet;
  readonly audiences: readonly string[];
  /** Milliseconds since 1970; infinite where the token does not say. */
  readonly until: number;
}

/** Tokens that need not be verified again: the same keys, the same audiences, and not expired. The ones used last, a bounded number. */
export class VerifiedTokens {
  private readonly most: number;
  private readonly tokens = new Map<string, Verified>();

  constructor(most: number) {
    this.most = most;
  }

  has(token: string, keys: KeySet, audiences: readonly string[], now: number): boolean {
    const found = this.tokens.get(token);
    if (found === undefined) return false;
    this.tokens.delete(token);
    // Other keys may be there because these are not to be trusted any more.
    if (found.keys !== keys || found.until <= now) return false;
    this.tokens.set(token, found);
    return found.audiences === audiences;
  }

  /** `until`: milliseconds since 1970. */
  add(token: string, keys: KeySet, audiences: readonly string[], until: number): void {
    this.tokens.delete(token);
    this.tokens.set(token, { keys, audiences, until });
    for (const oldest of this.tokens.keys()) {
      if (this.tokens.size <= this.most) return;
      this.tokens.delete(oldest);
    }
  }
}
