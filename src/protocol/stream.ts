import type { Bytes } from '../base/bytes.ts';
import type { Fault } from '../base/fault.ts';
import type { Fields } from './fields.ts';
import type { Outcome, RequestHead, ResponseHead } from './head.ts';

/**
 * One request and its response on one connection, seen from one end.
 * Everything is synchronous. Sending never blocks: look at `writable`, and wait for `onDrain` when it is false.
 * Per direction: head, data*, then exactly one ending (`end` is true, trailers, or a reset). Nothing follows an ending.
 * After a reset of either side every call is ignored.
 */
export interface Stream {
  sendData(bytes: Bytes, end: boolean): void;
  /** Ends the message. A protocol that has no trailers ends it and drops them. */
  sendTrailers(fields: Fields): void;
  /** Ends both directions now. The handler hears nothing more. Idempotent. */
  reset(fault: Fault): void;
  /** False while more is queued than the connection wants. Sending is still allowed; `onDrain` or an ending follows. */
  readonly writable: boolean;
  /** Stops `onData`. Counted: delivery restarts when every pause has been resumed. */
  pause(): void;
  resume(): void;
}

/** The side that answers. */
export interface ServerStream extends Stream {
  /** All of the request has arrived, as that of a protocol of frames has: nobody needs to wait for its body. */
  readonly whole?: boolean;
  /** A 1xx head before the head proper, any number of them. Dropped by protocols that have none (RFC 9110 section 15.2). */
  sendInformational(head: ResponseHead): void;
  sendHead(head: ResponseHead, end: boolean): void;
  /**
   * A whole response that the codec builds in its own protocol: a status and text, a gRPC status, a Dubbo status byte. Ends the stream.
   * `fields` are added to it where the protocol has a place for them.
   */
  reply(outcome: Outcome, message: string, fields?: Fields): void;
}

/** The side that asks. */
export interface ClientStream extends Stream {
  sendHead(head: RequestHead, end: boolean): void;
}

/** The other half: what a stream tells its owner. */
export interface StreamHandler {
  onData(bytes: Bytes, end: boolean): void;
  /** Ends the direction, as `onData` with `end` does. */
  onTrailers(fields: Fields): void;
  /** Ends both directions. Comes at most once, and never after both directions have ended. */
  onReset(fault: Fault): void;
  onDrain(): void;
  /**
   * Of a server's stream: the codec itself has answered, in place of a response that could not be sent, or to a request that went wrong on its
   * way. `status` is HTTP's word for it. Comes from inside the call that sends, or before `onReset`.
   */
  onReplaced?(status: number, message: string): void;
}

export interface ResponseHandler extends StreamHandler {
  onInformational(head: ResponseHead): void;
  onHead(head: ResponseHead, end: boolean): void;
}
