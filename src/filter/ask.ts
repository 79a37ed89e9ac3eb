import type { Bytes } from '../base/bytes.ts';
import type { Fault } from '../base/fault.ts';
import type { Fields } from '../protocol/fields.ts';
import type { RequestHead, ResponseHead } from '../protocol/head.ts';

/** A request of our own: to ask somebody whether a client may go on, for example. */
export interface OwnRequest {
  /** Made here (`LocalRequest`), or of an exchange. */
  readonly head: RequestHead;
  /** All of it; empty for none. */
  readonly body: Bytes;
  /** The protocol to speak, by its plugin's name or by one that it has in ALPN. */
  readonly protocol: string;
  /** From the end of the request to the end of the answer, in milliseconds; 0: for ever. */
  readonly limitMs: number;
  /** How many attempts may follow the first one, where trying again is safe. Default: none. */
  readonly retries?: number;
}

/**
 * Hears the answer to a request of our own: a head, data, and one ending (`end`, trailers or a fault). All of it may come before `Ask`
 * returns. Whoever wants no more of an answer cancels it.
 */
export interface AnswerHandler {
  onHead(head: ResponseHead, end: boolean): void;
  onData(bytes: Bytes, end: boolean): void;
  onTrailers(trailers: Fields): void;
  /** No answer, or no more of it. */
  onFault(why: Fault): void;
}

/** A request of our own under way. */
export interface Asked {
  /** Its handler hears nothing more. Idempotent. */
  cancel(): void;
}

/** Asks a cluster, by its name, through the ordinary balancer, limits and connections. */
export type Ask = (cluster: string, request: OwnRequest, handler: AnswerHandler) => Asked;
