import type { Fault } from '../../base/fault.ts';
import type { Outcome, ResponseHead } from '../../protocol/head.ts';
import type { Host, PassiveCheck } from '../host.ts';
import { isGatewayFailure, statusOfAnswer, statusOfFault } from '../verdict.ts';
import type { EjectionReason, OutlierSettings } from './settings.ts';
import { Bucket } from './success-rate.ts';

export interface MonitorOwner {
  readonly settings: OutlierSettings;
  /** So many failures in a row have come. */
  onConsecutive(monitor: HostMonitor, reason: EjectionReason): void;
  onCheckPassed(monitor: HostMonitor): void;
}

/** What has become of a host so far. */
export interface EjectionHistory {
  /** When the host was ejected, on the timers' clock; undefined while it is not. */
  ejectedAt: number | undefined;
  /** Of the ejection under way, in milliseconds. */
  jitterMs: number;
  ejections: number;
  /** How many base times the next ejection lasts, less one: it grows with each, and shrinks with each interval without one. */
  backOff: number;
  /** When it was last ejected or returned, in milliseconds since 1970. */
  lastAction: number | undefined;
}

/** Counts what becomes of one host's requests. */
export class HostMonitor implements PassiveCheck {
  readonly host: Host;
  /** Of this interval: answers, and without a split also what came to no answer. */
  readonly answers = new Bucket();
  /** Of this interval, where they are told apart: whether an answer came at all. */
  readonly connections = new Bucket();
  readonly history: EjectionHistory;
  private readonly owner: MonitorOwner;
  private consecutive5xx = 0;
  private consecutiveGatewayFailure = 0;
  private consecutiveLocalOriginFailure = 0;

  /** `history`: what another monitor has known of it. */
  constructor(
    host: Host,
    owner: MonitorOwner,
    history: EjectionHistory = { ejectedAt: undefined, jitterMs: 0, ejections: 0, backOff: 0, lastAction: undefined },
  ) {
    this.host = host;
    this.owner = owner;
    this.history = history;
  }

  get ejected(): boolean {
    return this.history.ejectedAt !== undefined;
  }

  onResponse(head: ResponseHead, outcome: Outcome): void {
    if (this.owner.settings.splitExternalLocalOriginErrors) {
      this.consecutiveLocalOriginFailure = 0;
      this.connections.count(true);
    }
    this.judge(statusOfAnswer(head, outcome));
  }

  onFault(why: Fault): void {
    const status = statusOfFault(why);
    if (status === undefined) return;
    const { settings } = this.owner;
    if (!settings.splitExternalLocalOriginErrors) {
      this.judge(status);
      return;
    }
    this.connections.count(false);
    if (++this.consecutiveLocalOriginFailure !== settings.consecutiveLocalOriginFailure) return;
    this.consecutiveLocalOriginFailure = 0;
    this.owner.onConsecutive(this, 'consecutiveLocalOriginFailure');
  }

  onCheckPassed(): void {
    this.owner.onCheckPassed(this);
  }

  /** The host has returned: what it did before does not count any more. */
  forgive(): void {
    this.consecutive5xx = 0;
    this.consecutiveGatewayFailure = 0;
    this.consecutiveLocalOriginFailure = 0;
  }

  private judge(status: number): void {
    const failed = status >= 500;
    this.answers.count(!failed);
    if (!failed) {
      this.consecutive5xx = 0;
      this.consecutiveGatewayFailure = 0;
      return;
    }
    const { settings } = this.owner;
    if (!isGatewayFailure(status)) this.consecutiveGatewayFailure = 0;
    else if (++this.consecutiveGatewayFailure === settings.consecutiveGatewayFailure) {
      this.consecutiveGatewayFailure = 0;
      this.owner.onConsecutive(this, 'consecutiveGatewayFailure');
    }
    if (++this.consecutive5xx === settings.consecutive5xx) {
      this.consecutive5xx = 0;
      this.owner.onConsecutive(this, 'consecutive5xx');
    }
  }
}
