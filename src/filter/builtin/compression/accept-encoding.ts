/**
 * Which of some codings a client likes best (RFC 9110 section 12.5.3); of those that it likes as much, the first. undefined: none of them,
 * or it likes its answers as they are better.
 */
export function preferredCoding<Coding extends string>(accepted: string | undefined, codings: readonly Coding[]): Coding | undefined {
  if (accepted === undefined) return undefined;
  const weights = new Map<string, number>();
  for (const part of accepted.split(',')) {
    const [name = '', ...parameters] = part.split(';').map((each) => each.trim().toLowerCase());
    if (name !== '') weights.set(name === 'x-gzip' ? 'gzip' : name, weightOf(parameters));
  }
  const others = weights.get('*') ?? 0;
  let best: Coding | undefined;
  let weight = weights.get('identity') ?? 0;
  for (const coding of codings) {
    const own = weights.get(coding) ?? others;
    // Equal to that of answers as they are counts: nobody names a coding to say that it does not care.
    if (own > 0 && (best === undefined ? own >= weight : own > weight)) {
      best = coding;
      weight = own;
    }
  }
  return best;
}

/** RFC 9110 section 12.4.2. What is no weight is none. */
function weightOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const [, written] = /^q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(parameter) ?? [];
    if (written !== undefined) return Number(written);
    if (parameter.startsWith('q')) return 0;
  }
  return 1;
}
