/** What nobody has hashed. */
export const NO_HASH = 0;

/** One hash of two, in which their order counts: of several properties of a request, say. Never NO_HASH. */
export function combineHashes(first: number, second: number): number {
  return hashOrOne(mixHash(first ^ Math.imul(second, 0x9e3779b1)));
}

/** Spreads the bits of a hash: other bits, but equal ones for equal hashes. MurmurHash3's finalizer, a bijection. */
export function mixHash(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** The hash, but never NO_HASH. */
export function hashOrOne(hash: number): number {
  return hash === NO_HASH ? 1 : hash;
}
