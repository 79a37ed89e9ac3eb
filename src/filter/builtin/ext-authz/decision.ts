import type { Bytes } from '../../../base/bytes.ts';
import type { Exchange } from '../../filter.ts';

export type Field = readonly [name: string, value: string];

/** What a service has said. */
export type Decision =
  | {
      readonly is: 'allowed';
      /** Take the place of the request's. */
      readonly set: readonly Field[];
      readonly append: readonly Field[];
      readonly remove: readonly string[];
      /** For the client, with the answer. */
      readonly answer: readonly Field[];
    }
  | { readonly is: 'denied'; readonly status: number; readonly fields: readonly Field[]; readonly body: Bytes }
  /** It has not decided. */
  | { readonly is: 'error'; readonly why: string };

/** Hears it once, within the call or later, unless it is cancelled. */
export type Decided = (decision: Decision) => void;

/** Asks a service about one exchange. */
export interface Check {
  ask(exchange: Exchange, decided: Decided): { cancel(): void };
}

/** A decision has some KiB; whoever sends more says something else. */
export const MAX_ANSWER_BYTES = 64 * 1024;

/** What belongs to a message or a connection, and so to nobody else (RFC 9110 sections 7.6.1 and 8.6). */
const OF_THE_MESSAGE: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export function mayTravel(name: string): boolean {
  return !OF_THE_MESSAGE.has(name) && !name.startsWith(':');
}
