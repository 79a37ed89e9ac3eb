/**
 * Names with values that a request asks of its host. Made when routes are built, compared by `key` when a host is picked: two of them ask
 * for the same exactly if their keys are equal.
 */
export class Labels {
  /** Sorted by name, each name once. */
  readonly pairs: readonly (readonly [name: string, value: string])[];
  readonly key: string;

  constructor(values: Readonly<Record<string, string>>) {
    this.pairs = Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1));
    this.key = JSON.stringify(this.pairs);
  }
}
