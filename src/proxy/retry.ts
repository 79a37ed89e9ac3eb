import type { Fault } from '../base/fault.ts';
import type { RequestHead, ResponseHead } from '../protocol/head.ts';
import type { RetryPolicy } from './route.ts';

/**
 * Whether an attempt that failed before any of a response came may be followed by another: what the upstream cannot have acted on,
 * always; what it may have, only where doing it twice is doing it once and nothing of an answer had come (RFC 9110 section 9.2.2).
 */
export function mayRetryFault(why: Fault, request: RequestHead, policy: RetryPolicy | undefined): boolean {
  switch (why.code) {
    case 'overflow':
    case 'cancelled':
    case 'unsupported':
    case 'malformed':
    case 'too-large':
    case 'truncated':
      return false;
    case 'refused':
    case 'going-away':
    case 'connect-failed':
    case 'reset':
    case 'closed':
    case 'timeout':
      if (why.processed === 'no') return true;
      return policy === undefined ? request.idempotent : policy.onFault && mayRepeat(request, policy);
  }
}

/** Whether a response may be thrown away for another attempt. */
export function mayRetryResponse(head: ResponseHead, request: RequestHead, policy: RetryPolicy): boolean {
  return policy.onResponse !== undefined && mayRepeat(request, policy) && policy.onResponse(head);
}

/** Doing it twice is doing it once: by the rules of its protocol, or because the route says so. */
export function mayRepeat(request: RequestHead, policy: RetryPolicy): boolean {
  return policy.idempotent === true || request.idempotent;
}
