import type { Outcome } from './head.ts';

/** The HTTP status of a reply that is made here (RFC 9110 section 15), and of a neutral outcome that crosses to HTTP. */
export const STATUS_OF_OUTCOME: Readonly<Record<Outcome, number>> = {
  ok: 200,
  'bad-request': 400,
  denied: 403,
  'not-found': 404,
  'too-large': 413,
  timeout: 504,
  overloaded: 503,
  unavailable: 503,
  failed: 502,
};

/** What an HTTP status says about the request, in words that every protocol shares. */
export function outcomeOfStatus(status: number): Outcome {
  if (status < 400) return 'ok';
  switch (status) {
    case 401:
    case 403:
    case 407:
      return 'denied';
    case 404:
    case 410:
      return 'not-found';
    case 408:
    case 504:
      return 'timeout';
    case 413:
    case 414:
    case 431:
      return 'too-large';
    case 429:
      return 'overloaded';
    case 503:
      return 'unavailable';
    default:
      return status < 500 ? 'bad-request' : 'failed';
  }
}
