import xxhash from 'xxhash-wasm';

// Compiled once, while modules are loaded: nobody who hashes has to wait or to ask whether it is there.
const { h32 } = await xxhash();

/** What nobody has hashed. */
export const NO_HASH = 0;

/**
 * xxHash32 of a text in UTF-8: an unsigned integer of 32 bits, the same in every process and on every machine. Never NO_HASH.
 * `seed`: another one makes another hash function.
 */
export function hashOf(text: string, seed = 0): number {
  return notNone(h32(text, seed));
}

/** One hash of two, in which their order counts: of several properties of a request, say. Never NO_HASH. */
export function combineHashes(first: number, second: number): number {
  return notNone(mixHash(first ^ Math.imul(second, 0x9e3779b1)));
}

/** Spreads the bits of a hash: other bits, but equal ones for equal hashes. MurmurHash3's finalizer, a bijection. */
export function mixHash(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

function notNone(hash: number): number {
  return hash === NO_HASH ? 1 : hash;
}
