/**
 * Loaded into a process by `--expose-gc --import`: answers every message on its channel with what its heap holds after a collection, in
 * bytes. From outside nobody can tell garbage from what is kept.
 */
export interface HeapReport {
  readonly heapUsed: number;
  /** Of buffers, outside the heap. */
  readonly external: number;
}

process.on('message', () => {
  for (let pass = 0; pass < 3; pass++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ heapUsed, external } satisfies HeapReport);
});
// The channel alone keeps nothing running.
process.channel?.unref();
