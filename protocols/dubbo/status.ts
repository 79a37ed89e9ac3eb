import type { Outcome } from 'meshloom/protocol';

export const STATUS_OK = 20;

/** What a response's status byte says, in words that every protocol shares. 20 is also a business exception: the service did answer. */
const OUTCOME_OF_STATUS: Readonly<Record<number, Outcome>> = {
  20: 'ok',
  /** The provider could not serialize its answer. */
  25: 'failed',
  /** Client and server side timeout. */
  30: 'timeout',
  31: 'timeout',
  /** Channel inactive. */
  35: 'unavailable',
  /** Bad request; from 2.7.23 on also a service that is not there. */
  40: 'bad-request',
  /** Bad response. */
  50: 'failed',
  60: 'failed',
  70: 'not-found',
  80: 'failed',
  90: 'bad-request',
  /** The provider's threads are all busy. */
  100: 'overloaded',
};

export function outcomeOfStatus(status: number): Outcome {
  return OUTCOME_OF_STATUS[status] ?? 'failed';
}

/** The status byte of a reply that is made here: a Java consumer makes its RpcException of it. */
export const STATUS_OF_OUTCOME: Readonly<Record<Outcome, number>> = {
  ok: STATUS_OK,
  'bad-request': 40,
  denied: 40,
  'not-found': 70,
  'too-large': 40,
  timeout: 31,
  overloaded: 100,
  unavailable: 80,
  failed: 80,
};
