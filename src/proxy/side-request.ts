import type { Bytes } from '../base/bytes.ts';
import { type Fault, fault } from '../base/fault.ts';
import { Timer, type Timers } from '../base/timers.ts';
import type { AnswerHandler, Ask, Asked } from '../filter/ask.ts';
import type { Fields } from '../protocol/fields.ts';
import type { RequestHead, ResponseHead } from '../protocol/head.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { ClientStream } from '../protocol/stream.ts';
import { ANY_HOST, type HostChoice, NO_HOSTS_TRIED } from '../upstream/balancer.ts';
import type { Cluster } from '../upstream/cluster.ts';
import type { Host } from '../upstream/host.ts';
import { Attempt, type AttemptOwner } from './attempt.ts';
import { RequestBody } from './request-body.ts';
import { mayRetryFault } from './retry.ts';

/** Where the requests of our own go, and by whose clock. */
export interface SideSurroundings {
  readonly timers: Timers;
  readonly clusters: { get(name: string): Cluster | undefined };
  /** undefined: it is not loaded, or there is none. */
  protocolOf(name: string): Protocol | undefined;
}

export interface SideRequestOptions {
  readonly timers: Timers;
  readonly cluster: Cluster;
  readonly protocol: Protocol;
  readonly head: RequestHead;
  readonly choice: HostChoice;
  /** The one to ask first, whatever the balancer says. */
  readonly host?: Host | undefined;
  /** From the end of the request to the end of the answer, in milliseconds; 0: for ever. */
  readonly limitMs: number;
  readonly retries: number;
  /** How many bytes of the body wait for a host that does not take them; with more the request is given up. */
  readonly maxHeldBytes: number;
}

/** Makes requests of our own. */
export function asking({ timers, clusters, protocolOf }: SideSurroundings): Ask {
  return (name, { head, body, protocol, limitMs, retries = 0 }, handler) => {
    const cluster = clusters.get(name);
    if (cluster === undefined) {
      handler.onFault(fault('connect-failed', 'local', 'no', `no cluster "${name}"`));
      return NOT_ASKED;
    }
    const spoken = protocolOf(protocol);
    if (spoken === undefined) {
      handler.onFault(fault('unsupported', 'local', 'no', `no protocol "${protocol}"`));
      return NOT_ASKED;
    }
    const request = new SideRequest(
      { timers, cluster, protocol: spoken, head, choice: ANY_HOST, limitMs, retries, maxHeldBytes: body.length },
      handler,
      body.length === 0,
    );
    request.start();
    if (body.length > 0) request.push(body, true);
    return request;
  };
}

const NOT_ASKED: Asked = { cancel(): void {} };

/**
 * A request that no exchange with a client stands behind: of a filter, a script or a mirror. It goes the ordinary way to a host of its
 * cluster, and is counted there like any other. As a timer it is its time limit.
 */
export class SideRequest extends Timer implements Asked, AttemptOwner {
  private readonly options: SideRequestOptions;
  private readonly handler: AnswerHandler;
  private readonly body: RequestBody | undefined;
  private trying: Attempt | undefined = undefined;
  private tried: readonly Host[] = NO_HOSTS_TRIED;
  private retriesTaken = 0;
  private answered = false;
  private over = false;

  /** `end`: it has no body. */
  constructor(options: SideRequestOptions, handler: AnswerHandler, end: boolean) {
    super();
    this.options = options;
    this.handler = handler;
    this.body = end ? undefined : new RequestBody(options.retries > 0 ? options.maxHeldBytes : 0);
  }

  start(): void {
    const { cluster } = this.options;
    if (!cluster.limits.requests.take()) {
      this.over = true;
      cluster.counts.requestOverflow++;
      this.handler.onFault(fault('overflow', 'local', 'no', 'too many requests to this cluster'));
      return;
    }
    if (this.body === undefined) this.limitTime();
    this.try(undefined);
  }

  push(bytes: Bytes, end: boolean): void {
    if (this.over) return;
    this.body?.push(bytes, end);
    if (end) this.limitTime();
    this.sendBody();
  }

  pushTrailers(trailers: Fields): void {
    if (this.over) return;
    this.body?.pushTrailers(trailers);
    this.limitTime();
    this.sendBody();
  }

  cancel(): void {
    if (this.over) return;
    this.giveUpAttempt(fault('cancelled', 'local', 'maybe', 'not wanted any more'));
    this.end();
  }

  override expire(): void {
    const why = fault('timeout', 'upstream', 'maybe', `no whole answer within ${this.options.limitMs} ms`);
    this.giveUpAttempt(why);
    this.fail(why);
  }

  private limitTime(): void {
    const { timers, limitMs } = this.options;
    if (limitMs > 0) timers.schedule(this, limitMs);
  }

  /** `before`: how the attempt before this one ended. */
  private try(before: Fault | undefined): void {
    const { cluster, choice, protocol } = this.options;
    let host = before === undefined ? (this.options.host ?? cluster.pick(choice, this.tried)) : cluster.pick(choice, this.tried);
    if (host === undefined && before !== undefined && before.code !== 'connect-failed') host = cluster.pick(choice, NO_HOSTS_TRIED);
    if (host === undefined) {
      this.fail(before ?? fault('connect-failed', 'local', 'no', 'no healthy host'));
      return;
    }
    const attempt = new Attempt(this, host, host.pool(protocol));
    this.trying = attempt;
    const got = attempt.open();
    if (got === undefined) return;
    if ('processed' in got) this.onAttemptFault(got);
    else this.onAttemptStream(got);
  }

  private sendBody(): void {
    const { body, trying } = this;
    const stream = trying?.stream;
    if (body === undefined) return;
    if (stream?.writable === true) body.sendTo(stream);
    if (this.over || this.trying !== trying) return;
    if (body.complete) this.onSent();
    else if (body.held > this.options.maxHeldBytes) {
      const why = fault('overflow', 'local', 'maybe', `more than ${this.options.maxHeldBytes} bytes wait for the host`);
      this.giveUpAttempt(why);
      this.fail(why);
    }
  }

  private onSent(): void {
    if (!this.options.head.oneWay) return;
    this.finish();
  }

  // What the attempt tells.

  onAttemptStream(stream: ClientStream): void {
    const { trying, body } = this;
    stream.sendHead(this.options.head, body === undefined);
    if (this.over || this.trying !== trying) return;
    if (body === undefined) this.onSent();
    else this.sendBody();
  }

  onAttemptInformational(): void {}

  onAttemptHead(head: ResponseHead, end: boolean): void {
    this.answered = true;
    this.body?.giveUpReplay();
    this.handler.onHead(head, end);
    if (end) this.finish();
  }

  onAttemptData(bytes: Bytes, end: boolean): void {
    this.handler.onData(bytes, end);
    if (end) this.finish();
  }

  onAttemptTrailers(trailers: Fields): void {
    this.handler.onTrailers(trailers);
    this.finish();
  }

  onAttemptDrain(): void {
    this.sendBody();
  }

  onAttemptTimeout(): void {}

  onAttemptFault(why: Fault): void {
    const { trying } = this;
    this.trying = undefined;
    if (this.answered || trying === undefined || !this.takeRetry(why)) {
      this.fail(why);
      return;
    }
    trying.host.count('requestRetry');
    this.tried = [...this.tried, trying.host];
    this.body?.rewind();
    this.try(why);
  }

  private takeRetry(why: Fault): boolean {
    const { head, retries, cluster } = this.options;
    if (this.retriesTaken >= retries || !mayRetryFault(why, head, undefined)) return false;
    if (this.body !== undefined && !this.body.replayable) return false;
    if (!cluster.limits.retries.take()) {
      cluster.counts.requestRetryOverflow++;
      return false;
    }
    this.retriesTaken++;
    return true;
  }

  private giveUpAttempt(why: Fault): void {
    const attempt = this.trying;
    this.trying = undefined;
    attempt?.cancel(why);
  }

  /** All has been said: of the request whatever is left is not wanted. */
  private finish(): void {
    if (this.over) return;
    const attempt = this.trying;
    if (this.body === undefined || this.body.complete) {
      this.trying = undefined;
      attempt?.conclude();
    } else this.giveUpAttempt(fault('cancelled', 'local', 'maybe', 'answered early'));
    this.end();
  }

  private fail(why: Fault): void {
    if (this.over) return;
    this.end();
    this.handler.onFault(why);
  }

  private end(): void {
    this.over = true;
    const { timers, cluster } = this.options;
    timers.cancel(this);
    cluster.limits.requests.release();
    for (; this.retriesTaken > 0; this.retriesTaken--) cluster.limits.retries.release();
  }
}
