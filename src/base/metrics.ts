/** What a number is about: `{ listener: 'ingress' }`. */
export type Labels = Readonly<Record<string, string>>;

/** Only grows: `counter.value++`. */
export interface Counter {
  readonly kind: 'counter';
  readonly name: string;
  readonly labels: Labels;
  value: number;
}

/** Goes up and down. */
export interface Gauge {
  readonly kind: 'gauge';
  readonly name: string;
  readonly labels: Labels;
  value: number;
}

/** The first bound in milliseconds; each next is twice as much. What is quicker than that no proxy needs to tell apart. */
const FIRST_BOUND = 0.5;

/** Up to 65.536 s, just over the default timeout of a route. */
const BOUNDS = 18;

/** Falls past the last bound, as everything does that is longer. */
const LONGEST_UNITS = 2 ** BOUNDS;

/** Upper bounds of a histogram's buckets, in milliseconds, ascending. What is longer than the last falls into one more. */
export const HISTOGRAM_BOUNDS: readonly number[] = Array.from({ length: BOUNDS }, (_, at) => FIRST_BOUND * 2 ** at);

/** How long something took, in milliseconds. */
export class Histogram {
  readonly kind = 'histogram';
  readonly name: string;
  readonly labels: Labels;
  /** How often it took up to each of `HISTOGRAM_BOUNDS`, and at the end how often longer. Not cumulative. */
  readonly counts: number[] = new Array<number>(BOUNDS + 1).fill(0);
  count = 0;
  sum = 0;

  constructor(name: string, labels: Labels) {
    this.name = name;
    this.labels = labels;
  }

  record(milliseconds: number): void {
    // The number of doublings from the first bound, by the leading bit: no search, no logarithm.
    const units = Math.min(Math.ceil(milliseconds / FIRST_BOUND), LONGEST_UNITS);
    this.counts[units <= 1 ? 0 : 32 - Math.clz32(units - 1)]!++;
    this.count++;
    this.sum += milliseconds;
  }
}

export type Metric = Counter | Gauge | Histogram;

/** The numbers of one proxy. Looked up when something is built; what counts keeps the object and touches nothing but its fields. */
export class Metrics implements Iterable<Metric> {
  private readonly metrics = new Map<string, Metric>();

  counter(name: string, labels: Labels = {}): Counter {
    return this.find('counter', name, labels, () => ({ kind: 'counter', name, labels, value: 0 }));
  }

  gauge(name: string, labels: Labels = {}): Gauge {
    return this.find('gauge', name, labels, () => ({ kind: 'gauge', name, labels, value: 0 }));
  }

  histogram(name: string, labels: Labels = {}): Histogram {
    return this.find('histogram', name, labels, () => new Histogram(name, labels));
  }

  /** What the labels speak of is gone. */
  delete(name: string, labels: Labels = {}): void {
    this.metrics.delete(key(name, labels));
  }

  /** In the order in which they were first asked for. They go on counting while they are read. */
  [Symbol.iterator](): Iterator<Metric> {
    return this.metrics.values();
  }

  private find<Kind extends Metric['kind']>(
    kind: Kind,
    name: string,
    labels: Labels,
    create: () => Extract<Metric, { kind: Kind }>,
  ): Extract<Metric, { kind: Kind }> {
    const id = key(name, labels);
    const found = this.metrics.get(id);
    if (found === undefined) {
      const created = create();
      this.metrics.set(id, created);
      return created;
    }
    if (!isKind(found, kind)) throw new Error(`metric ${name} is a ${found.kind}, not a ${kind}`);
    return found;
  }
}

function isKind<Kind extends Metric['kind']>(metric: Metric, kind: Kind): metric is Extract<Metric, { kind: Kind }> {
  return metric.kind === kind;
}

/** The same for the same labels in any order. */
function key(name: string, labels: Labels): string {
  return JSON.stringify([name, ...Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
