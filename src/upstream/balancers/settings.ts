import type { Timers } from '../../base/timers.ts';
import { STEADY_WEIGHTS, type Weights } from '../weights.ts';

/** MOSN's and Envoy's: two hosts drawn at random are nearly as good as all, and cost nothing. */
export const DEFAULT_CHOICE_COUNT = 2;
/** Envoy's: with less, hosts get shares that are all too unlike. */
export const DEFAULT_MIN_RING_SIZE = 1024;
/** Envoy's: 64 MiB. What weights want above it they do not get. */
export const DEFAULT_MAX_RING_SIZE = 8 * 1024 * 1024;
/** MOSN's and Envoy's: a prime, some hundred times the number of hosts that a cluster has. */
export const DEFAULT_TABLE_SIZE = 65_537;

/** What balancers of a cluster go by. Each takes of it what it knows about. */
export interface BalancerSettings {
  /** Shares of hosts. */
  readonly weights: Weights;
  /** Measures how long hosts take. */
  readonly timers: Timers;
  /** Numbers from 0 up to but not including 1. */
  readonly random: () => number;
  /** How many hosts are drawn, of which the least busy is taken. */
  readonly choiceCount: number;
  /** Exponents: 0 does not count what it is for, 1 counts it as it is, more than 1 exaggerates. */
  readonly activeRequestBias: number;
  readonly clientErrorBias: number;
  readonly serverErrorBias: number;
  /** How many points the hosts of a hash ring have together. */
  readonly minRingSize: number;
  readonly maxRingSize: number;
  /** How many places a Maglev table has: a prime. */
  readonly tableSize: number;
}

export function balancerSettings(timers: Timers, given: Partial<BalancerSettings> = {}): BalancerSettings {
  return {
    weights: STEADY_WEIGHTS,
    timers,
    random: Math.random,
    choiceCount: DEFAULT_CHOICE_COUNT,
    activeRequestBias: 1,
    clientErrorBias: 1,
    serverErrorBias: 1,
    minRingSize: DEFAULT_MIN_RING_SIZE,
    maxRingSize: DEFAULT_MAX_RING_SIZE,
    tableSize: DEFAULT_TABLE_SIZE,
    ...given,
  };
}
