/** What became of one host's requests within one interval. */
export class Bucket {
  total = 0;
  success = 0;

  count(success: boolean): void {
    this.total++;
    if (success) this.success++;
  }

  /** In percent. */
  get rate(): number {
    return (this.success * 100) / this.total;
  }

  clear(): void {
    this.total = 0;
    this.success = 0;
  }
}

export interface RateOfAll {
  /** Of the hosts' rates, in percent. */
  readonly mean: number;
  /** A host whose rate lies below is an outlier. */
  readonly threshold: number;
}

/** `stdevFactor`: thousandths of the standard deviation. */
export function rateOfAll(rates: readonly number[], stdevFactor: number): RateOfAll {
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
  return { mean, threshold: mean - (Math.sqrt(variance) * stdevFactor) / 1000 };
}
