import { setFlagsFromString } from 'node:v8';

/** How much V8's heap may grow until it is collected whole: by so many percent, which is what V8 itself allows at most. */
const GROWTH_PERCENT = 300;

const BLOCKS = 8;
/** Longer strings V8 keeps outside of its heap, where they weigh nothing. */
const BLOCK_BYTES = 1_000_000;

/** Held for nothing but its weight. */
const ballast: string[] = [];

/**
 * Keeps V8 from collecting its whole heap for the memory of reads, once for a process. V8 does so when what has come since the last time is
 * a multiple of what lives there, and counts the 64 KiB of each read of a socket. What lives here is so little, and where the machine is busy
 * V8 makes the multiple so small, that every ten megabytes passed on would bring it about; it costs twice as much as passing them on. With
 * the multiple held and some weight, collections of the young generation come first, which free that memory at hardly any cost. See
 * decision 0012.
 */
export function tuneCollector(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  while (ballast.length < BLOCKS) ballast.push(Buffer.alloc(BLOCK_BYTES, ' ').toString('latin1'));
}
