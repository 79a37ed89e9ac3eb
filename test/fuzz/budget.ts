/** How long one fuzz test may run, in milliseconds, and the first seed; each round takes the next one. A failure names its own. */
const { MESHLOOM_FUZZ_MS = '1500', MESHLOOM_FUZZ_SEED = '1' } = process.env;

/** Runs rounds with seeds in turn until the time is up, and says which one failed. */
export function fuzz(round: (seed: number) => void): void {
  const until = performance.now() + Number(MESHLOOM_FUZZ_MS);
  for (let seed = Number(MESHLOOM_FUZZ_SEED); performance.now() < until; seed++) {
    try {
      round(seed);
    } catch (error) {
      throw new Error(`MESHLOOM_FUZZ_SEED=${seed}: ${error instanceof Error ? error.stack : error}`, { cause: error });
    }
  }
}
