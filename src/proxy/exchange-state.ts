import { Machine, type Transitions } from '../protocol/machine.ts';

/**
 * One request on its way.
 *
 *     filtering --> routing --> picking --> waiting --> streaming --> responding --> done
 *         |            |         ^  |          |            |
 *         |            |         |  '----------+---failed---'   back to picking while a retry is allowed
 *         '------------+---------+-- answered: answering --> done
 *
 * A filter that holds leaves the state as it is: what goes on after `resume` is remembered beside it.
 */
export type ExchangeState =
  /** Request filters run; no route has been looked for. */
  | 'filtering'
  /** The route is known; its filters run. */
  | 'routing'
  /** A host is chosen, and asked for a stream. */
  | 'picking'
  /** The pool has no connection with room yet. */
  | 'waiting'
  /** The request goes to the upstream; no response head has come. */
  | 'streaming'
  /** The upstream's response goes to the client. */
  | 'responding'
  /** A response made here is on its way through the response filters. */
  | 'answering'
  | 'done';

export type ExchangeEvent =
  | 'filtered'
  | 'rerouted'
  | 'routed'
  | 'queued'
  | 'opened'
  /** The attempt failed, and another one begins. */
  | 'failed'
  | 'headed'
  | 'answered'
  | 'ended';

export const EXCHANGE: Transitions<ExchangeState, ExchangeEvent> = {
  filtering: { filtered: 'routing', answered: 'answering', ended: 'done' },
  routing: { routed: 'picking', rerouted: 'routing', answered: 'answering', ended: 'done' },
  picking: { opened: 'streaming', queued: 'waiting', failed: 'picking', answered: 'answering', ended: 'done' },
  waiting: { opened: 'streaming', failed: 'picking', answered: 'answering', ended: 'done' },
  streaming: { headed: 'responding', failed: 'picking', answered: 'answering', ended: 'done' },
  responding: { answered: 'answering', ended: 'done' },
  answering: { ended: 'done' },
  done: {},
};

export const EXCHANGE_MACHINE = new Machine(EXCHANGE);
/** What an exchange can be told. */
export const ON = EXCHANGE_MACHINE.on;
