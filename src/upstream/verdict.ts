import type { Fault } from '../base/fault.ts';
import type { Outcome, ResponseHead } from '../protocol/head.ts';

/**
 * The status that says of an answer how the host fares. HTTP says it itself. Others say it by numbers of their own, as Dubbo does, or within
 * a good status, as gRPC does: that a service has failed is 500, as in Envoy's proxies of RPC, though a gateway that renders it says 502.
 */
export function statusOfAnswer({ status, code }: Pick<ResponseHead, 'status' | 'code'>, outcome: Outcome): number {
  if (status >= 400 && code === status) return status;
  switch (outcome) {
    case 'failed':
      return 500;
    case 'unavailable':
      return 503;
    case 'timeout':
      return 504;
    default:
      return status;
  }
}

/** The status that a gateway would say of a fault; undefined when it does not speak against the host. */
export function statusOfFault({ code, origin }: Fault): number | undefined {
  switch (code) {
    case 'timeout':
      return 504;
    case 'connect-failed':
    case 'reset':
    case 'closed':
    case 'truncated':
      return origin === 'upstream' ? 503 : undefined;
    case 'malformed':
    case 'too-large':
      return origin === 'upstream' ? 502 : undefined;
    // A host that declines or leaves does so in good order; the others are our own doing.
    case 'refused':
    case 'going-away':
    case 'overflow':
    case 'cancelled':
    case 'unsupported':
      return undefined;
  }
}

export function isGatewayFailure(status: number): boolean {
  return status >= 502 && status <= 504;
}
