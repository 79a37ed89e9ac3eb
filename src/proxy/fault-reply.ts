import type { Fault } from '../base/fault.ts';
import type { ResponseFlag } from '../filter/filter.ts';
import type { Outcome } from '../protocol/head.ts';

/** How the client is told of a fault of the upstream or of ours: 502, 503 or 504 in HTTP's words. */
export function outcomeOfFault(why: Fault): Outcome {
  switch (why.code) {
    case 'timeout':
      return 'timeout';
    case 'overflow':
      return 'overloaded';
    case 'refused':
    case 'going-away':
    case 'cancelled':
      return 'unavailable';
    case 'malformed':
    case 'too-large':
    case 'unsupported':
    case 'reset':
    case 'closed':
    case 'truncated':
    case 'connect-failed':
      return 'failed';
  }
}

/** What the access log says of it. */
export function flagOfFault(why: Fault): ResponseFlag {
  if (why.origin === 'downstream') {
    if (why.code === 'timeout') return 'DT';
    return why.code === 'malformed' || why.code === 'too-large' || why.code === 'unsupported' ? 'DPE' : 'DC';
  }
  switch (why.code) {
    case 'timeout':
      return 'UT';
    case 'overflow':
      return 'UO';
    case 'connect-failed':
      return 'UF';
    case 'malformed':
    case 'too-large':
    case 'unsupported':
      return 'UPE';
    case 'refused':
    case 'going-away':
    case 'reset':
      return 'UR';
    case 'closed':
    case 'truncated':
    case 'cancelled':
      return 'UC';
  }
}
