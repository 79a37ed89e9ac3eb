/** A number that only grows, or one that goes up and down. */
export type StatKind = 'counter' | 'gauge';

export interface Stat {
  /** MOSN's name where it has one that means the same. */
  readonly name: string;
  readonly kind: StatKind;
  readonly value: number;
}

/** How long something took, in seconds: how often it took up to each bound (and longer than the last), and all together. */
export interface StatHistogram {
  readonly name: string;
  /** Ascending. */
  readonly bounds: readonly number[];
  /** One more than there are bounds; not cumulative. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** Numbers about one thing: a listener, a cluster, a host. */
export interface StatsGroup {
  /** `downstream` or `upstream`. */
  readonly type: string;
  /** What the thing is called; sorted by key when printed. */
  readonly labels: Readonly<Record<string, string>>;
  readonly stats: readonly Stat[];
  readonly histograms?: readonly StatHistogram[];
}
