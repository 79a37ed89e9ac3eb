import type { Fields } from './fields.ts';

/** What routers, balancers and filters may know about a request, whatever protocol it came in. */
export interface RequestHead {
  /** Name of the protocol that the request came in, as its plugin gives it. */
  readonly protocol: string;
  /** 'http' or 'https'; '' where the protocol has no such thing. */
  scheme: string;
  /** HTTP: host with its port, if any. RPC: group. '' when there is none. */
  authority: string;
  /** HTTP: path with query, or `*`. RPC: service. */
  path: string;
  /** HTTP: method. RPC: method. */
  method: string;
  /** HTTP: header section. RPC: attachments. */
  readonly fields: Fields;
  /** No response will come. */
  readonly oneWay: boolean;
  /** By the protocol's own rules doing it twice is doing it once (RFC 9110 section 9.2.2). */
  readonly idempotent: boolean;
  /** How long the caller is going to wait, in milliseconds, where the protocol says so. */
  readonly timeoutMs: number | undefined;
  /** Says a shorter time, where the head says one. In milliseconds, from 1 on. Absent where the protocol has no place for it. */
  shortenTimeout?(timeoutMs: number): void;
  /** The caller waits to be asked in its turn, on the connection that this request goes by: that has to be one of its own. */
  readonly callsBack?: boolean;
  /**
   * '' for an ordinary request. Otherwise what the stream turns into once a response accepts it ('websocket', 'connect', 'tcp'):
   * from then on data flows both ways until each side ends, and it is no message any more.
   */
  readonly upgrade: string;
}

/** Protocol-neutral meaning of a response, for retries, circuit breakers and metrics. */
export type Outcome = 'ok' | 'bad-request' | 'denied' | 'not-found' | 'too-large' | 'timeout' | 'overloaded' | 'unavailable' | 'failed';

export interface ResponseHead {
  /** Name of the protocol that the response came in; 'local' for one that was made here. */
  readonly protocol: string;
  readonly outcome: Outcome;
  /** The protocol's own number: HTTP status, Dubbo status byte. */
  readonly code: number;
  /** The HTTP status that says the same: what is carried between unlike protocols. */
  readonly status: number;
  readonly fields: Fields;
  /**
   * There where only the trailers say what has come of the request, as in gRPC: reads it of them. Until then `outcome` is what the head lets
   * hope. A codec of a client says so.
   */
  readonly outcomeOfTrailers?: ((trailers: Fields) => Outcome) | undefined;
  /** It accepts the request's `upgrade`: the stream is a tunnel from here on. A codec of a client says so; nobody else can know. */
  readonly upgraded?: boolean;
}
