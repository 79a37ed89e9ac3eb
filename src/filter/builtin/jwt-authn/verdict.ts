import { errors } from 'jose';

/** What is to be said of the tokens of a request. */
export type Verdict =
  | { readonly is: 'good' }
  | { readonly is: 'missing' }
  /** Refused with that status of HTTP; `why` is for the client. */
  | { readonly is: 'refused'; readonly status: 401 | 403 | 503; readonly why: string };

export const GOOD: Verdict = { is: 'good' };
export const MISSING: Verdict = { is: 'missing' };

/** Why a token is refused: RFC 6750 section 3.1, where a token for somebody else is not allowed here, and any other one is invalid. */
export function refusal(error: unknown): Verdict {
  if (error instanceof errors.JWTExpired) return invalid('the token has expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return { is: 'refused', status: 403, why: 'the token is for somebody else' };
    if (error.claim === 'iss') return invalid('the token is of an unknown issuer');
    if (error.claim === 'nbf') return invalid('the token is not valid yet');
    return invalid('what the token claims is not valid');
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return invalid('the signature of the token is wrong');
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return invalid('no key fits the token');
  }
  return invalid('the token is no valid one');
}

function invalid(why: string): Verdict {
  return { is: 'refused', status: 401, why };
}
