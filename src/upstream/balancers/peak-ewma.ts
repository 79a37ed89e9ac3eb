import type { Timers } from '../../base/timers.ts';
import type { Outcome, ResponseHead } from '../../protocol/head.ts';
import type { LoadBalancer } from '../balancer.ts';
import type { Host, ResponseMeter } from '../host.ts';
import { statusOfAnswer } from '../verdict.ts';
import { biased, leastLoaded } from './least-loaded.ts';
import type { BalancerSettings } from './settings.ts';

/** In that time what was measured loses all but 1/e of its weight, in milliseconds: Finagle's, which the name comes from. */
export const MEMORY_MS = 10_000;
/** MOSN's: a host that always fails gets a tenth of its share, and can show that it is well again. */
export const MIN_SUCCESS_RATE = 0.1;

/** What is expected of a host of which nothing is known and which has nothing to do: next to nothing, so that it is tried. */
const UNTRIED_LOAD = 1e-9;
/** What is expected where nothing is known of any host. */
const UNKNOWN_DURATION_MS = 1;

/**
 * How long answers take, on an average that forgets, but that goes up at once with each longer one. It goes down with time alone, too:
 * a host that was slow is tried again some time later.
 */
export class Meter implements ResponseMeter {
  private readonly timers: Timers;
  /** Of all hosts of the cluster. */
  private readonly whole: Meter | undefined;
  private measuredAt: number;
  private peakMs = 0;
  private countedAt: number;
  private answers = 0;
  private clientErrors = 0;
  private serverErrors = 0;

  constructor(timers: Timers, whole?: Meter) {
    this.timers = timers;
    this.whole = whole;
    this.measuredAt = timers.now;
    this.countedAt = timers.now;
  }

  get now(): number {
    return this.timers.now;
  }

  onHead(startedAt: number): void {
    const { now } = this.timers;
    const left = fading(this.measuredAt, now);
    const tookMs = now - startedAt;
    this.peakMs = Math.max(tookMs, this.peakMs * left + tookMs * (1 - left));
    this.measuredAt = now;
    this.whole?.onHead(startedAt);
  }

  onOutcome(head: ResponseHead, outcome: Outcome): void {
    this.count(statusOfAnswer(head, outcome));
  }

  onFault(startedAt: number): void {
    this.onHead(startedAt);
    this.count(500);
  }

  /** In milliseconds; 0 when nothing is known. */
  get durationMs(): number {
    return this.peakMs * fading(this.measuredAt, this.timers.now);
  }

  /** Shares of the answers. One is added to their number, so that the only answer of a long time is no verdict. */
  get clientErrorRate(): number {
    const left = fading(this.countedAt, this.timers.now);
    return (this.clientErrors * left) / (this.answers * left + 1);
  }
  get serverErrorRate(): number {
    const left = fading(this.countedAt, this.timers.now);
    return (this.serverErrors * left) / (this.answers * left + 1);
  }

  private count(status: number): void {
    const { now } = this.timers;
    const left = fading(this.countedAt, now);
    this.answers = this.answers * left + 1;
    this.clientErrors = this.clientErrors * left + (status >= 400 && status < 500 ? 1 : 0);
    this.serverErrors = this.serverErrors * left + (status >= 500 ? 1 : 0);
    this.countedAt = now;
    this.whole?.count(status);
  }
}

/** How much of what was known then is left. */
function fading(then: number, now: number): number {
  return Math.exp((then - now) / MEMORY_MS);
}

/**
 * The host that is expected to answer first: by how long it takes, how many requests it has, and how often it fails. A host of which
 * nothing is known is tried at once; until it has answered the average of all is expected of it.
 */
export function peakEwma(settings: BalancerSettings): LoadBalancer {
  const { activeRequestBias, clientErrorBias, serverErrorBias, timers } = settings;
  const whole = new Meter(timers);
  const meters = new WeakMap<Host, Meter>();
  const loadOf = (host: Host): number => {
    const meter = meters.get(host)!;
    const knownMs = meter.durationMs;
    if (knownMs === 0 && host.active === 0) return UNTRIED_LOAD;
    const durationMs = knownMs || whole.durationMs || UNKNOWN_DURATION_MS;
    const successRate = biased(1 - meter.clientErrorRate, clientErrorBias) * biased(1 - meter.serverErrorRate, serverErrorBias);
    return (durationMs * biased(host.active + 1, activeRequestBias)) / Math.max(successRate, MIN_SUCCESS_RATE);
  };
  const balancer = leastLoaded('LB_PEAK_EWMA', loadOf, settings);
  return {
    name: balancer.name,
    build(hosts) {
      for (const host of hosts) {
        if (meters.has(host)) continue;
        const meter = new Meter(timers, whole);
        meters.set(host, meter);
        host.meter = meter;
      }
      return balancer.build(hosts);
    },
  };
}
