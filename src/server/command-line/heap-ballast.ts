/**
 * Memory that is held for nothing but its weight. V8 marks the whole heap when that has grown to a multiple of what lives in it, and counts
 * the 64 KiB of each read of a socket as growth. What lives here is so little that every ten megabytes passed on would bring that about,
 * which costs twice as much as passing them on. With this much more, collections of the young generation come first; they free the memory
 * of reads at hardly any cost. See decision 0012.
 */
const BLOCKS = 8;
/** Longer strings V8 keeps outside of its heap, where they weigh nothing. */
const BLOCK_BYTES = 1_000_000;

const ballast: string[] = [];

/** Takes it, once for a process. */
export function loadBallast(): void {
  while (ballast.length < BLOCKS) ballast.push(Buffer.alloc(BLOCK_BYTES, ' ').toString('latin1'));
}
