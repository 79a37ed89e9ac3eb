import type { FlowRule } from './settings.ts';

/** How often the system is asked, in milliseconds. Sentinel's own number. */
const LOOK_AGAIN_MS = 150;

/**
 * Sentinel's threshold for a process that must not run out of memory: the one of low use up to the low mark, the one of high use from the
 * high mark on, and between them what lies between. What counts is the memory that the process has of the machine (its resident set).
 */
export class MemoryThreshold {
  private readonly rule: FlowRule;
  private readonly used: () => number;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private threshold = 0;

  constructor(rule: FlowRule, used: () => number = () => process.memoryUsage.rss()) {
    this.rule = rule;
    this.used = used;
  }

  allowed(now: number): number {
    if (now - this.lookedAt >= LOOK_AGAIN_MS) {
      this.lookedAt = now;
      this.threshold = this.thresholdAt(this.used());
    }
    return this.threshold;
  }

  private thresholdAt(bytes: number): number {
    const { lowMemUsageThreshold: low, highMemUsageThreshold: high, memLowWaterMarkBytes: from, memHighWaterMarkBytes: to } = this.rule;
    if (bytes <= from) return low;
    return bytes >= to ? high : low + ((high - low) * (bytes - from)) / (to - from);
  }
}
