/** What went wrong, in words that every protocol shares. */
export type FaultCode =
  /** The peer broke the protocol. */
  | 'malformed'
  /** The peer went past a limit of ours. */
  | 'too-large'
  /** The peer asked for what we do not do. */
  | 'unsupported'
  /** The peer declined a stream and says that it did not start the work. */
  | 'refused'
  /** The peer is closing down and takes no new streams. */
  | 'going-away'
  /** The peer ended the stream or the connection by force. */
  | 'reset'
  /** The connection ended where a message could begin: of the answer that was awaited nothing had come. */
  | 'closed'
  /** The connection or the stream ended in the middle of a message. */
  | 'truncated'
  /** No connection could be made. */
  | 'connect-failed'
  /** A limit on connections or waiting requests was reached here. */
  | 'overflow'
  /** Time ran out. */
  | 'timeout'
  /** Our own side does not want it any more. */
  | 'cancelled';

/** Who caused it: the side that called us, the side that we call, or ourselves. */
export type FaultOrigin = 'downstream' | 'upstream' | 'local';

/**
 * Why a stream or a connection ended early. A value and not an exception: faults are ordinary traffic.
 * Exceptions are for bugs of ours.
 */
export interface Fault {
  readonly code: FaultCode;
  readonly origin: FaultOrigin;
  /** 'no': the request had no effect at the peer, so that any request may be tried again. */
  readonly processed: 'no' | 'maybe';
  /** One line for a log: what was seen, where. */
  readonly detail: string;
}

export function fault(code: FaultCode, origin: FaultOrigin, processed: Fault['processed'], detail: string): Fault {
  return { code, origin, processed, detail };
}
