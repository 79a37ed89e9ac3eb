import xxhash from 'xxhash-wasm';
import { hashOrOne } from './hash-bits.ts';

// Compiled while this module is loaded, so that nobody who hashes has to wait or to ask whether it is there. That takes ten milliseconds:
// whoever is not sure to need it loads it, and what stands on it, when a configuration does.
const { h32 } = await xxhash();

/**
 * xxHash32 of a text in UTF-8: an unsigned integer of 32 bits, the same in every process and on every machine. Never NO_HASH.
 * `seed`: another one makes another hash function.
 */
export function hashOf(text: string, seed = 0): number {
  return hashOrOne(h32(text, seed));
}
