import type { Timers } from '../base/timers.ts';
import type { Host } from './host.ts';
import type { Weights } from './weights.ts';

/** MOSN's and Envoy's: a host that came this instant has as much as one that came so long ago, in milliseconds. */
const LEAST_AGE_MS = 1_000;

export interface SlowStartSettings {
  /** How long a share grows, in milliseconds. */
  readonly durationMs: number;
  /** More than 0. 1: it grows evenly; more: steeply at first; less: steeply at last. */
  readonly aggression: number;
  /** From 0 to 1: the part of its share that a host has at least. */
  readonly minWeightPercent: number;
}

/** Lets the share of a host grow that has come or has been ill: its caches are cold, its code is not compiled yet. */
export class SlowStart implements Weights {
  readonly changing = true;
  private readonly settings: SlowStartSettings;
  private readonly timers: Timers;

  constructor(settings: SlowStartSettings, timers: Timers) {
    this.settings = settings;
    this.timers = timers;
  }

  of(host: Host): number {
    const { durationMs, aggression, minWeightPercent } = this.settings;
    const { now } = this.timers;
    host.warmingSince ??= now;
    const age = Math.max(now - host.warmingSince, LEAST_AGE_MS);
    if (age >= durationMs) return host.weight;
    return host.weight * Math.max((age / durationMs) ** (1 / aggression), minWeightPercent);
  }
}
