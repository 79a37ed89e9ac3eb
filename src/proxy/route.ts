import type { Bytes } from '../base/bytes.ts';
import type { Exchange } from '../filter/filter.ts';
import type { ResponseHead } from '../protocol/head.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { Host } from '../upstream/host.ts';
import type { Labels } from '../upstream/labels.ts';
import type { Backoff } from './backoff.ts';

/** What is done with the requests that a router finds it for. Immutable. */
export interface Route {
  readonly name: string;
  /** The cluster for this request. Asked once. Not of a route that answers by itself. */
  clusterName(exchange: Exchange): string;
  /** A route that answers by itself: a direct response or a redirect. */
  answer?(exchange: Exchange): LocalAnswer;
  /** Changes the request's head on its way to the upstream, once, before a host is chosen. */
  prepare?(exchange: Exchange): void;
  /** Changes the head for one host, for each attempt. */
  prepareFor?(exchange: Exchange, host: Host): void;
  /** Changes the response's head on its way to the client. */
  finish?(exchange: Exchange, head: ResponseHead): void;
  /** What is said to filters, by their types: `per_filter_config`. */
  readonly filterSettings?: ReadonlyMap<string, unknown> | undefined;
  /** The protocol of the upstream; undefined: the one that the request came in. */
  readonly protocol: Protocol | undefined;
  readonly timeout: RouteTimeout;
  readonly retry: RetryPolicy;
  /** Who else gets the request; undefined for nobody. */
  readonly mirror?: MirrorPolicy | undefined;
  /** What its requests say about the host that they want; undefined for nothing. */
  readonly hosts?: HostPolicy | undefined;
}

/** A response made here. */
export interface LocalAnswer {
  readonly head: ResponseHead;
  readonly body: Bytes;
}

export interface RouteTimeout {
  /** From the last byte of the request, in milliseconds; 0 means none. */
  readonly wholeMs: number;
  /**
   * What must have come by then. A time that somebody configured is for the whole response, as in Envoy and MOSN. The default is for
   * its head alone, so that no long answer is cut by a limit that nobody asked for.
   */
  readonly covers: 'head' | 'response';
  /** For each attempt, up to the response head; 0 means none. */
  readonly tryMs: number;
  /** Without a byte either way; 0 means none. */
  readonly idleMs: number;
  /** From the head of the request to the end of the response; 0 means none. */
  readonly maxMs: number;
  /** undefined: no header says anything about time. */
  readonly headers?: TimeoutHeaders | undefined;
}

/** Headers with times, in milliseconds; undefined for those that mean nothing here. */
export interface TimeoutHeaders {
  /** Takes the place of `wholeMs`, for the whole response. */
  readonly whole: string | undefined;
  /** Takes the place of `tryMs`. */
  readonly perTry: string | undefined;
  /** Tells the upstream how long its answer is waited for. */
  readonly expected: string | undefined;
}

export interface RetryPolicy {
  /** How many attempts may follow the first one. */
  readonly retries: number;
  /** Whether an attempt that broke off, though the host may have acted upon it, is followed by another, where doing it twice is doing it once. */
  readonly onFault: boolean;
  /** Which responses are thrown away for another attempt, where doing it twice is doing it once. undefined: none. */
  readonly onResponse?: ((head: ResponseHead) => boolean) | undefined;
  /** The route says that doing it twice is doing it once, whatever the method. */
  readonly idempotent?: boolean;
  /** An attempt whose time is up goes on while another follows, where doing it twice is doing it once: the first good answer wins. */
  readonly hedgeOnTimeout?: boolean;
  /** How long to wait before each of them. undefined: not at all. */
  readonly backoff?: Backoff | undefined;
}

/** What requests say about their hosts, to balancers that listen. Asked once for each request. */
export interface HostPolicy {
  /** See HostChoice.hash. */
  readonly hash: ((exchange: Exchange) => number) | undefined;
  /** See HostChoice.labels. */
  readonly labels: ((cluster: string) => Labels | undefined) | undefined;
}

/** A share of the requests of a route goes to another cluster as well (MOSN's `request_mirror_policies`). */
export interface MirrorPolicy {
  readonly cluster: string;
  /** Of a hundred requests so many, drawn by chance. */
  readonly percent: number;
}
