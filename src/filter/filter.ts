import type { Bytes } from '../base/bytes.ts';
import type { Fault } from '../base/fault.ts';
import type { Schema } from '../base/schema/schema.ts';
import type { Outcome, RequestHead, ResponseHead } from '../protocol/head.ts';
import type { Slot } from './slot.ts';

/** Stops the exchange at this filter until `Exchange.resume()`. Returning nothing goes on. */
export const HOLD: unique symbol = Symbol('hold');
export type Verdict = typeof HOLD | undefined;

/**
 * A stream filter. It declares phases by having methods; a chain is compiled into one array per phase when the configuration is
 * built, so an absent phase costs nothing, and where no filter looks at bodies the bytes pass unseen.
 *
 * One filter object serves every exchange of its chain: what belongs to one exchange lives in a `Slot`.
 */
export interface Filter {
  readonly name: string;
  /** The request head is here, and no route has been looked for. */
  onRequest?(exchange: Exchange): Verdict;
  /** The route is known. */
  onRoute?(exchange: Exchange): Verdict;
  /** The host is known and the head is about to leave. Once for each attempt. */
  onUpstream?(exchange: Exchange): Verdict;
  /**
   * Return the same object for untouched, other bytes for changed ones, undefined to swallow them (the ending is still passed on).
   * `end`: these are the last bytes, none at all perhaps. Trailers may follow them.
   */
  onRequestData?(exchange: Exchange, bytes: Bytes, end: boolean): Bytes | undefined;
  /** The response head is here: of the upstream, or of a response made here. */
  onResponse?(exchange: Exchange): Verdict;
  onResponseData?(exchange: Exchange, bytes: Bytes, end: boolean): Bytes | undefined;
  /** Always, exactly once, last; nothing can be changed any more. */
  onComplete?(exchange: Exchange): void;
  /** No new exchanges come, for another configuration is in force: what is held besides exchanges, such as watched files, is let go. */
  retire?(): void;
}

/** What has settings: what it is called in configurations, and how its settings are read. */
export interface Configurable<Settings> {
  readonly type: string;
  readonly settings: Schema<Settings>;
}

/** One request on its way through the proxy, as filters see it. */
export interface Exchange {
  readonly request: RequestHead;
  readonly response: ResponseHead | undefined;
  /** The upstream's response has no body and no trailers. */
  readonly responseEndsWithHead: boolean;
  readonly route: { readonly name: string; readonly clusterName: string } | undefined;
  readonly host: { readonly address: string } | undefined;
  readonly downstream: Peer;
  /** The address of our end of the upstream connection, once there is one. */
  readonly upstreamLocalAddress: string | undefined;
  /** The number of that connection, as `Peer.id` of the client's. */
  readonly upstreamConnectionId: number | undefined;
  readonly listenerName: string;
  /** Why it ended early; undefined while it has not. */
  readonly fault: Fault | undefined;
  /** Short words for what happened, for the access log; empty when nothing did. */
  readonly flags: readonly ResponseFlag[];
  /** Counted from 1; 0 before the first. */
  readonly attempt: number;
  readonly timing: Timing;
  /** Body bytes from the client, and to it. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Ends the exchange with a response made here. Of later phases only `onResponse`, `onResponseData` and `onComplete` run. */
  reply(outcome: Outcome, message: string, flag?: ResponseFlag): void;
  /** Ends the exchange with this very head and body. */
  respond(head: ResponseHead, body: Bytes, flag?: ResponseFlag): void;
  /** The filter cannot go on: the client is told (500), or its stream is reset where it has a part of the response already. */
  fail(detail: string): void;
  /** For the access log. */
  addFlag(flag: ResponseFlag): void;
  /** From `onRoute`: look for a route again, the head having been changed. */
  reroute(): void;
  /** Goes on after HOLD. */
  resume(): void;
  /**
   * What `per_filter_config` of the route, or else of its virtual host, says to filters of that kind. undefined: nothing, or there is no
   * route yet.
   */
  routeSettings<Settings>(kind: Configurable<Settings>): Settings | undefined;
  get<T>(slot: Slot<T>): T | undefined;
  set<T>(slot: Slot<T>, value: T): void;
}

/** The connection that a request came in on. Addresses are `ip:port` (`[ip]:port` for IPv6) or a Unix socket's path. */
export interface Peer {
  readonly id: number;
  readonly remoteAddress: string;
  readonly localAddress: string;
  readonly secure: boolean;
  /** The name that the client has asked for by SNI (RFC 6066 section 3). */
  readonly serverName?: string | undefined;
}

/** Milliseconds on the monotonic clock of `Timers.now`, but for `startedAt`; undefined while it has not happened. */
export interface Timing {
  /** Wall clock, milliseconds since 1970: when the request head was here. */
  readonly startedAt: number;
  readonly start: number;
  /** The last byte of the request was here. */
  readonly requestReceived: number | undefined;
  /** The last byte of the request was handed to the upstream connection. */
  readonly requestSent: number | undefined;
  /** The head of the upstream's response was here. */
  readonly responseStarted: number | undefined;
  /** All was over. */
  readonly completed: number | undefined;
}

/** Envoy's abbreviations, for users know them. */
export type ResponseFlag =
  /** No route. */
  | 'NR'
  /** No cluster of that name. */
  | 'NC'
  /** No healthy host. */
  | 'UH'
  /** The connection to the upstream failed. */
  | 'UF'
  /** A limit of ours on connections, pending requests or requests was reached. */
  | 'UO'
  /** The route's time was up. */
  | 'UT'
  /** The upstream reset the stream. */
  | 'UR'
  /** The upstream closed the connection. */
  | 'UC'
  /** The upstream broke its protocol. */
  | 'UPE'
  /** The retry limit was reached. */
  | 'URX'
  /** The client closed or reset first. */
  | 'DC'
  /** The client broke its protocol. */
  | 'DPE'
  /** The client took too long. */
  | 'DT'
  /** It was answered here: by a filter, by a rule, or in place of an answer that the client could not be given. */
  | 'LR'
  /** It was held back, as a fault that is injected. */
  | 'DI'
  /** It was answered here, as a fault that is injected. */
  | 'FI'
  /** There were too many like it in that time. */
  | 'RL'
  /** Another service did not allow it. */
  | 'UAEX';
