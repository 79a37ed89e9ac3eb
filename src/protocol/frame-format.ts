import type { Bytes } from '../base/bytes.ts';
import type { Fields } from './fields.ts';
import type { Outcome, RequestHead, ResponseHead } from './head.ts';
import type { Sniff } from './protocol.ts';

/** A head that remembers the frame it came from, so that an untouched message leaves as the very bytes that arrived. */
export abstract class FramedHead {
  /** A setter sets it: the frame must be encoded anew. */
  changed = false;
  /** The frame has been written to a connection: its bytes are not ours any more, and a second writing needs a prefix of its own. */
  sent = false;
  readonly frame: Bytes;
  /** The frame without its prefix. The same object comes as the data of the message: handed back, it says that nothing changed. */
  readonly payload: Bytes;

  constructor(frame: Bytes, prefixBytes: number) {
    this.frame = frame;
    this.payload = frame.subarray(prefixBytes);
  }
}

/** A response that is there at once. */
export interface WholeResponse {
  readonly head: ResponseHead;
  readonly body: Bytes;
}

export type FrameKind =
  | 'request'
  /** A request that wants no response. */
  | 'one-way'
  | 'response'
  /** Answered by `heartbeatReply`, and never seen above. */
  | 'heartbeat-ask'
  | 'heartbeat-reply'
  /** The peer takes no new requests, on this connection or another: it is about to end. */
  | 'go-away'
  /** Nothing that a proxy must know. */
  | 'skip';

/**
 * What a protocol must tell where one frame is one whole message: the short road to a plugin. `frameProtocol` makes a Protocol of it and
 * owns buffering, limits, ids, heartbeats, going away, and the forwarding of untouched frames.
 *
 * A frame begins with a prefix of fixed length, in which its length, its kind and its id can be found. Methods take complete frames;
 * nothing but the prefix has been checked, so that whatever reads further checks its bounds.
 */
export interface FrameFormat<Request extends FramedHead & RequestHead, Response extends FramedHead & ResponseHead> {
  readonly name: string;
  readonly prefixBytes: number;
  /** Longest frame with its prefix, in bytes. A longer one is skipped without being held, and its request answered 'too-large'. */
  readonly maxFrameBytes: number;
  /** Requests of ours that may wait for their answers on one connection. */
  readonly room: number;
  /** Requests of one peer that may wait for our answers. Further ones are answered 'overloaded'. */
  readonly ceiling: number;
  /**
   * Bytes of messages that may wait for a peer that does not read them, once as many wait as its connection takes in its stride. A further
   * answer is dropped, and its request answered 'overloaded'; a further request is refused. Absent: without limit.
   */
  readonly maxUnreadBytes?: number;
  sniff(prefix: Bytes): Sniff;
  /** Length of the whole frame whose prefix stands at `at`, in bytes; less than `prefixBytes` when it is no frame of this protocol. */
  frameBytes(bytes: Bytes, at: number): number;
  kind(frame: Bytes): FrameKind;
  /** Must be lazy: keep the frame, decode in getters. */
  request(frame: Bytes): Request;
  response(frame: Bytes): Response;
  /** An id is 64 bits as two u32, for a number cannot hold it and a BigInt is slow. A protocol of shorter ids has 0 as the high one. */
  idHigh(frame: Bytes): number;
  idLow(frame: Bytes): number;
  setId(frame: Bytes, high: number, low: number): void;
  /** The frame of a head that was changed, or whose body was, in pieces; the first holds at least the prefix. Its id is set later. */
  encode(head: Request | Response, body: Bytes): readonly Bytes[];
  /** A response made here, in the way the request was encoded. Its id is set later. */
  reply(request: Request, outcome: Outcome, message: string, fields: Fields | undefined): Bytes;
  /**
   * A whole frame for a request of an unlike protocol, or the answer that tells what is wrong with it; undefined when this one cannot be
   * carried over. Without it none can.
   */
  adopt?(head: RequestHead, body: Bytes): Bytes | WholeResponse | undefined;
  /** What `adopt` finds wrong with a method and a path alone. See Protocol.foreignRequestFault. */
  adoptionFault?(method: string, path: string): string | undefined;
  /** The peer's answer to such a request, for a protocol that does not know this one's bodies. Without it they go as they are. */
  render?(response: Response): WholeResponse;
  heartbeatReply(ask: Bytes): Bytes;
  /** Its id is set later. Without it the peer cannot be asked for signs of life. */
  heartbeatAsk?(): Bytes;
  /** Tells the asking side to take its requests elsewhere. */
  goAway?(): Bytes;
}
