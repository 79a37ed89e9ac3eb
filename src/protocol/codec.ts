import type { Bytes } from '../base/bytes.ts';
import type { Fault } from '../base/fault.ts';
import type { Fields } from './fields.ts';
import type { RequestHead } from './head.ts';
import type { ClientStream, ResponseHandler, ServerStream, StreamHandler } from './stream.ts';

/** The world as a codec may see it. No sockets, no timers, no clock. */
export interface Transport {
  /** The connection is encrypted: requests that come over it have the scheme `https`. */
  readonly secure: boolean;
  /** Queued; everything written in one turn leaves in as few system calls as can be. Codecs never gather writes themselves. */
  write(bytes: Bytes): void;
  readonly writable: boolean;
  /** Stops reading from the peer. Counted, and for the whole connection. At most the chunk being read is still delivered. */
  pause(): void;
  resume(): void;
  /** Nothing more will be written: flush, then tell the peer (FIN). Reading goes on. */
  end(): void;
  /** All is said and done: flush, then close. No `abort` follows. */
  close(): void;
  /** The connection cannot go on: flush what is queued (an error reply, a GOAWAY), then close. `abort` follows, at once. */
  fail(fault: Fault): void;
}

/**
 * Sans-IO state machine of one connection. Bytes in, calls out; bytes out through `Transport.write`.
 * It never throws at what a peer sent, and holds no more memory than its limits say.
 */
export interface Codec {
  /** The connection is open. For protocols that speak, or open a stream, before the peer has said anything. */
  start?(): void;
  /** Any split of the input gives the same calls. */
  read(chunk: Bytes): void;
  /** The peer will send nothing more (FIN). */
  readEnd(): void;
  /** `Transport.writable` became true again. */
  drained(): void;
  /** Finish open streams, take no new ones; close the transport when the last stream is over, at once if there is none. */
  goAway(): void;
  /** The connection is dead: end every open stream. Nothing may be written any more. Idempotent. */
  abort(fault: Fault): void;
  /** End the connection because of `fault` and tell the peer so where the protocol can (HTTP/1: 408 on 'timeout'). Calls `Transport.fail`. */
  terminate(fault: Fault): void;
  /** Ask the peer for any sign of life. Absent when the protocol has none. */
  probe?(): void;
  readonly activeStreams: number;
  /** A head or a frame has begun to arrive and is not complete: what the owner limits in time. */
  readonly partial: boolean;
  /** Asks the calling side, in protocols where both may. As in a ClientCodec, where it is always there. */
  open?(handler: ResponseHandler): ClientStream;
}

export interface ServerHost extends Transport {
  /** A request has begun. The returned handler gets the rest of it. The stream may already be over on return. */
  onRequest(stream: ServerStream, head: RequestHead, end: boolean): StreamHandler;
  /** True: the connection belongs to another codec from now on, and the caller does nothing more. False: nothing has happened. */
  handOver?(offer: HandOver): boolean;
}

/** A client asks to go on in another protocol, on the same connection (RFC 9110 section 7.8). */
export interface HandOver {
  /** The protocol's name in Upgrade, in lower case. */
  readonly name: string;
  /** The request that asks so. It has no body, and is the first that the other protocol answers. */
  readonly head: RequestHead;
  /** What the head says to this connection alone, and `head.fields` does not show: Connection, and the fields that it names. */
  readonly connectionFields: Fields;
  /** Tells the client that it is so: the last that is said in the old protocol. */
  readonly accepted: Bytes;
  /** What has come behind the head. */
  readonly rest: Bytes;
}

export interface ClientHost extends Transport {
  /** `room` grew. */
  onRoom(): void;
  /** `room` is 0 for good. `everywhere`: on any connection, for the peer is about to end. */
  onGoAway(everywhere?: boolean): void;
  /** The called side asks, in protocols where both may (Dubbo's callbacks). Without it such requests are answered 'unavailable'. */
  onRequest?(stream: ServerStream, head: RequestHead, end: boolean): StreamHandler;
}

export interface ClientCodec extends Codec {
  /** How many streams may be opened right now. Ping-pong: 0 or 1. HTTP/2: the peer's limit. RPC: configured. */
  readonly room: number;
  /** Only while `room` is above 0. */
  open(handler: ResponseHandler): ClientStream;
}
