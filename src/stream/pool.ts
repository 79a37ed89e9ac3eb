import type { Fault } from '../base/fault.ts';
import type { RequestHead } from '../protocol/head.ts';
import type { ClientStream, ResponseHandler, ServerStream, StreamHandler } from '../protocol/stream.ts';

/** Connections to one host in one protocol. One class for every protocol: it only ever looks at `room`. */
export interface Pool {
  /**
   * The stream when a connection has room (the usual, synchronous case); a Fault when the queue is full;
   * undefined when waiting for a connection, and then the waiter is called once, later.
   */
  open(handler: ResponseHandler, waiter: PoolWaiter): ClientStream | Fault | undefined;
  cancel(waiter: PoolWaiter): void;
  /** Takes nothing new; open streams finish, and then the connections close. */
  drain(): void;
  /** Ends every stream and connection now. */
  close(fault: Fault): void;
  /** Its connections are not trusted any more: they take no new streams, and close when those they have are over. Who asks gets a new one. */
  renew(): void;
  /** Ends every stream and connection now. Who asks later gets a new one. */
  interrupt(fault: Fault): void;
  /** Makes connections until so many take streams, or are being made. */
  warm(connections: number): void;
  readonly connections: number;
  readonly activeStreams: number;
  readonly pending: number;
}

/** What may be known of a connection that carries a stream. */
export interface PoolConnection {
  readonly id: number;
  readonly localAddress: string;
}

/** Takes what the called side of a connection asks, in protocols where both may. */
export type TakeRequest = (stream: ServerStream, head: RequestHead, end: boolean) => StreamHandler;

export interface PoolWaiter {
  /** Set by the pool just before it hands a stream over. */
  connection: PoolConnection | undefined;
  onStream(stream: ClientStream): void;
  onPoolFault(fault: Fault): void;
}
