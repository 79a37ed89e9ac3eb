import { MemoryThreshold } from './memory-threshold.ts';
import type { FlowRule } from './settings.ts';
import { SlidingWindow } from './sliding-window.ts';
import { SecondCount, WarmUp } from './warm-up.ts';

/** Sentinel's own, where a rule says nothing. */
const DEFAULT_COLD_FACTOR = 3;

/** What a rule says to a request: how long to wait, in milliseconds; undefined: it is refused. */
type Wait = number | undefined;

/** What is known of a resource: how many requests of it there are. */
export class Resource {
  /** Requests that were let through and are not over. */
  concurrent = 0;
  /** Where a rule warms up. */
  seconds: SecondCount | undefined;
  /** By the length of the interval. */
  private readonly windows = new Map<number, SlidingWindow>();

  passed(intervalMs: number, now: number): number {
    return this.window(intervalMs).sum(now);
  }

  /** A request was let through. */
  pass(now: number): void {
    this.concurrent++;
    this.seconds?.add(now);
    for (const window of this.windows.values()) window.add(now);
  }

  /** Once for each length, before anything is counted. */
  window(intervalMs: number): SlidingWindow {
    let window = this.windows.get(intervalMs);
    if (window === undefined) {
      window = new SlidingWindow(intervalMs);
      this.windows.set(intervalMs, window);
    }
    return window;
  }
}

/** A rule, and the resource whose requests it counts. */
export class Limit {
  private readonly rule: FlowRule;
  private readonly counted: Resource;
  private readonly intervalMs: number;
  private readonly warmUp: WarmUp | undefined;
  private readonly memory: MemoryThreshold | undefined;
  /** When the turn of the latest request was, or will be. */
  private latestTurn = Number.NEGATIVE_INFINITY;

  constructor(rule: FlowRule, counted: Resource) {
    this.rule = rule;
    this.counted = counted;
    this.intervalMs = rule.statIntervalInMs || 1000;
    if (rule.tokenCalculateStrategy === 1 && rule.threshold > 0) {
      this.warmUp = new WarmUp(rule.threshold, rule.warmUpPeriodSec, rule.warmUpColdFactor || DEFAULT_COLD_FACTOR);
      counted.seconds ??= new SecondCount();
    }
    if (rule.tokenCalculateStrategy === 2) this.memory = new MemoryThreshold(rule);
    if (rule.grade === 1 && rule.controlBehavior === 0) counted.window(this.intervalMs);
  }

  ask(now: number): Wait {
    const { grade, controlBehavior } = this.rule;
    const threshold = this.threshold(now);
    if (grade === 0) return this.counted.concurrent + 1 > threshold ? undefined : 0;
    if (controlBehavior === 0) return this.counted.passed(this.intervalMs, now) + 1 > threshold ? undefined : 0;
    return this.turn(now, threshold);
  }

  private threshold(now: number): number {
    if (this.memory !== undefined) return this.memory.allowed(now);
    return this.warmUp?.allowed(now, this.counted.seconds?.previous(now) ?? 0) ?? this.rule.threshold;
  }

  /** Turns come at even distances. */
  private turn(now: number, threshold: number): Wait {
    const { maxQueueingTimeMs } = this.rule;
    if (threshold === 0) return undefined;
    const turn = Math.max(now, this.latestTurn + this.intervalMs / threshold);
    if (turn - now > maxQueueingTimeMs) return undefined;
    this.latestTurn = turn;
    return turn - now;
  }
}
