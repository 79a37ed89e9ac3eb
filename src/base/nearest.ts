/** "did you mean X?", when one of the words is near what was written; undefined when none is. */
export function didYouMean(written: string, words: Iterable<string>): string | undefined {
  const nearest = nearestWord(written, words);
  return nearest === undefined ? undefined : `did you mean ${JSON.stringify(nearest)}?`;
}

/** The word that takes the fewest slips of the keyboard to become what was written, if they are few for its length. */
export function nearestWord(written: string, words: Iterable<string>): string | undefined {
  // Nothing that anybody meant to write, and the work grows with the length.
  if (written.length > 100) return undefined;
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const word of words) {
    const most = Math.max(1, Math.floor(word.length / 3));
    // So many letters more or fewer are as many slips at least.
    if (Math.abs(word.length - written.length) > most) continue;
    const slips = distance(written.toLowerCase(), word.toLowerCase());
    if (slips < fewest && slips <= most) {
      best = word;
      fewest = slips;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function distance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) cost = Math.min(cost, beforeLast[column - 2]! + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length]!;
}
