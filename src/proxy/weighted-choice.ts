/** A name and its share of the whole. */
export interface Weighted {
  readonly name: string;
  readonly weight: number;
}

/** Draws one of several names by their weights; `random` gives numbers from 0 up to but not including 1. */
export function weightedChoice(choices: readonly Weighted[], random: () => number = Math.random): () => string {
  const drawn = choices.filter(({ weight }) => weight > 0);
  const total = drawn.reduce((sum, { weight }) => sum + weight, 0);
  const last = drawn.at(-1)?.name ?? '';
  return () => {
    let left = random() * total;
    for (const { name, weight } of drawn) {
      left -= weight;
      if (left < 0) return name;
    }
    // Nothing is left over but what was lost in rounding.
    return last;
  };
}
