import { type Fault, fault } from '../base/fault.ts';
import { CallbackTimer } from '../base/timers.ts';
import { HOST_LABELS } from '../filter/host-labels.ts';
import { MIRRORING } from '../filter/mirroring.ts';
import type { ResponseHead } from '../protocol/head.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { Pool } from '../stream/pool.ts';
import { type HostChoice, NO_HOSTS_TRIED } from '../upstream/balancer.ts';
import type { Cluster } from '../upstream/cluster.ts';
import type { Host } from '../upstream/host.ts';
import { Labels } from '../upstream/labels.ts';
import { Attempt, type AttemptOwner } from './attempt.ts';
import { Deadline, timeoutAskedFor } from './deadline.ts';
import { ON } from './exchange-state.ts';
import { flagOfFault, outcomeOfFault } from './fault-reply.ts';
import { FilteredExchange } from './filtered-exchange.ts';
import { type HedgeOwner, Rivals } from './hedge.ts';
import { IdleLimit } from './idle-limit.ts';
import { RequestMirror } from './mirror.ts';
import type { RequestBody } from './request-body.ts';
import { mayRetryResponse } from './retry.ts';
import type { MirrorPolicy, RouteTimeout } from './route.ts';

/** As long as no route is known. */
const NO_TIMEOUT: RouteTimeout = { wholeMs: 0, covers: 'head', tryMs: 0, idleMs: 0, maxMs: 0 };

/** The way of an exchange from its route to a stream of some host, as often as it takes. What flows then is in exchange.ts. */
export abstract class RoutedExchange extends FilteredExchange implements HostChoice, HedgeOwner {
  hash = 0;
  labels: Labels | undefined = undefined;
  protected cluster: Cluster | undefined = undefined;
  protected trying: Attempt | undefined = undefined;
  protected body: RequestBody | undefined = undefined;
  protected mirror: RequestMirror | undefined = undefined;
  protected timeout: RouteTimeout = NO_TIMEOUT;
  protected deadline: Deadline | undefined = undefined;
  protected idle: IdleLimit | undefined = undefined;
  private tried: readonly Host[] = NO_HOSTS_TRIED;
  private retriesTaken = 0;
  private backoff: CallbackTimer | undefined = undefined;
  /** Attempts that go on though their time is up. */
  protected rivals: Rivals | undefined = undefined;
  waitsForRivals = false;

  /** The local address is where the client meant to go: its own, the one of TPROXY, or what the PROXY protocol says. */
  get destination(): string {
    return this.downstream.localAddress;
  }

  /** Who hears of the attempts. */
  protected abstract readonly attempts: AttemptOwner;
  /** The connections that the request may use. */
  protected abstract poolOf(host: Host, protocol: Protocol): Pool;
  /** The attempt waits for a connection. */
  protected abstract limitTime(): void;
  /** Ends it, for it takes too long. */
  protected abstract timeOut(detail: string): void;

  protected override dispatch(): void {
    const route = this.matched!;
    const local = route.answer?.(this);
    if (local !== undefined) {
      this.answerWith(local.head, local.body, 'LR');
      return;
    }
    this.chooseCluster();
    const cluster = this.settings.clusters.get(this.clusterName);
    if (cluster === undefined) {
      this.refuse('unavailable', `no cluster "${this.clusterName}"`, 'NC');
      return;
    }
    if (!cluster.limits.requests.take()) {
      cluster.counts.requestOverflow++;
      this.refuse('overloaded', 'too many requests to this cluster', 'UO');
      return;
    }
    this.cluster = cluster;
    this.takeTimeout(route.timeout);
    route.prepare?.(this);
    if (route.hosts !== undefined) {
      this.hash = route.hosts.hash?.(this) ?? 0;
      this.labels = route.hosts.labels?.(this.clusterName);
    }
    const asked = this.get(HOST_LABELS);
    if (asked !== undefined) this.labels = new Labels({ ...Object.fromEntries(this.labels?.pairs ?? []), ...asked });
    this.move(ON.routed);
    if (route.mirror !== undefined && this.beginMirror(route.mirror)) return;
    this.pickHost();
  }

  private takeTimeout(timeout: RouteTimeout): void {
    const { request, settings } = this;
    const { headers, idleMs, maxMs } = timeout;
    this.timeout = headers === undefined ? timeout : timeoutAskedFor(request, timeout, headers);
    if (request.timeoutMs !== undefined || maxMs > 0 || headers !== undefined) {
      this.deadline = new Deadline(this.timing.start, request, this.timeout);
    }
    if (idleMs > 0) this.idle = new IdleLimit(settings.timers, idleMs, (detail) => this.timeOut(detail));
  }

  /** Before a host is chosen: what is changed for that host alone is not for the copy. True: the mirror is asked, and nobody else. */
  private beginMirror(policy: MirrorPolicy): boolean {
    const mirroring = this.get(MIRRORING);
    const end = this.body === undefined;
    this.mirror = RequestMirror.of(policy, this.settings, {
      request: this.request,
      end,
      protocol: this.upstreamProtocol,
      limitMs: this.timeout.wholeMs,
      mirroring,
      whenWhole: () => this.refuse('ok', '', 'LR'),
    });
    if (this.mirror === undefined || mirroring?.broadcast !== true) return false;
    this.body = undefined;
    if (end) this.refuse('ok', '', 'LR');
    return true;
  }

  private get upstreamProtocol(): Protocol {
    return this.matched!.protocol ?? this.settings.protocolOf(this.request.protocol);
  }

  private pickHost(): void {
    const cluster = this.cluster!;
    // After what another connection, or another time, may not have, the same host is better than none.
    let host = cluster.pick(this, this.tried);
    if (host === undefined && this.attempt > 0 && this.fault?.code !== 'connect-failed') host = cluster.pick(this, NO_HOSTS_TRIED);
    if (host === undefined) {
      if (this.waitForRivals()) return;
      if (this.fault === undefined) this.refuse('unavailable', 'no healthy host', 'UH');
      else this.giveUp(this.fault);
      return;
    }
    this.host = host;
    this.attempt++;
    this.matched!.prepareFor?.(this, host);
    this.filterUpstream(0);
  }

  protected override tryHost(): void {
    const attempt = new Attempt(this.attempts, this.host!, this.poolOf(this.host!, this.upstreamProtocol));
    this.trying = attempt;
    const got = attempt.open();
    if (got === undefined) {
      this.move(ON.queued);
      this.limitTime();
    } else if ('processed' in got) this.attempts.onAttemptFault(got);
    else this.attempts.onAttemptStream(got);
  }

  protected takeRetry(): boolean {
    if (this.attempt > this.matched!.retry.retries) return false;
    if (this.body !== undefined && !this.body.replayable) return false;
    if (!this.cluster!.limits.retries.take()) {
      this.host!.count('requestRetryOverflow');
      return false;
    }
    this.retriesTaken++;
    this.host!.count('requestRetry');
    return true;
  }

  /** `head`: the response that is thrown away for it. */
  protected retry(head: ResponseHead | undefined): void {
    this.move(ON.failed);
    this.tried = [...this.tried, this.host!];
    this.body?.rewind();
    const delayMs = this.matched!.retry.backoff?.delayMs(this.attempt, head) ?? 0;
    if (delayMs === 0) this.pickHost();
    else {
      this.backoff = new CallbackTimer(() => this.pickHost());
      this.settings.timers.schedule(this.backoff, delayMs);
    }
  }

  wouldRetry(head: ResponseHead): boolean {
    return mayRetryResponse(head, this.request, this.matched!.retry);
  }

  /** False when this response is the one, for all that is known. */
  protected retryInsteadOf(head: ResponseHead): boolean {
    const retries = this.takeRetry();
    if (!retries && !this.waitForRivals()) return false;
    this.dropAttempt(fault('cancelled', 'local', 'maybe', 'another attempt is made'));
    // What an attempt before it had says nothing about this one.
    this.fault = undefined;
    if (retries) this.retry(head);
    return true;
  }

  /** The attempt that is under way takes too long: it goes on beside another one, or alone where no other is allowed. */
  protected hedge(attempt: Attempt, why: Fault): void {
    attempt.takesTooLong(why);
    if (!this.takeRetry()) return;
    this.trying = undefined;
    this.rivals ??= new Rivals(this);
    this.rivals.add(attempt);
    this.move(ON.failed);
    this.tried = [...this.tried, attempt.host];
    this.body?.rewind();
    this.pickHost();
  }

  /** False when there are none. */
  protected waitForRivals(): boolean {
    this.waitsForRivals = this.rivals !== undefined && this.rivals.size > 0;
    return this.waitsForRivals;
  }

  onRivalHead(attempt: Attempt, head: ResponseHead, end: boolean): void {
    this.forgetHold();
    this.giveUpAttempt(fault('cancelled', 'local', 'maybe', 'another attempt was answered first'));
    this.waitsForRivals = false;
    if (this.state !== 'streaming') this.move(ON.opened);
    this.trying = attempt;
    this.host = attempt.host;
    this.upstream = attempt.connection;
    attempt.handTo(this.attempts);
    this.attempts.onAttemptHead(head, end);
  }

  onRivalsLost(why: Fault): void {
    this.waitsForRivals = false;
    this.fault = why;
    this.giveUp(why);
  }

  /** Those that are under way, or are waited for. */
  protected giveUpAttempt(why: Fault): void {
    if (this.backoff !== undefined) this.settings.timers.cancel(this.backoff);
    this.rivals?.cancel(why);
    this.dropAttempt(why);
  }

  /** The latest alone. */
  protected dropAttempt(why: Fault): void {
    const attempt = this.trying;
    if (attempt === undefined) return;
    this.trying = undefined;
    this.settings.timers.cancel(attempt);
    attempt.cancel(why);
  }

  protected finishAttempt(): void {
    const attempt = this.trying;
    if (attempt === undefined) return;
    this.trying = undefined;
    this.settings.timers.cancel(attempt);
    attempt.conclude();
    this.complete();
  }

  protected giveUp(why: Fault): void {
    if (this.attempt > 1) this.flag('URX');
    this.refuse(outcomeOfFault(why), why.detail, flagOfFault(why));
  }

  protected override abandonUpstream(): void {
    this.settings.timers.cancel(this);
    this.giveUpAttempt(fault('cancelled', 'local', 'maybe', 'answered here'));
  }

  /** What was taken of the cluster's limits is given back. */
  protected releaseLimits(): void {
    const { cluster } = this;
    if (cluster === undefined) return;
    cluster.limits.requests.release();
    for (; this.retriesTaken > 0; this.retriesTaken--) cluster.limits.retries.release();
  }
}
