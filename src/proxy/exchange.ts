import { type Bytes, EMPTY } from '../base/bytes.ts';
import { type Fault, fault } from '../base/fault.ts';
import type { Peer, ResponseFlag } from '../filter/filter.ts';
import type { Fields } from '../protocol/fields.ts';
import type { RequestHead, ResponseHead } from '../protocol/head.ts';
import { LocalResponse } from '../protocol/local-response.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { ClientStream, ServerStream, StreamHandler } from '../protocol/stream.ts';
import type { Pool } from '../stream/pool.ts';
import type { Host } from '../upstream/host.ts';
import type { AttemptOwner } from './attempt.ts';
import type { Bonds, BoundClient } from './bond.ts';
import type { AskableClient } from './callback.ts';
import { ClientPatience, type PatienceOwner } from './client-patience.ts';
import { ON } from './exchange-state.ts';
import { flagOfFault } from './fault-reply.ts';
import { RequestBody } from './request-body.ts';
import { mayRepeat, mayRetryFault } from './retry.ts';
import { RoutedExchange } from './routed-exchange.ts';
import type { ProxySettings } from './settings.ts';

/** What a client may still send of a request that has been answered, before its stream is reset: a body in flight, not an upload. */
const MAX_DISCARDED_BYTES = 256 * 1024;

/** One request through the proxy: two streams wired crosswise, with filters between. As a timer it is the route's time limit. */
export class ProxyExchange extends RoutedExchange implements StreamHandler, AttemptOwner, PatienceOwner {
  protected override readonly attempts: AttemptOwner = this;
  private readonly client: BoundClient;
  private readonly bonds: Bonds;
  private patience: ClientPatience | undefined = undefined;
  private requestEnded: boolean;
  private requestPaused = false;
  private responsePaused = false;
  responseEndsWithHead = false;
  private responseEnded = false;
  /** The response accepted the request's upgrade: no message any more, but bytes both ways. */
  private tunnel = false;
  /** The route's time has begun. */
  private routeTimeRuns = false;
  private discarded = 0;

  constructor(
    settings: ProxySettings,
    client: Peer & AskableClient,
    bonds: Bonds,
    stream: ServerStream,
    request: RequestHead,
    end: boolean,
  ) {
    super(settings, client, stream, request);
    this.client = client;
    this.bonds = bonds;
    this.requestEnded = end;
    if (end) this.timing.requestReceived = this.timing.start;
    else {
      this.body = new RequestBody(settings.requestBufferBytes);
      if (request.upgrade === '' && stream.whole !== true) this.clientPatience().waitForBody();
    }
  }

  start(): void {
    this.settings.counts.onStart();
    this.filterRequest(0);
  }

  protected override poolOf(host: Host, protocol: Protocol): Pool {
    const own = this.cluster!.connectionPerDownstream ?? this.request.callsBack ?? false;
    return own ? this.bonds.of(this.client).pool(host, protocol) : host.pool(protocol);
  }

  // The client's side.

  onData(bytes: Bytes, end: boolean): void {
    if (this.done) {
      this.discard(bytes, end);
      return;
    }
    this.bytesReceived += bytes.length;
    this.idle?.touch();
    bytes = this.filterRequestData(bytes, end);
    if (this.done) return;
    if (end) this.endRequest();
    else this.patience?.waitForBody();
    this.body?.push(bytes, end);
    this.sendBody();
    this.mirror?.push(bytes, end);
  }

  onTrailers(trailers: Fields): void {
    if (this.done) return;
    if (this.settings.filters.onRequestData.length > 0) {
      // Filters are told of the end of the body, and may still have bytes of it.
      const rest = this.filterRequestData(EMPTY, true);
      if (this.done) return;
      this.body?.push(rest, false);
    }
    this.endRequest();
    this.body?.pushTrailers(trailers);
    this.sendBody();
    this.mirror?.pushTrailers(trailers);
  }

  onDrain(): void {
    this.patience?.stopWaitingForDrain();
    this.resumeResponse();
  }

  onReset(why: Fault): void {
    this.patience?.stop();
    if (this.done) return;
    this.fault = why;
    this.flag(flagOfFault(why));
    this.giveUpAttempt(fault('cancelled', 'downstream', 'maybe', 'the client has left'));
    this.complete();
  }

  onReplaced(status: number, message: string): void {
    if (this.done) return;
    this.response = new LocalResponse(status);
    this.bytesSent = Buffer.byteLength(message);
    if (this.headSent) this.flag('LR');
  }

  onClientTimeout(waitedFor: 'body' | 'drain'): void {
    const why = fault(
      'timeout',
      'downstream',
      'maybe',
      waitedFor === 'body' ? 'the request body took too long' : 'the client does not read',
    );
    if (this.done || this.headSent) {
      this.resetClient(why);
      if (!this.done) this.onReset(why);
      return;
    }
    this.fault = why;
    this.answerWith(new LocalResponse(408), EMPTY, 'DT');
  }

  private endRequest(): void {
    this.requestEnded = true;
    this.timing.requestReceived = this.settings.timers.now;
    this.patience?.stopWaitingForBody();
    if (!this.tunnel && this.cluster !== undefined) this.limitTime();
  }

  /** Sends what the upstream has not had, and lets the client send more or not. */
  private sendBody(): void {
    const { body, trying } = this;
    if (body === undefined) return;
    const stream = trying?.stream;
    if (stream === undefined) {
      this.pauseRequest(body.held > this.settings.requestBufferBytes);
      return;
    }
    body.sendTo(stream);
    if (this.trying !== trying) return;
    if (body.complete) this.onRequestSent();
    else this.pauseRequest(!stream.writable);
  }

  private onRequestSent(): void {
    this.timing.requestSent = this.settings.timers.now;
    if (this.responseEnded || this.request.oneWay) this.finishAttempt();
  }

  private pauseRequest(pause: boolean): void {
    // One that is here whole is not longer for being sent, and its connection may carry requests for other hosts.
    if (pause === this.requestPaused || this.requestEnded || this.stream.whole === true) return;
    this.requestPaused = pause;
    if (pause) {
      this.patience?.stopWaitingForBody();
      this.stream.pause();
    } else {
      if (!this.tunnel) this.patience?.waitForBody();
      this.stream.resume();
    }
  }

  /** Nothing is waited for any more: a timer that is left would keep all of the exchange until it is due. */
  private resetClient(why: Fault): void {
    this.patience?.stop();
    this.stream.reset(why);
  }

  /** The exchange is over, but the client goes on sending: thrown away, so that its connection can be used again. */
  private discard(bytes: Bytes, end: boolean): void {
    this.discarded += bytes.length;
    if (end) this.patience?.stop();
    else if (this.discarded > MAX_DISCARDED_BYTES) {
      this.resetClient(fault('too-large', 'downstream', 'maybe', 'too much of a request that had been answered'));
    }
  }

  // The upstream's side.

  onAttemptStream(stream: ClientStream): void {
    this.move(ON.opened);
    const { body, trying } = this;
    this.upstream = trying!.connection;
    this.deadline?.carryOn(this.request, this.timeout, this.timing.requestReceived, this.settings.timers.now);
    stream.sendHead(this.request, body === undefined);
    if (this.trying !== trying) return;
    // A protocol that has nothing to wait for may have answered already.
    if (this.state === 'streaming') this.limitTime();
    if (body === undefined) this.onRequestSent();
    else this.sendBody();
  }

  onAttemptInformational(head: ResponseHead): void {
    if (!this.headSent) this.stream.sendInformational(head);
  }

  onAttemptHead(head: ResponseHead, end: boolean): void {
    if (this.wouldRetry(head) && this.retryInsteadOf(head)) return;
    this.move(ON.headed);
    const { timers } = this.settings;
    this.timing.responseStarted = timers.now;
    this.response = head;
    this.fault = undefined;
    this.responseEndsWithHead = end;
    this.body?.giveUpReplay();
    timers.cancel(this.trying!);
    this.rivals?.cancel(fault('cancelled', 'local', 'maybe', 'another attempt was answered first'));
    this.tunnel = head.upgraded === true;
    if (this.tunnel) this.beginTunnel();
    else if (this.timeout.covers === 'head') this.limitTime();
    this.idle?.touch();
    this.filterResponse(0);
    if (this.holdingResponse) this.pauseResponse();
  }

  onAttemptData(bytes: Bytes, end: boolean): void {
    bytes = this.filterResponseData(bytes, end);
    if (this.done) return;
    this.bytesSent += bytes.length;
    this.idle?.touch();
    this.stream.sendData(bytes, end);
    if (end) this.endResponse();
    else if (!this.stream.writable) {
      this.pauseResponse();
      this.clientPatience().waitForDrain();
    }
  }

  onAttemptTrailers(trailers: Fields): void {
    if (this.settings.filters.onResponseData.length > 0) {
      const rest = this.filterResponseData(EMPTY, true);
      if (this.done) return;
      this.bytesSent += rest.length;
      if (rest.length > 0) this.stream.sendData(rest, false);
    }
    this.stream.sendTrailers(trailers);
    this.endResponse();
  }

  onAttemptDrain(): void {
    this.sendBody();
  }

  onAttemptFault(why: Fault): void {
    if (this.trying !== undefined) this.settings.timers.cancel(this.trying);
    this.trying = undefined;
    this.fault = why;
    if (this.headSent) this.breakOff(why, flagOfFault(why));
    else if (this.state !== 'responding' && mayRetryFault(why, this.request, this.matched!.retry) && this.takeRetry())
      this.retry(undefined);
    else if (!this.waitForRivals()) this.giveUp(why);
  }

  onAttemptTimeout(): void {
    const { retry } = this.matched!;
    const why = fault('timeout', 'upstream', 'maybe', 'no response head within the time for one attempt');
    if (retry.hedgeOnTimeout === true && mayRepeat(this.request, retry)) {
      this.hedge(this.trying!, why);
      return;
    }
    this.giveUpAttempt(why);
    this.onAttemptFault(why);
  }

  private beginTunnel(): void {
    this.patience?.stopWaitingForBody();
    this.limitTime();
  }

  override expire(): void {
    const { deadline, timeout, settings } = this;
    const ofDeadline = deadline !== undefined && deadline.leftMs(settings.timers.now) === 0;
    this.timeOut(ofDeadline ? deadline.lateness : `no response within ${timeout.wholeMs} ms`);
  }

  protected override timeOut(detail: string): void {
    const why = fault('timeout', 'local', 'maybe', detail);
    this.giveUpAttempt(why);
    this.fault = why;
    if (this.headSent) this.breakOff(why, 'UT');
    else this.giveUp(why);
  }

  fail(detail: string): void {
    if (this.done) return;
    if (this.headSent) this.breakOff(fault('cancelled', 'local', 'maybe', detail), 'LR');
    else this.respond(new LocalResponse(500), Buffer.from(detail));
  }

  /** The client has a part of the response: nothing but a reset can tell it. */
  private breakOff(why: Fault, flag: ResponseFlag): void {
    this.giveUpAttempt(why);
    this.fault = why;
    this.flag(flag);
    this.resetClient(why);
    this.complete();
  }

  private pauseResponse(): void {
    if (this.responsePaused || this.trying?.stream === undefined) return;
    this.responsePaused = true;
    this.trying.stream.pause();
  }

  protected override resumeResponse(): void {
    if (!this.responsePaused || this.holdingResponse) return;
    this.responsePaused = false;
    this.trying?.stream?.resume();
  }

  /**
   * The route's time begins with the end of the request, and another attempt does not begin it anew. A deadline holds from the start, and
   * for the whole response: whichever is over first ends the exchange.
   */
  protected override limitTime(): void {
    const { timeout, deadline, state, requestEnded } = this;
    const { wholeMs, covers, tryMs } = timeout;
    const { timers } = this.settings;
    const ofRoute = wholeMs > 0 && (requestEnded || state === 'waiting') && !this.tunnel && !(covers === 'head' && state === 'responding');
    const deadlineMs = deadline?.leftMs(timers.now) ?? Number.POSITIVE_INFINITY;
    if (!ofRoute) {
      if (deadlineMs === Number.POSITIVE_INFINITY) timers.cancel(this);
      else timers.schedule(this, deadlineMs);
    } else if (!this.routeTimeRuns) {
      this.routeTimeRuns = requestEnded;
      timers.schedule(this, Math.min(wholeMs, deadlineMs));
    }
    if (tryMs > 0 && this.trying !== undefined && requestEnded && state === 'streaming') timers.schedule(this.trying, tryMs);
  }

  // The response.

  protected override sendHead(): void {
    this.headSent = true;
    this.matched!.finish?.(this, this.response!);
    this.stream.sendHead(this.response!, this.responseEndsWithHead);
    if (this.responseEndsWithHead) this.endResponse();
  }

  private endResponse(): void {
    this.responseEnded = true;
    if (this.tunnel && !this.requestEnded) return;
    // An answer before the end of the request: the upstream does not want the rest of it.
    if (this.body !== undefined && !this.body.complete) this.giveUpAttempt(fault('cancelled', 'local', 'maybe', 'answered early'));
    if (this.trying === undefined) this.complete();
    else this.finishAttempt();
  }

  protected override complete(): void {
    if (this.done) return;
    this.move(ON.ended);
    const { timers, counts, filters } = this.settings;
    timers.cancel(this);
    this.idle?.stop();
    this.timing.completed = timers.now;
    if (this.requestEnded) this.patience?.stop();
    else if (this.requestPaused) this.stream.resume();
    this.body = undefined;
    if (!this.requestEnded) this.mirror?.cancel();
    this.releaseLimits();
    counts.onComplete(this);
    for (const filter of filters.onComplete) filter.onComplete(this);
  }

  private get done(): boolean {
    return this.state === 'done';
  }

  private clientPatience(): ClientPatience {
    this.patience ??= new ClientPatience(this.settings.timers, this.settings.clientTimeouts, this);
    return this.patience;
  }
}
